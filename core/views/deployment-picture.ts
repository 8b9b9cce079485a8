import type { EpochMilliseconds } from '../decider.ts';
import type { ExistingDeployment, LifecycleEvent } from '../deployments/deployment-state.ts';
import { hookOf } from '../deployments/hooks.ts';
import { deploymentStatusMessages } from './deployment-status-messages.ts';
import { rollbackInfo } from './rollback-info.ts';
import type { DeploymentPicture } from './v1.ts';
import { waiting } from './waiting.ts';

/** A time as ISO 8601 in UTC, with milliseconds. */
export type WriteTime = (at: EpochMilliseconds) => string;

/**
 * The deployment as its events up to `at` add up, for people and programs: its status and why, its lifecycle events,
 * the traffic that it wants and what it waits for. The same state gives the same picture, whenever it is drawn.
 */
export function deploymentPicture(
  state: ExistingDeployment,
  at: EpochMilliseconds,
  write: WriteTime,
): DeploymentPicture {
  const { created, startedAt, completedAt } = state;
  const reason = state.end?.status === 'Early' ? state.end : state.ending;
  // What became of the rollback is in its own log, and was still to come for this one.
  const rollback = rollbackInfo(state, undefined);
  const traffic = trafficView(state);
  const fleet = fleetView(state);
  const wait = waiting(state, at);
  return {
    deploymentId: created.deploymentId,
    applicationName: created.applicationName,
    deploymentGroupName: created.deploymentGroupName,
    deploymentConfigName: created.deploymentConfigName,
    computePlatform: created.computePlatform,
    creator: created.creator,
    ...(created.description !== undefined && { description: created.description }),
    status: state.status,
    createdAt: write(state.createdAt),
    ...(startedAt !== undefined && { startedAt: write(startedAt) }),
    ...(completedAt !== undefined && { completedAt: write(completedAt) }),
    ...(reason && { errorInformation: { code: reason.code, message: reason.message } }),
    ...(rollback && { rollbackInfo: rollback }),
    deploymentStatusMessages: [...deploymentStatusMessages(state)],
    lifecycleEvents: state.lifecycleEvents.map((event) => lifecycleEventView(state, event, at, write)),
    ...(traffic && { traffic }),
    ...(fleet && { fleet }),
    ...(wait && { waitingFor: { type: wait.type, sentence: wait.sentence, until: write(wait.until) } }),
  };
}

function lifecycleEventView(
  state: ExistingDeployment,
  event: LifecycleEvent,
  at: EpochMilliseconds,
  write: WriteTime,
): DeploymentPicture['lifecycleEvents'][number] {
  const { lifecycleEventName, status, diagnostics } = event;
  const functionName = lifecycleEventName === 'AllowTraffic' ? undefined : hookOf(state, lifecycleEventName);
  return {
    lifecycleEventName,
    status,
    ...(functionName !== undefined && { functionName }),
    ...spanView(event, at, write),
    ...(diagnostics && { diagnostics }),
  };
}

/** When it was under way, until `at` where it still is. */
export function spanView(
  { startedAt, endedAt }: { readonly startedAt?: EpochMilliseconds; readonly endedAt?: EpochMilliseconds },
  at: EpochMilliseconds,
  write: WriteTime,
) {
  return {
    ...(startedAt !== undefined && { startedAt: write(startedAt) }),
    ...(endedAt !== undefined && { endedAt: write(endedAt) }),
    ...(startedAt !== undefined && { durationSeconds: ((endedAt ?? at) - startedAt) / 1000 }),
  };
}

function trafficView(state: ExistingDeployment): DeploymentPicture['traffic'] {
  const { admission, traffic } = state;
  if (admission === undefined) return undefined;
  const { functionName, functionAlias, currentVersion, targetVersion } = admission.target;
  return {
    functionName,
    functionAlias,
    currentVersion,
    targetVersion,
    weight: traffic.weight,
    wantedWeight: wantedWeight(state),
    step: traffic.step,
    steps: admission.steps.length,
  };
}

function fleetView({ fleet }: ExistingDeployment): DeploymentPicture['fleet'] {
  if (fleet === undefined) return undefined;
  const { admitted, wave } = fleet;
  const { targets, minimumHealthy } = admitted;
  const zone = wave?.zone;
  return {
    targets,
    minimumHealthy,
    ...(wave && { wave: wave.wave, slots: wave.slots }),
    ...(zone !== undefined && { zone }),
  };
}

const ALL = 100;

/** An alias that may be divided goes back whole at an early end; one that is whole stays. */
function wantedWeight({ admission, created, traffic, ending, restore }: ExistingDeployment): number {
  const { inFlight, weight } = traffic;
  if (ending === undefined) {
    return inFlight === undefined ? weight : (admission?.steps[inFlight.step - 1]?.weight ?? weight);
  }
  const isDivided = inFlight !== undefined || (weight > 0 && weight < ALL);
  if (restore?.status === 'done' || !isDivided) return weight;
  return created.rollbackOf === undefined ? 0 : ALL;
}
