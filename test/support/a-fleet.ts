import type {
  CreateServerDeployment,
  DeploymentCommand,
} from '../../core/deployments/deployment-commands.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import type { HostEventName } from '../../core/deployments/lifecycle.ts';
import type { TargetCommand } from '../../core/deployments/target-commands.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { target } from '../../core/deployments/target.ts';
import { hostCommandIdentifier } from '../../core/hosts/host-command-identifier.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import type { PollsSeen } from '../../core/hosts/polling.ts';
import type { RowReader } from '../../functions/adapters/row-reader.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { openDeployment } from '../../functions/runtime/fleet-rows.ts';
import { load, recorded } from '../../functions/runtime/history.ts';
import { decideTarget, waitsOf } from '../../functions/runtime/host-commands.ts';
import type { System } from '../../functions/runtime/system.ts';
import { APPLICATION, GROUP, SERVICE_ROLE_ARN, registered } from './a-deployment.ts';
import { memoryTokens } from './memory-tokens.ts';
import { simulatedSystem } from './simulated-time.ts';

export const STATE_MACHINE_ARNS = {
  Lambda: 'arn:aws:states:eu-north-1:111122223333:stateMachine:Lambda',
  Server: 'arn:aws:states:eu-north-1:111122223333:stateMachine:InPlace',
};
export const FLEET_AT = Date.UTC(2027, 0, 1, 12);
const MINUTE = 60_000;

/** What the workflows were told: started and stopped executions, and the tokens that were answered. */
export interface Told {
  readonly how: 'start' | 'stop' | 'succeed' | 'fail';
  readonly what: string;
  readonly why?: string;
}

