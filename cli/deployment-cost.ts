import type { StoredEvent } from '../core/chain.ts';
import type { Actor } from '../core/decider.ts';
import type { Usage } from '../core/cost/prices.ts';
import { itemBytes, transactionalWriteUnits } from '../core/cost/write-units.ts';
import type { DeploymentEvent } from '../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../core/deployments/deployment-state.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import { deployment } from '../core/deployments/deployment.ts';
import type { TargetEvent } from '../core/deployments/target-events.ts';
import { isInstanceStateChange } from '../core/notifications/instance-state-change.ts';
import { isStateChange } from '../core/notifications/state-change.ts';
import type { ComputePlatform } from '../core/registry/compute-platform.ts';
import { byStream } from '../core/verification.ts';
import { keyText } from '../core/views/row-keys.ts';
import type { RowReader } from '../functions/adapters/row-reader.ts';
import { fold, recorded } from '../functions/runtime/history.ts';
import { inBatches } from '../functions/runtime/in-batches.ts';
import { type Transaction, transactionsOf } from '../functions/runtime/transactions.ts';
import type { Connection } from './command.ts';
import { noSuchDeployment } from './deployment-log.ts';
import { type ToldDeployment, executedBy } from './executed.ts';
import { NO_FLEET, grownFleet } from './fleet-log.ts';

/** What one deployment has used so far. */
export interface DeploymentCost {
  readonly deploymentId: string;
  readonly status: ExistingDeployment['status'];
  /** The deployment that it rolls back. */
  readonly rollbackOf?: string;
  readonly computePlatform: ComputePlatform;
  readonly usage: Usage;
  /** False where Step Functions keeps its executions no longer, so that their transitions and calls are missing. */
  readonly isWhole: boolean;
}

/** Of the deployment, and of the one that rolled it back. Throws CannotDo where there is none. */
export async function deploymentCosts(
  connection: Connection,
  deploymentId: string,
  now: number,
): Promise<readonly DeploymentCost[]> {
  const asked = await told(connection, deploymentId);
  if (asked === undefined) throw await noSuchDeployment(deploymentId, connection);
  const { end, created } = asked.state;
  const rollbackId =
    end?.status === 'Early' && end.rollback.status === 'triggered' ? end.rollback.deploymentId : undefined;
  // What a rollback was created with was written along with the end of the one that it undoes.
  const [rollback, undone] = await Promise.all([
    told(connection, rollbackId),
    told(connection, created.rollbackOf?.deploymentId),
  ]);
  const all = [asked, rollback, undone].filter((found) => found !== undefined);
  const revisions = new Set(all.map(({ state }) => state.created.revision.revisionId));
  const logs = await Promise.all([...revisions].map((id) => connection.tables.load(`revision#${id}`, 1)));
  const ofTargets = all.flatMap(({ targets }) => [...byStream(targets).values()]);
  const transactions = transactionsOf([...all.map(({ log }) => log), ...logs, ...ofTargets]);
  return Promise.all(
    [asked, rollback].flatMap((each) =>
      each === undefined ? [] : [costOf(connection, each, transactions, now)],
    ),
  );
}

async function told(
  { tables }: Connection,
  deploymentId: string | undefined,
): Promise<ToldDeployment | undefined> {
  if (deploymentId === undefined) return undefined;
  const log = await tables.load(deploymentStream(deploymentId), 1);
  const state = fold(deployment, log);
  if (state.status === 'Absent') return undefined;
  const isFleet = state.created.computePlatform === 'Server';
  const { events: targets } = isFleet
    ? await grownFleet(tables, deploymentId, NO_FLEET, { withEvents: true })
    : NO_FLEET;
  return { log, state, targets };
}

async function costOf(
  connection: Connection,
  told: ToldDeployment,
  transactions: readonly Transaction[],
  now: number,
): Promise<DeploymentCost> {
  const { log, state, targets } = told;
  const { created, status } = state;
  const { deploymentId, rollbackOf } = created;
  const streams = new Set([log, targets].flat().map(({ stream }) => stream));
  const own = ownItems(transactions, streams);
  const executed = await executedBy(connection.executions, told, now);
  return {
    deploymentId,
    status,
    ...(rollbackOf && { rollbackOf: rollbackOf.deploymentId }),
    computePlatform: created.computePlatform,
    isWhole: executed !== undefined,
    usage: {
      stateTransitions: executed?.stateTransitions ?? 0,
      lambdaRequests:
        (executed?.lambdaRequests ?? 0) +
        own.length * STREAM_CONSUMERS +
        requestsFromOutside([...log, ...targets]) +
        targets.filter(isTaken).length * CALLS_TO_TAKE_A_COMMAND,
      writeRequestUnits: await writeUnits(connection.tables.reader, own.flat()),
      topicPublishes: log.length + targets.length,
      busEvents: log.filter(isOnBus).length + targets.filter(isTargetOnBus).length,
    },
  };
}

function isOnBus(event: StoredEvent): boolean {
  return isStateChange(recorded<DeploymentEvent>(event).type);
}

function isTargetOnBus(event: StoredEvent): boolean {
  return isInstanceStateChange(recorded<TargetEvent>(event).type);
}

/** Each append reaches each function that reads the log's stream; one may be given several at once. */
export const STREAM_CONSUMERS = 2;

/** Requests of people, hosts' reports, answers of validation functions and alarms: what no execution has asked for. */
function requestsFromOutside(log: readonly StoredEvent[]): number {
  const events = log.map((stored) => recorded<DeploymentEvent | TargetEvent>(stored));
  return new Set(events.filter(({ actor }) => OUTSIDE.has(actor.type)).map(({ cause }) => cause)).size;
}

const OUTSIDE: ReadonlySet<string> = new Set(['user', 'host', 'alarm'] satisfies Actor['type'][]);

function isTaken(event: StoredEvent): boolean {
  return recorded<TargetEvent>(event).type === 'HostCommandAcknowledged';
}

/** The poll that is handed the command, and the call for its specification, which another function signs. */
const CALLS_TO_TAKE_A_COMMAND = 3;

type Items = Transaction['items'];

/** What was written for these streams in each of the transactions. */
function ownItems(transactions: readonly Transaction[], streams: ReadonlySet<string>): readonly Items[] {
  return transactions
    .map(({ items }) => items.filter(({ stream }) => streams.has(stream)))
    .filter((items) => items.length > 0);
}

/** Write request units; `reader` tells how large the rows are that were only checked. */
export async function writeUnits(reader: RowReader, items: Items): Promise<number> {
  const sizes = items.map(({ size }) => size);
  // The hosts of a fleet check the same few rows.
  const keys = new Map(
    sizes.flatMap((size) => (size.type === 'checked' ? [[keyText(size.key), size.key]] : [])),
  );
  const rows = await inBatches([...keys.values()], ROWS_AT_ONCE, (key) => reader.get(key));
  // As they are now. What was deleted since is taken for a small one.
  const bytes = rows.map((row) => (row === undefined ? 0 : itemBytes({ ...row })));
  const bytesOf = new Map([...keys.keys()].map((key, index) => [key, bytes[index] ?? 0]));
  const units = sizes.map((size) =>
    transactionalWriteUnits(size.type === 'bytes' ? size.bytes : (bytesOf.get(keyText(size.key)) ?? 0)),
  );
  return units.reduce((sum, each) => sum + each, 0);
}

/** A thousand at once would wait for their connections longer than a client allows. */
const ROWS_AT_ONCE = 20;
