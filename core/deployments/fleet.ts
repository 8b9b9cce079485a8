import type { Decision, Issued } from '../decider.ts';
import { failureFound } from './admission.ts';
import { tooFewHealthy } from './agent-issue.ts';
import { alarmRaised } from './alarm-raised.ts';
import { deadlines, watchSeconds } from './deadlines.ts';
import type { AdmitFleet, BeginWave } from './deployment-commands.ts';
import type { DeploymentEvent, FleetOverview } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { fence } from './fencing.ts';
import type { FleetTarget } from './fleet-events.ts';
import type { FleetProgress, NextStep, TargetResult } from './fleet-plan.ts';
import {
  forbidsAnyStart,
  isFleetSuccessful,
  minimumHealthy,
  nextStep,
  zoneThatForbidsAnyStart,
} from './fleet-plan.ts';
import { serverOrder } from './platform-order.ts';

/** An item of the log takes 400 KB; a target with the longest names takes less than 1.5 KB. */
const MOST_TARGETS_OF_AN_EVENT = 200;

/** The fleet is known and fixed: from here on targets may be claimed, unless the configuration forbids a start. */
export function admitFleet(
  state: ExistingDeployment,
  { executionArn, targets, upToDate, skippedChecks, appSpecFilename, alarm, at }: AdmitFleet & Issued,
): Decision<DeploymentEvent> {
  fence(state, executionArn);
  if (hasEnded(state.status) || state.ending !== undefined || state.fleet !== undefined)
    return { events: [] };
  const { fleet, deploymentConfigName } = serverOrder(state.created);
  const minimum = minimumHealthy(deploymentConfigName, fleet.minimumHealthyHosts, targets.length);
  const admitted: DeploymentEvent = {
    type: 'FleetAdmitted',
    data: {
      executionArn,
      targets: targets.length,
      minimumHealthy: minimum,
      ...(upToDate === undefined ? {} : { upToDate }),
      ...(skippedChecks === undefined ? {} : { skippedChecks }),
      ...(appSpecFilename === undefined ? {} : { appSpecFilename }),
      deadline: deadlines.task(at),
    },
  };
  const events = [admitted, ...resolved(targets)];
  const message = whyNoStart(state, minimum, targets);
  if (message !== undefined) {
    const code = 'HEALTH_CONSTRAINTS_INVALID';
    return { events: [...events, ...failureFound(state, { code, message, at })] };
  }
  return { events: [...events, ...(alarm === undefined ? [] : alarmRaised(state, { ...alarm, at }))] };
}

/** Undefined where the configuration lets every instance of the fleet have its turn. */
function whyNoStart(
  { created }: ExistingDeployment,
  minimum: number,
  targets: readonly FleetTarget[],
): string | undefined {
  const { fleet, deploymentConfigName } = serverOrder(created);
  const change = 'Lower the minimum, or add instances.';
  if (forbidsAnyStart(minimum, targets.length)) {
    return (
      `The configuration ${deploymentConfigName} keeps ${minimum} instances healthy and the group has ${targets.length}, ` +
      `so that none may be deployed to. ${change}`
    );
  }
  const { zonal } = fleet;
  if (zonal === undefined) return undefined;
  const found = zoneThatForbidsAnyStart(
    zonal,
    targets.map(({ zone }) => zone),
  );
  if (found === undefined) return undefined;
  return (
    `The configuration ${deploymentConfigName} keeps ${found.minimum} instances of each zone healthy and the group has ` +
    `${found.hosts} in ${found.zone}, so that none of those may be deployed to. ${change}`
  );
}

function resolved(targets: readonly FleetTarget[]): readonly DeploymentEvent[] {
  const events: DeploymentEvent[] = [];
  for (let from = 0; from < targets.length; from += MOST_TARGETS_OF_AN_EVENT) {
    const part = targets.slice(from, from + MOST_TARGETS_OF_AN_EVENT);
    events.push({ type: 'TargetsResolved', data: { targets: part } });
  }
  return events;
}

