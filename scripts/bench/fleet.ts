import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../../cli/command.ts';
import { connectionTo } from '../../cli/connect.ts';
import { deploymentCosts } from '../../cli/deployment-cost.ts';
import { localTarget } from '../../cli/target.ts';
import type { Usage } from '../../core/cost/prices.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import type { RowReader } from '../../functions/adapters/row-reader.ts';
import { claimedTargets, fleetTargets } from '../../functions/runtime/fleet-rows.ts';
import { deploymentOf } from '../../functions/runtime/registered.ts';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';
import type { FleetRun } from './fleet-figures.ts';
import type { HostsInTurn, RegisteredHosts } from './hosts.ts';
import { registerHosts, runHosts } from './hosts.ts';
import type { Consumed, MeteredTables } from './metered-tables.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';
import { simulatedFleet } from './simulated-fleet.ts';

export interface FleetStage {
  readonly local: LocalJson;
  readonly tables: MeteredTables;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface FleetSize {
  readonly hosts: number;
  /** How many of them may be down at once. */
  readonly slots: number;
}

/** One deployment to a fleet of simulated hosts over the real gateway. Throws where it does not succeed. */
export async function deployToFleet(stage: FleetStage, size: FleetSize): Promise<FleetRun> {
  const { local, tables, say } = stage;
  const { hosts, slots } = size;
  const connection = connectionTo(localTarget(JSON.stringify(local)));
  const name = `bench-${hosts}`;
  const tag = { Key: 'bench', Value: name };
  say(`Registering ${hosts} hosts …`);
  const registered = await registerHosts(
    Array.from({ length: hosts }, (_, index) => `${name}-${index + 1}`),
    { hosts: await connection.hosts(), tag, accountId: local.accountId },
  );
  const deploy = await group(local, { name, tag, minimumHealthyHosts: hosts - slots });
  say(`Deploying to ${hosts} hosts, ${slots} at a time …`);
  const before = tables.consumed();
  const startedAt = Date.now();
  const deploymentId = await deploy();
  const turns = await led(stage, { reader: connection.tables.reader, deploymentId, registered, size });
  const seconds = (Date.now() - startedAt) / 1000;
  const consumed = difference(tables.consumed(), before);
  const simulated = await simulatedFleet(size);
  return {
    ...size,
    seconds,
    medianSecondsInFlight: await medianSecondsInFlight(connection, deploymentId),
    apiCalls: turns.calls(),
    readUnits: consumed.readUnits,
    longestHistory: simulated.longestHistory,
    usage: await usageOf(connection, { deploymentId, turns, consumed, simulated }),
  };
}

/** How often it is looked whether the deployment goes on, and how often something is said of it. */
const LOOK_MILLISECONDS = 1_000;
const SAY_MILLISECONDS = 30_000;

/** Runs the hosts in their turn, up to the end of the deployment. */
async function led(
  { signal, say }: FleetStage,
  {
    reader,
    deploymentId,
    registered,
    size,
  }: {
    readonly reader: RowReader;
    readonly deploymentId: string;
    readonly registered: RegisteredHosts;
    readonly size: FleetSize;
  },
): Promise<HostsInTurn> {
  while ((await deploymentOf(reader, deploymentId))?.fleet === undefined) {
    await pause(LOOK_MILLISECONDS, undefined, { signal });
  }
  const order = await fleetTargets(reader, deploymentId);
  const startedAt = Date.now();
  const turns = runHosts(
    order.map(({ targetId }) => targetId),
    size.slots,
    registered,
  );
  try {
    for (let saidAt = startedAt; ;) {
      const row = await deploymentOf(reader, deploymentId);
      if (row?.status === 'Succeeded') break;
      if (row !== undefined && hasEnded(row.status))
        throw new Error(`${deploymentId} has ended as ${row.status}`);
      if (Date.now() - saidAt > SAY_MILLISECONDS) {
        saidAt = Date.now();
        const done = turns.commands() / (size.hosts * IN_PLACE_LIFECYCLE.length);
        say(`  ${(done * 100).toFixed(0)} % after ${((saidAt - startedAt) / 1000).toFixed(0)} s`);
      }
      await pause(LOOK_MILLISECONDS, undefined, { signal });
    }
    await turns.ended;
    return turns;
  } finally {
    await turns.stop();
  }
}

function difference(after: Consumed, before: Consumed): Consumed {
  return { writeUnits: after.writeUnits - before.writeUnits, readUnits: after.readUnits - before.readUnits };
}

async function medianSecondsInFlight({ tables }: Connection, deploymentId: string): Promise<number> {
  const targets = await claimedTargets(tables.reader, deploymentId);
  const seconds = targets.map(({ claimedAt, endedAt = claimedAt }) => (endedAt - claimedAt) / 1000);
  return seconds.sort((one, other) => one - other)[Math.floor(seconds.length / 2)] ?? 0;
}

/**
 * As `sluice cost` counts it by the log, with the transitions and tasks of the simulation, the writes that were measured, and
 * the polls that found nothing.
 */
async function usageOf(
  connection: Connection,
  {
    deploymentId,
    turns,
    consumed,
    simulated,
  }: {
    readonly deploymentId: string;
    readonly turns: HostsInTurn;
    readonly consumed: Consumed;
    readonly simulated: SimulatedFleet;
  },
): Promise<Usage> {
  const executions = { ...connection.executions, history: async () => [], slots: async () => [] };
  const [cost] = await deploymentCosts({ ...connection, executions }, deploymentId, Date.now());
  if (cost === undefined) throw new Error(`${deploymentId} costs nothing`);
  const emptyPolls = turns.calls() - turns.commands() * CALLS_OF_A_COMMAND;
  return {
    ...cost.usage,
    stateTransitions: simulated.transitions,
    writeRequestUnits: consumed.writeUnits,
    lambdaRequests: cost.usage.lambdaRequests + simulated.tasks + emptyPolls,
  };
}

/** The poll, its specification, that it is begun, and its end. */
const CALLS_OF_A_COMMAND = 4;

/** An application with a group of the hosts with this tag, and a way to deploy to it. */
async function group(
  local: LocalJson,
  {
    name,
    tag,
    minimumHealthyHosts,
  }: {
    readonly name: string;
    readonly tag: { readonly Key: string; readonly Value: string };
    readonly minimumHealthyHosts: number;
  },
): Promise<() => Promise<string>> {
  const client = clientSettings(local);
  const codedeploy = new CodeDeployClient({ ...client, endpoint: local.endpoint });
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const s3Location = { bucket: name, key: 'CodeDeploy/web.tgz', bundleType: 'tgz' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  await s3.send(new PutObjectCommand({ Bucket: name, Key: s3Location.key, Body: 'nobody unpacks it' }));
  await codedeploy.send(new CreateApplicationCommand({ applicationName: name }));
  await codedeploy.send(
    new CreateDeploymentConfigCommand({
      deploymentConfigName: name,
      minimumHealthyHosts: { type: 'HOST_COUNT', value: minimumHealthyHosts },
    }),
  );
  const names = { applicationName: name, deploymentGroupName: name };
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      ...names,
      serviceRoleArn: local.serviceRoles.Server,
      deploymentConfigName: name,
      onPremisesInstanceTagFilters: [{ ...tag, Type: 'KEY_AND_VALUE' }],
    }),
  );
  return async () => {
    const revision = { revisionType: 'S3', s3Location } as const;
    const { deploymentId = '' } = await codedeploy.send(new CreateDeploymentCommand({ ...names, revision }));
    return deploymentId;
  };
}
