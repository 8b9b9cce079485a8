import type { StoredEvent } from '../core/chain.ts';
import type { Usage } from '../core/cost/prices.ts';
import { counted } from '../core/cost/state-transitions.ts';
import { itemBytes, transactionalWriteUnits } from '../core/cost/write-units.ts';
import type { DeploymentEvent } from '../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../core/deployments/deployment-state.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import { deployment } from '../core/deployments/deployment.ts';
import type { RowReader } from '../functions/adapters/row-reader.ts';
import { fold, recorded } from '../functions/runtime/history.ts';
import { isStateChange } from '../core/notifications/state-change.ts';
import { type Transaction, transactionsOf } from '../functions/runtime/transactions.ts';
import type { Connection } from './command.ts';
import { noSuchDeployment } from './deployment-log.ts';
import type { Executions } from './executions.ts';

/** What one deployment has used so far. */
export interface DeploymentCost {
  readonly deploymentId: string;
  readonly status: ExistingDeployment['status'];
  /** The deployment that it rolls back. */
  readonly rollbackOf?: string;
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
  const transactions = transactionsOf([...all.map(({ log }) => log), ...logs]);
  return Promise.all(
    [asked, rollback].flatMap((each) =>
      each === undefined ? [] : [costOf(connection, each, transactions, now)],
    ),
  );
}

interface Told {
  readonly log: readonly StoredEvent[];
  readonly state: ExistingDeployment;
}

async function told({ tables }: Connection, deploymentId: string | undefined): Promise<Told | undefined> {
  if (deploymentId === undefined) return undefined;
  const log = await tables.load(deploymentStream(deploymentId), 1);
  const state = fold(deployment, log);
  return state.status === 'Absent' ? undefined : { log, state };
}

async function costOf(
  connection: Connection,
  { log, state }: Told,
  transactions: readonly Transaction[],
  now: number,
): Promise<DeploymentCost> {
  const { created, status } = state;
  const { deploymentId, rollbackOf } = created;
  const own = ownItems(transactions, deploymentId);
  const executed = await executedBy(connection.executions, { log, state }, now);
  return {
    deploymentId,
    status,
    ...(rollbackOf && { rollbackOf: rollbackOf.deploymentId }),
    isWhole: executed !== undefined,
    usage: {
      stateTransitions: executed?.stateTransitions ?? 0,
      lambdaRequests:
        (executed?.lambdaRequests ?? 0) + own.length * STREAM_CONSUMERS + requestsFromOutside(log),
      writeRequestUnits: await writeUnits(connection.tables.reader, own.flat()),
      topicPublishes: log.length,
      busEvents: log.filter((event) => isStateChange(recorded<DeploymentEvent>(event).type)).length,
    },
  };
}

/** Each append reaches each function that reads the log's stream; one may be given several at once. */
export const STREAM_CONSUMERS = 2;

/** Requests of people, answers of validation functions and alarms: what no execution has asked for. */
function requestsFromOutside(log: readonly StoredEvent[]): number {
  const events = log.map((stored) => recorded<DeploymentEvent>(stored));
  return new Set(
    events.filter(({ actor }) => actor.type === 'user' || actor.type === 'alarm').map(({ cause }) => cause),
  ).size;
}

type Items = Transaction['items'];

/** What was written for it in each of the transactions. */
function ownItems(transactions: readonly Transaction[], deploymentId: string): readonly Items[] {
  const stream = deploymentStream(deploymentId);
  return transactions
    .map(({ items }) => items.filter((item) => item.stream === stream))
    .filter((items) => items.length > 0);
}

/** Write request units; `reader` tells how large the rows are that were only checked. */
export async function writeUnits(reader: RowReader, items: Items): Promise<number> {
  const units = await Promise.all(
    items.map(async ({ size }) => {
      if (size.type === 'bytes') return transactionalWriteUnits(size.bytes);
      // As it is now. What was deleted since is taken for a small one.
      const row = await reader.get(size.key);
      return transactionalWriteUnits(row === undefined ? 0 : itemBytes({ ...row }));
    }),
  );
  return units.reduce((sum, each) => sum + each, 0);
}

type Executed = Pick<Usage, 'stateTransitions' | 'lambdaRequests'>;

/** Undefined where its executions are kept no longer. */
async function executedBy(executions: Executions, told: Told, now: number): Promise<Executed | undefined> {
  const { createdAt, hooks, lastUpdatedAt } = told.state;
  const own = executionsOf(executions, told);
  const span = { from: createdAt - SKEW_MILLISECONDS, to: lastUpdatedAt + SKEW_MILLISECONDS };
  const children = hooks === undefined ? [] : own.map((arn) => executions.children(arn, span));
  const all = [...own, ...(await Promise.all(children)).flat()];
  const histories = await Promise.all(all.map((arn) => executions.history(arn)));
  const isForgotten = now - lastUpdatedAt > KEPT_MILLISECONDS && histories.includes(undefined);
  if (isForgotten) return undefined;
  // One that there is not was never started: the signal was lost, and another has taken its place.
  const counts = histories.map((history) => counted(history ?? []));
  return {
    stateTransitions: counts.reduce((sum, { stateTransitions }) => sum + stateTransitions, 0),
    lambdaRequests: counts.reduce((sum, { lambdaRequests }) => sum + lambdaRequests, 0),
  };
}

/** Between the clocks of Lambda and of Step Functions. */
const SKEW_MILLISECONDS = 60_000;

/** Step Functions keeps an execution for 90 days after its end. */
const KEPT_MILLISECONDS = 90 * 24 * 60 * 60 * 1000;

/** The first one bears the deployment's id, unless it was started by hand; its replacements are in the log. */
function executionsOf(executions: Executions, { log, state: { created } }: Told): readonly string[] {
  const replacements = log.flatMap((stored) => {
    const event = recorded<DeploymentEvent>(stored);
    return event.type === 'ExecutionReplaced' ? [event.data.executionArn] : [];
  });
  return [created.executionArn ?? executions.named(created.deploymentId), ...replacements];
}