/** Fleets in a memory store, on a clock that stands still until it is moved; nothing runs but what a test calls. */
export async function fleets() {
  let now = FLEET_AT;
  const system = simulatedSystem({ now: () => now, sleep: async () => undefined });
  const { store } = await registered(system);
  await execute({ store, system, aggregates }, issuedAt(system), [
    commandTo(deploymentGroup, `deployment-group#${OTHER_GROUP.deploymentGroupId}`, {
      type: 'CreateDeploymentGroup',
      data: {
        ...OTHER_GROUP,
        ...APPLICATION,
        computePlatform: 'Server',
        settings: {
          serviceRoleArn: SERVICE_ROLE_ARN,
          deploymentStyle: { deploymentType: 'IN_PLACE', deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' },
        },
      },
    }),
  ]);
  const told: Told[] = [];
  const counted: string[] = [];
  const presence = new Map<string, PollsSeen>();
  const heartbeats = new Map<string, number>();
  const tokens = memoryTokens();
  /** Tokens that nobody waits with any more. */
  const over = new Set<string>();
  const tell = (how: Told['how'], what: string, why?: string) => {
    told.push({ how, what, ...(why === undefined ? {} : { why }) });
    return over.has(what) ? ('over' as const) : ('sent' as const);
  };
  const ports = {
    store,
    system,
    aggregates,
    rows: store.rows,
    tokens,
    workflows: {
      start: async (arn: string, name: string) => void tell('start', `${arn}:${name}`),
      stop: async (arn: string) => void tell('stop', arn),
      succeed: async (token: string) => tell('succeed', token),
      fail: async (token: string, _: string, cause: string) => tell('fail', token, cause),
    },
    signs: {
      presence: async (host: string) => presence.get(host),
      lastHeartbeat: async (command: string) => heartbeats.get(command),
    },
    metrics: { count: (name: string) => void counted.push(name) },
    stateMachineArns: STATE_MACHINE_ARNS,
  };
  const command = async (id: string, given: DeploymentCommand): Promise<void> => {
    await execute(ports, issuedAt(system), [commandTo(deployment, deploymentStream(id), given)]);
  };
  const decide = async (id: string, targetId: string, given: TargetCommand): Promise<void> => {
    await decideTarget(ports, { deploymentId: id, targetId }, given, { type: 'host', id: targetId });
  };
  return {
    ports,
    store,
    told,
    counted,
    presence,
    heartbeats,
    over,
    command,
    decide,
    minutesLater: (minutes: number): void => {
      now += minutes * MINUTE;
    },
    deployment: async (id: string): Promise<ExistingDeployment> =>
      (await load(store, deployment, deploymentStream(id))) as ExistingDeployment,
    target: async (id: string, targetId: string): Promise<ClaimedTarget> =>
      (await load(store, target, targetStream(id, targetId))) as ClaimedTarget,
    types: async (stream: string): Promise<readonly string[]> =>
      (await store.load(stream)).map((event) => recorded(event).type),
    /** A deployment whose first wave has claimed all of its targets; `zones` are those of the targets. */
    deployed: (id: string, targetIds: readonly string[], order: Partial<Order> = {}) =>
      deployed({ ports, command, decide }, id, targetIds, order),
    /** A lifecycle event whose task waits with the token `<target> <event>`. */
    begun: async (
      id: string,
      targetId: string,
      lifecycleEventName: HostEventName,
      more: { readonly behind?: string } = {},
    ): Promise<string> => {
      const executionArn = executionOf(id);
      await decide(id, targetId, {
        type: 'QueueHostCommand',
        data: { lifecycleEventName, executionArn, ...more },
      });
      const entry = `${lifecycleEventName}#${now}`;
      const token = `${targetId} ${lifecycleEventName}`;
      await tokens.park({ deploymentId: waitsOf({ deploymentId: id, targetId }), entry, token }, now);
      return hostCommandIdentifier({ deploymentId: id, targetId, lifecycleEventName });
    },
    acknowledged: (id: string, targetId: string, identifier: string, hasHeartbeat = false) =>
      decide(id, targetId, {
        type: 'AcknowledgeHostCommand',
        data: { hostCommandIdentifier: identifier, isNoop: false, hasHeartbeat },
      }),
  };
}

function issuedAt({ uuid, now }: System) {
  return { id: uuid(), at: now(), actor: { type: 'user', id: 'ada' } } as const;
}

export function executionOf(deploymentId: string): string {
  return `arn:aws:states:eu-north-1:111122223333:execution:InPlace:${deploymentId}`;
}

const OTHER_GROUP = { deploymentGroupId: 'group-2', deploymentGroupName: 'checkout-night' };

interface Order {
  /** A group may have one active deployment. */
  readonly isOfOtherGroup: boolean;
  readonly zones: readonly string[];
  readonly monitorSeconds: number;
  /** Nothing is claimed. */
  readonly isUnclaimed: boolean;
}

const POLICY = { timeScale: 1, bakeGraceSeconds: 0 };

async function deployed(
  {
    ports,
    command,
    decide,
  }: {
    readonly ports: { readonly rows: RowReader };
    readonly command: (id: string, given: DeploymentCommand) => Promise<void>;
    readonly decide: (id: string, targetId: string, given: TargetCommand) => Promise<void>;
  },
  id: string,
  targetIds: readonly string[],
  order: Partial<Order>,
): Promise<void> {
  const executionArn = executionOf(id);
  await command(id, { type: 'CreateDeployment', data: created(id, order) });
  const targets = targetIds.map((targetId, index): FleetTarget => {
    const zone = order.zones?.[index];
    return {
      targetId,
      targetArn: `arn:${targetId}`,
      hostIdentifier: `host-${targetId}`,
      ...(zone === undefined ? {} : { zone }),
    };
  });
  await command(id, { type: 'AdmitFleet', data: { executionArn, targets } });
  const results = targets.map(() => 'unclaimed' as const);
  await command(id, { type: 'BeginWave', data: { executionArn, results, policy: POLICY } });
  const open = await openDeployment(ports.rows, id);
  if (open === undefined) throw new Error('no wave was begun');
  const { positions, ...claim } = open;
  const inWave = (position: number) => positions.some(([from, to]) => position >= from && position < to);
  for (const [position, found] of targets.entries()) {
    if (order.isUnclaimed === true || !inWave(position)) continue;
    await decide(id, found.targetId, {
      type: 'ClaimTarget',
      data: { ...claim, ...found, position, slot: position, claim: `claim-${position}` },
    });
  }
}

function created(
  deploymentId: string,
  { zones, monitorSeconds, isOfOtherGroup }: Partial<Order>,
): CreateServerDeployment {
  return {
    deploymentId,
    ...APPLICATION,
    ...(isOfOtherGroup === true ? OTHER_GROUP : GROUP),
    computePlatform: 'Server',
    revision: {
      revisionId: 'revision-1',
      location: { revisionType: 'S3', bucket: 'bundles', key: 'app.zip', bundleType: 'zip' },
    },
    deploymentConfigName: 'CodeDeployDefault.AllAtOnce',
    serviceRoleArn: SERVICE_ROLE_ARN,
    creator: 'user',
    autoRollback: { enabled: false, events: [] },
    alarms: { names: ['checkout-5xx'], ignorePollAlarmFailure: false },
    fleet: {
      membership: {},
      minimumHealthyHosts: { type: 'HOST_COUNT', value: 0 },
      ...(zones === undefined ? {} : { zonal: { monitorDurationInSeconds: monitorSeconds ?? 0 } }),
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      fileExistsBehavior: 'DISALLOW',
    },
  };
}