/** Nothing is in flight: what comes next, by how the targets have ended so far. */
export function beginWave(
  state: ExistingDeployment,
  { executionArn, results, unreached, policy, at }: BeginWave & Issued,
): Decision<DeploymentEvent> {
  fence(state, executionArn);
  const { fleet } = state;
  if (hasEnded(state.status) || state.ending !== undefined || fleet === undefined) return { events: [] };
  // A zone that is being watched is watched to its end.
  if (fleet.watching !== undefined && at < fleet.watching.endsAt) return { events: [] };
  const step = nextStep(progressOf(state, results));
  switch (step.type) {
    case 'wave':
      return { events: startWave(state, step, at) };
    case 'watch-zone': {
      const seconds = watchSeconds(step.seconds, policy);
      const endsAt = at + seconds * 1000;
      const data = { zone: step.zone, endsAt, deadline: deadlines.bake(endsAt, policy) };
      return { events: [{ type: 'ZoneMonitoringStarted', data }] };
    }
    case 'exhausted': {
      const failed = results.filter((result) => result === 'failed').length;
      return { events: failureFound(state, { ...tooFewHealthy(step.message, failed, unreached), at }) };
    }
    case 'done':
      return { events: [] };
    default:
      return step satisfies never;
  }
}

/**
 * Each of them tries its claims for half a minute, so that what passes within minutes is waited out. A task that is tried
 * again may begin up to four without any slot having been at work: it takes twice as many.
 */
const MOST_IDLE_WAVES = 8;

/** A wave that has the very targets of the last one follows one that claimed nothing: that is not gone on with for ever. */
function startWave(
  state: ExistingDeployment,
  { positions, slots, zone }: Extract<NextStep, { readonly type: 'wave' }>,
  at: number,
): readonly DeploymentEvent[] {
  const last = state.fleet?.wave;
  const isAgain = JSON.stringify(last?.positions) === JSON.stringify(positions);
  const idleWaves = isAgain ? (last?.idleWaves ?? 0) + 1 : 0;
  if (idleWaves === MOST_IDLE_WAVES) {
    const message =
      `In ${MOST_IDLE_WAVES} waves in a row no instance could be begun: every attempt to claim one failed. ` +
      'The log of the function lifecycle/claim says why.';
    return failureFound(state, { code: 'INTERNAL_ERROR', message, at });
  }
  const data = {
    wave: (last?.wave ?? 0) + 1,
    positions,
    slots,
    ...(zone === undefined ? {} : { zone }),
    ...(idleWaves === 0 ? {} : { idleWaves }),
    deadline: deadlines.wave(at),
  };
  return [{ type: 'WaveStarted', data }];
}

function progressOf(state: ExistingDeployment, results: readonly TargetResult[]): FleetProgress {
  const { fleet, fleetTargets = [], created } = state;
  const { zonal } = serverOrder(created).fleet;
  const zone = fleet?.wave?.zone;
  return {
    results,
    zones: fleetTargets.map((target) => target.zone),
    minimumHealthy: fleet?.admitted.minimumHealthy ?? 0,
    ...(zonal === undefined ? {} : { zonal }),
    ...(zone === undefined ? {} : { lastZone: { zone, isWatched: fleet?.watching?.zone === zone } }),
  };
}

/** The sweep has seen hosts at work. */
export function continueWave(state: ExistingDeployment, { at }: Issued): Decision<DeploymentEvent> {
  const wave = state.fleet?.wave?.wave;
  if (hasEnded(state.status) || wave === undefined || at < state.deadline) return { events: [] };
  return { events: [{ type: 'WaveContinued', data: { wave, deadline: deadlines.wave(at) } }] };
}

/** Whether the fleet is through, and with too few. */
export function fleetFailure({ fleet }: ExistingDeployment, overview: FleetOverview): string | undefined {
  const { succeeded, failed, skipped } = overview;
  const targets = succeeded + failed + skipped;
  const minimum = fleet?.admitted.minimumHealthy ?? 0;
  if (isFleetSuccessful(succeeded, minimum, targets)) return undefined;
  return (
    `Too few instances are healthy: the deployment succeeded on ${succeeded} of ${targets} and failed on ${failed}, ` +
    `where at least ${Math.max(1, minimum)} must succeed.`
  );
}
