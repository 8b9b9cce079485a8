import type { FleetOrder } from '../../core/deployments/fleet-events.ts';
import type { HostEventName } from '../../core/deployments/lifecycle.ts';
import { SUCCESS } from '../../core/deployments/lifecycle.ts';
import type { TargetEvent } from '../../core/deployments/target-events.ts';
import { targetOfStream } from '../../core/deployments/target-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { CreateServerDeployment } from '../../core/deployments/deployment-commands.ts';
import type { RevisionLocation } from '../../core/registry/revision.ts';
import type { TargetRow } from '../../core/views/target-rows.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { claimedTargets } from '../../functions/runtime/fleet-rows.ts';
import { settleTarget } from '../../functions/runtime/host-commands.ts';
import { recorded } from '../../functions/runtime/history.ts';
import { createDeployment } from './a-deployment.ts';
import type { Simulation } from './simulation.ts';
import { simulation } from './simulation.ts';

/** What a host does with a command. A silent one never takes it, and one that hangs takes it and never ends it. */
export type Behaviour = 'succeeds' | 'fails' | 'is silent' | 'hangs';

export interface FleetLaunch {
  readonly revisionId?: string;
  readonly configName?: string;
  readonly minimumHealthyHosts?: FleetOrder['minimumHealthyHosts'];
  readonly order?: Partial<FleetOrder>;
  readonly rollbackOn?: readonly string[];
  readonly alarms?: readonly string[];
  /** Where the revision is. */
  readonly location?: RevisionLocation;
}

export interface FleetSimulation extends Simulation {
  /** What the host of a target does for an event; the events of targets are commanded one after the other. */
  does: (targetId: string, event: HostEventName, deploymentId: string) => Behaviour;
  readonly launchFleet: (launch?: FleetLaunch) => Promise<string>;
  readonly targets: (deploymentId: string) => Promise<readonly TargetRow[]>;
  /** Most targets that were in flight or failed at once. */
  readonly mostUnavailable: (deploymentId: string) => number;
}

/** Milliseconds that a host takes to pick up a command, and to run it. */
const PICK_UP_MILLISECONDS = 1_000;
const RUN_MILLISECONDS = 9_000;

/** A simulation with a fleet: `hosts` on-premises instances `web-01` …, or with a zone each. */
export async function fleetSimulation(
  hosts: number,
  zones: readonly string[] = [],
): Promise<FleetSimulation> {
  const all = await simulation();
  const { world, tokens, api } = all;
  const { clock } = world;
  all.instances = Array.from({ length: hosts }, (_, index) => {
    const instanceId = `web-${String(index + 1).padStart(2, '0')}`;
    const zone = zones[index];
    return { instanceId, instanceArn: `arn:target/${instanceId}`, ...(zone && { zone }) };
  });
  const ports = { ...api, tokens };
  const self: FleetSimulation = Object.assign(all, {
    does: (): Behaviour => 'succeeds',
    launchFleet: async (launch: FleetLaunch = {}) => {
      const deploymentId = api.system.deploymentId();
      const data = serverDeployment(deploymentId, launch);
      const issued = { id: api.system.uuid(), at: clock.now(), actor: { type: 'user', id: 'ada' } as const };
      await execute(api, issued, [
        commandTo(deployment, `deployment#${deploymentId}`, { type: 'CreateDeployment', data }),
      ]);
      all.keepSweeping();
      return deploymentId;
    },
    targets: (deploymentId: string) => claimedTargets(api.rows, deploymentId),
    mostUnavailable: (deploymentId: string) => mostUnavailable(all, deploymentId),
  });
  all.appended = (stored) => {
    const of = targetOfStream(stored.stream);
    const event = recorded<TargetEvent>(stored);
    if (of === undefined || event.type !== 'HostCommandQueued') return;
    const { lifecycleEventName, hostCommandIdentifier } = event.data;
    const actor = { type: 'host', id: of.targetId } as const;
    const behaviour = self.does(of.targetId, lifecycleEventName, of.deploymentId);
    if (behaviour === 'is silent') return;
    clock.schedule(clock.now() + PICK_UP_MILLISECONDS, `pick-up of ${hostCommandIdentifier}`, async () => {
      const acknowledged = { hostCommandIdentifier, isNoop: false, hasHeartbeat: false };
      await settleTarget(ports, of, { type: 'AcknowledgeHostCommand', data: acknowledged }, actor);
      if (behaviour === 'hangs') return;
      clock.schedule(clock.now() + RUN_MILLISECONDS, `end of ${hostCommandIdentifier}`, async () => {
        const failure = {
          errorCode: 'ScriptFailed',
          scriptName: 'x.sh',
          message: 'exit code 1',
          logTail: '',
        } as const;
        const ended =
          behaviour === 'succeeds'
            ? ({ status: 'Succeeded', diagnostics: SUCCESS } as const)
            : ({ status: 'Failed', diagnostics: failure } as const);
        await settleTarget(
          ports,
          of,
          { type: 'CompleteHostCommand', data: { hostCommandIdentifier, ...ended } },
          actor,
        );
      });
    });
  };
  return self;
}

function serverDeployment(
  deploymentId: string,
  { revisionId, configName, minimumHealthyHosts, order, rollbackOn, alarms, location }: FleetLaunch,
): CreateServerDeployment {
  const { trafficSteps: _, ...data } = createDeployment(deploymentId, alarms ?? []).data;
  return {
    ...data,
    revision: {
      ...data.revision,
      ...(revisionId === undefined ? {} : { revisionId }),
      ...(location === undefined ? {} : { location }),
    },
    computePlatform: 'Server',
    deploymentConfigName: configName ?? 'custom',
    autoRollback: { enabled: rollbackOn !== undefined, events: rollbackOn ?? [] },
    fleet: {
      membership: { ec2TagFilters: [{ Key: 'fleet' }] },
      minimumHealthyHosts: minimumHealthyHosts ?? { type: 'HOST_COUNT', value: 0 },
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      fileExistsBehavior: 'DISALLOW',
      ...order,
    },
  };
}

function mostUnavailable({ store }: Simulation, deploymentId: string): number {
  let now = 0;
  let most = 0;
  // The store gives stream after stream. A slot claims its next target in the very instant in which the last one is done.
  const events = store.allEvents().toSorted((one, other) => one.at - other.at || rank(one) - rank(other));
  for (const { stream, type } of events) {
    if (targetOfStream(stream)?.deploymentId !== deploymentId) continue;
    if (type === 'TargetClaimed') now += 1;
    if (type === 'TargetSucceeded' || type === 'TargetSkipped') now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

function rank({ type }: { readonly type: string }): number {
  return type === 'TargetClaimed' ? 1 : 0;
}
