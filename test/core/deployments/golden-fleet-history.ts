import type { Actor } from '../../../core/decider.ts';
import type { FleetTarget } from '../../../core/deployments/fleet-events.ts';
import type { TargetResult } from '../../../core/deployments/fleet-plan.ts';
import type { HostEventName } from '../../../core/deployments/lifecycle.ts';
import { IN_PLACE_LIFECYCLE, SUCCESS } from '../../../core/deployments/lifecycle.ts';
import type { TargetCommand } from '../../../core/deployments/target-commands.ts';
import { targetStream } from '../../../core/deployments/target-stream.ts';
import { target } from '../../../core/deployments/target.ts';
import { hostCommandIdentifier } from '../../../core/hosts/host-command-identifier.ts';
import { application } from '../../../core/registry/application.ts';
import { deploymentGroup } from '../../../core/registry/deployment-group.ts';
import type { StreamCommand } from '../../../functions/runtime/execute.ts';
import { commandTo } from '../../../functions/runtime/execute.ts';
import type { MemoryEventStore } from '../../support/memory-event-store.ts';
import { APPLICATION, GROUP, SERVICE_ROLE_ARN } from '../../support/a-deployment.ts';
import { claimOf, fleetOrder, hostAt } from './given-fleet.ts';
import { goldenClock } from './golden-clock.ts';
import type { Does } from './golden-commands.ts';
import { by, arn, policy, to } from './golden-commands.ts';

const ada: Actor = { type: 'user', id: 'arn:aws:iam::123456789012:user/ada' };
const sweep: Actor = { type: 'clock', id: 'sweep' };

export const FIRST = 'd-FLEETGOLD1';
export const SECOND = 'd-FLEETGOLD2';
export const ROLLBACK = 'd-FLEETGOLD3';

/** 2026-11-25T09:00:00Z */
const STARTS_AT = 1_795_597_200_000;

const web: FleetTarget = {
  targetId: 'web-7',
  targetArn: 'arn:aws:codedeploy:eu-central-1:123456789012:instance/web-7_0123456789',
  hostIdentifier: 'arn:aws:iam::123456789012:user/hosts/web-7',
};

/**
 * A morning of a fleet, told by the real commands: a revision goes from zone to zone and fails on the last instance, the
 * next one is stopped half-way and rolled back, and the rollback finds too few instances. Every kind of event of fleets
 * and targets occurs in it.
 */
export async function goldenFleetHistory(): Promise<MemoryEventStore> {
  const { store, does } = goldenClock(STARTS_AT);
  await registry(does);
  await zoneByZone(does);
  await stoppedHalfWay(does);
  await rolledBack(does);
  return store;
}

async function registry(does: Does): Promise<void> {
  const { applicationId, applicationName } = APPLICATION;
  const computePlatform = 'Server';
  await does(
    ada,
    0,
    commandTo(application, `application#${applicationId}`, {
      type: 'CreateApplication',
      data: { ...APPLICATION, computePlatform },
    }),
  );
  await does(
    ada,
    5_000,
    commandTo(deploymentGroup, `deployment-group#${GROUP.deploymentGroupId}`, {
      type: 'CreateDeploymentGroup',
      data: {
        ...GROUP,
        applicationId,
        applicationName,
        computePlatform,
        settings: {
          serviceRoleArn: SERVICE_ROLE_ARN,
          ec2TagFilters: [{ Key: 'stage', Value: 'Prod', Type: 'KEY_AND_VALUE' }],
        },
      },
    }),
  );
}

/** Two instances in the first zone, of which one has trouble with its old release, and one in the second that fails. */
async function zoneByZone(does: Does): Promise<void> {
  const id = FIRST;
  const hosts = [hostAt(0, 'a'), hostAt(1, 'a'), hostAt(2, 'b')];
  const zonal = { monitorDurationInSeconds: 60 };
  const order = fleetOrder({ zonal, ignoreApplicationStopFailures: true }, { deploymentId: id });
  await does(ada, 60_000, to(id, { type: 'CreateDeployment', data: { ...order, description: 'Release 1' } }));
  await does(by(id), 900, to(id, { type: 'AdmitFleet', data: { ...arn(id), targets: hosts } }));
  await wave(does, id, ['unclaimed', 'unclaimed', 'unclaimed']);
  const [troubled, good, last] = hosts.map((host, position) => leads(does, id, host, position));
  if (troubled === undefined || good === undefined || last === undefined) throw new Error('three hosts');
  await troubled.claims({ slot: 0, ignoreApplicationStopFailures: true });
  await good.claims({ slot: 1, ignoreApplicationStopFailures: true });
  await troubled.queues('ApplicationStop', {
    behind: 'd-OTHER0001',
    isSilent: true,
    lastPolledAt: STARTS_AT,
  });
  const stop = troubled.of('ApplicationStop');
  await troubled.says(30_000, { type: 'ReachHead', data: stop });
  await troubled.acknowledges('ApplicationStop', { hasHeartbeat: true, agentVersion: 'sluice/1.0.0' });
  await troubled.hears(181_000, { type: 'ExtendHostCommand', data: stop });
  const broken = {
    errorCode: 'ScriptFailed',
    scriptName: 'scripts/stop.sh',
    message: 'Script at specified location: scripts/stop.sh failed with exit code 1',
    logTail: 'LifecycleEvent - ApplicationStop\n[stderr]no such process\n',
  } as const;
  const failure = { ...stop, status: 'Failed', diagnostics: broken, outputKey: 'outputs/1' } as const;
  await troubled.says(400, { type: 'CompleteHostCommand', data: failure });
  await troubled.says(300, { type: 'CompleteHostCommand', data: { ...failure, status: 'Succeeded' } });
  await troubled.goesThrough(...IN_PLACE_LIFECYCLE.slice(1));
  await good.goesThrough(...IN_PLACE_LIFECYCLE);
  await does(sweep, 660_000, to(id, { type: 'ContinueWave', data: {} }));
  await wave(does, id, ['succeeded', 'succeeded', 'unclaimed']);
  await does(by(id), 60_000, begins(id, ['succeeded', 'succeeded', 'unclaimed']));
  await last.claims({ wave: 2, slots: 1, slot: 0 });
  await last.queues('ApplicationStop');
  const message =
    'The agent on i-2 did not pick up ApplicationStop within 5 minutes; it never asked for work.';
  await last.hears(300_000, { type: 'FailHostCommand', data: { ...last.of('ApplicationStop'), message } });
  await ends(does, id, { succeeded: 2, failed: 1, skipped: 0 });
}

/** The stop finds one instance at work, of which nobody hears again, and one that has not begun. */
async function stoppedHalfWay(does: Does): Promise<void> {
  const id = SECOND;
  const previous = {
    deploymentId: FIRST,
    revision: fleetOrder().revision,
    fileExistsBehavior: 'DISALLOW',
  } as const;
  const order = fleetOrder(
    { minimumHealthyHosts: { type: 'FLEET_PERCENT', value: 30 }, previous },
    { deploymentId: id },
  );
  const hosts = [web, hostAt(0), hostAt(1)];
  await does(ada, 900_000, to(id, { type: 'CreateDeployment', data: order }));
  const skippedChecks = ['whether the alarms ring'];
  await does(
    by(id),
    900,
    to(id, { type: 'AdmitFleet', data: { ...arn(id), targets: hosts, upToDate: 1, skippedChecks } }),
  );
  await wave(does, id, ['unclaimed', 'unclaimed', 'unclaimed']);
  const [atWork, waiting] = hosts.map((host, position) => leads(does, id, host, position));
  if (atWork === undefined || waiting === undefined) throw new Error('two hosts');
  await atWork.claims({ slot: 0 });
  await waiting.claims({ slot: 1 });
  await atWork.queues('ApplicationStop');
  await atWork.acknowledges('ApplicationStop', { isNoop: true });
  await waiting.queues('ApplicationStop');
  await does(ada, 2_000, to(id, { type: 'StopDeployment', data: {} }));
  const reason = 'The deployment was stopped.';
  await waiting.hears(100, { type: 'CutTargetShort', data: { reason } });
  await atWork.hears(100, { type: 'LoseTarget', data: { reason: 'The workflow that led it has ended.' } });
  await ends(does, id, { succeeded: 0, failed: 1, skipped: 2 });
}

async function rolledBack(does: Does): Promise<void> {
  const id = ROLLBACK;
  await does(by(id), 900, to(id, { type: 'AdmitFleet', data: { ...arn(id), targets: [web] } }));
  await ends(does, id, { succeeded: 0, failed: 0, skipped: 1 });
}

function begins(id: string, results: readonly TargetResult[]): StreamCommand {
  return to(id, { type: 'BeginWave', data: { ...arn(id), results, policy } });
}

async function wave(does: Does, id: string, results: readonly TargetResult[]): Promise<void> {
  await does(by(id), 300, begins(id, results));
}

async function ends(
  does: Does,
  id: string,
  overview: { readonly succeeded: number; readonly failed: number; readonly skipped: number },
): Promise<void> {
  const data = { ...arn(id), rollbackDeploymentId: ROLLBACK, overview };
  await does(by(id), 300, to(id, { type: 'FinishDeployment', data }));
}

/** What happens to one host in one deployment. */
function leads(does: Does, deploymentId: string, host: FleetTarget, position: number) {
  const { targetId } = host;
  const command = (given: TargetCommand) => commandTo(target, targetStream(deploymentId, targetId), given);
  const agent: Actor = { type: 'host', id: host.hostIdentifier };
  const of = (lifecycleEventName: HostEventName) => ({
    hostCommandIdentifier: hostCommandIdentifier({ deploymentId, lifecycleEventName, targetId }),
  });
  const says = (after: number, given: TargetCommand) => does(agent, after, command(given));
  const queues = (lifecycleEventName: HostEventName, more: object = {}) =>
    does(
      by(deploymentId),
      200,
      command({ type: 'QueueHostCommand', data: { lifecycleEventName, ...arn(deploymentId), ...more } }),
    );
  const acknowledges = (name: HostEventName, more: object = {}) =>
    says(900, {
      type: 'AcknowledgeHostCommand',
      data: { ...of(name), isNoop: false, hasHeartbeat: false, ...more },
    });
  return {
    of,
    says,
    queues,
    acknowledges,
    hears: (after: number, given: TargetCommand) => does(sweep, after, command(given)),
    claims: (change: Parameters<typeof claimOf>[1]) => {
      const data = claimOf(position, { deploymentId, ...host, ...arn(deploymentId), ...change });
      return does(by(deploymentId), 200, command({ type: 'ClaimTarget', data }));
    },
    goesThrough: async (...names: readonly HostEventName[]) => {
      for (const name of names) {
        await queues(name);
        await acknowledges(name);
        const data = { ...of(name), status: 'Succeeded', diagnostics: SUCCESS } as const;
        await says(4_000, { type: 'CompleteHostCommand', data });
      }
    },
  };
}
