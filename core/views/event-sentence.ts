import type { Actor, EpochMilliseconds, Recorded } from '../decider.ts';
import type {
  AlarmRaised,
  DeploymentAdmitted,
  DeploymentCreated,
  DeploymentEndedEarly,
  DeploymentEvent,
  DeploymentSucceeded,
  HookAnsweredLate,
  ShiftStep,
} from '../deployments/deployment-events.ts';
import type {
  TrafficRestored,
  TrafficShiftPostponed,
  TrafficShifted,
} from '../deployments/traffic-events.ts';
import type { Deployment } from '../deployments/deployment-state.ts';
import type { Diagnostics } from '../deployments/lifecycle.ts';
import { SUCCESS } from '../deployments/lifecycle.ts';
import { unreachable } from '../unreachable.ts';
import { fleetSentence, instances } from './fleet-sentence.ts';

/** A time as its reader tells it, seen from another one: on the same day the time of day is enough. */
export type TellTime = (at: EpochMilliseconds, from: EpochMilliseconds) => string;

/** What has happened, for people, in one line. `after` is the deployment with the event in it. */
export function eventSentence(
  event: Recorded<DeploymentEvent>,
  after: Deployment,
  tellTime: TellTime,
): string {
  const version = targetVersion(after);
  switch (event.type) {
    case 'DeploymentCreated':
      return createdSentence(event.data);
    case 'AdmissionPostponed':
      return `Admission: AWS throttles, so that it is tried again in ${event.data.waitSeconds} s: ${event.data.message}`;
    case 'DeploymentAdmitted':
      return admittedSentence(event.data);
    case 'LifecycleEventStarted':
      return `${event.data.lifecycleEventName} started`;
    case 'LifecycleEventSucceeded':
      return `${event.data.lifecycleEventName} succeeded${saidBy(event.data.diagnostics)}`;
    case 'LifecycleEventFailed':
      return `${event.data.lifecycleEventName} failed: ${event.data.diagnostics.message}`;
    case 'HookInvoked':
      return `${event.data.lifecycleEventName}: calling ${event.data.functionName}, which has until ${tellTime(event.data.answerBy, event.at)} to answer`;
    case 'HookAnsweredLate':
      return lateSentence(event.data);
    case 'TrafficShiftStarted':
      return `AllowTraffic: moving ${event.data.weight} % of the traffic to ${version}`;
    case 'TrafficShiftPostponed':
      return postponedSentence(event.data);
    case 'TrafficShifted':
      return shiftedSentence(event.data, version, (at) => tellTime(at, event.at));
    case 'FleetAdmitted':
    case 'TargetsResolved':
    case 'WaveStarted':
    case 'WaveContinued':
    case 'ZoneMonitoringStarted':
      return fleetSentence(event, tellTime);
    case 'AlarmRaised':
      return alarmSentence(event.data);
    case 'StopRequested': {
      const { autoRollbackEnabled: wish } = event.data;
      const rollback = wish === undefined ? '' : `, ${wish ? 'with' : 'without'} a rollback`;
      return `Stop requested by ${actorWords(event.actor)}${rollback}`;
    }
    case 'FailureFound':
      return `It cannot go on: ${event.data.code} ${event.data.message}`;
    case 'ExecutionReplaced':
      return `Execution ${event.data.attempt} takes over: ${event.data.reason}`;
    case 'TrafficRestoreStarted':
      return 'RestoreTraffic: putting the alias back whole';
    case 'TrafficRestored':
      return `${RESTORED[event.data.outcome]}: ${event.data.message}`;
    case 'TrafficRestoreFailed':
      return `Traffic not restored yet, it is tried again: ${event.data.code} ${event.data.message}`;
    case 'TrafficLeftWeighted':
      return `Traffic left divided: ${event.data.message}`;
    case 'DeploymentSucceeded':
      return succeededSentence(event.data, version);
    case 'DeploymentFailed':
      return endedSentence('Failed', event.data);
    case 'DeploymentStopped':
      return endedSentence('Stopped', event.data);
    case 'NotificationFailed': {
      const { triggerName, triggerEvent, code, message } = event.data;
      return `The trigger ${triggerName} was not told of ${triggerEvent}: ${code} ${message}`;
    }
    default:
      return unreachable(event);
  }
}

/** Who it was, for people. */
export function actorWords({ type, id }: Actor): string {
  switch (type) {
    case 'user':
      return id;
    case 'host':
      return `host ${id}`;
    case 'alarm':
      return `alarm ${id}`;
    case 'clock':
      return `the clock (${id})`;
    case 'execution':
      return `execution ${id.slice(id.lastIndexOf(':') + 1)}`;
    case 'deployment':
      return `deployment ${id}`;
    default:
      return unreachable(type);
  }
}

function succeededSentence({ overview }: DeploymentSucceeded, version: string): string {
  if (overview === undefined) return `Succeeded: all traffic on ${version}`;
  const { succeeded, failed } = overview;
  return `Succeeded: on ${succeeded} of ${instances(succeeded + failed)}`;
}

function targetVersion(state: Deployment): string {
  const version = state.status === 'Absent' ? undefined : state.admission?.target.targetVersion;
  return version === undefined ? 'the new version' : `version ${version}`;
}

function createdSentence(created: DeploymentCreated): string {
  const { applicationName, deploymentGroupName, deploymentConfigName, alarms, rollbackOf, description } =
    created;
  const place = `${applicationName} / ${deploymentGroupName}`;
  if (rollbackOf !== undefined) {
    const goal =
      'versionBefore' in rollbackOf
        ? `version ${rollbackOf.versionBefore}`
        : 'the last revision that succeeded';
    return `Created for ${place} to roll ${rollbackOf.deploymentId} back to ${goal}`;
  }
  const watched = alarms.names.length === 0 ? '' : `, watched by ${alarmsNamed(alarms.names, 'alarm')}`;
  const why = description === undefined || description === '' ? '' : `: ${description}`;
  return `Created for ${place} with ${deploymentConfigName}${watched}${why}`;
}

function admittedSentence({ target, alreadyInPlace, steps, skippedChecks }: DeploymentAdmitted): string {
  const { functionName, functionAlias, currentVersion, targetVersion: version } = target;
  const alias = `alias ${functionAlias} of ${functionName}`;
  const plan = alreadyInPlace
    ? `Admitted: ${alias} is on version ${version} already, nothing is moved`
    : `Admitted: ${alias} goes from version ${currentVersion} to version ${version} (${stepWords(steps)})`;
  return skippedChecks === undefined || skippedChecks.length === 0
    ? plan
    : `${plan}; not checked: ${skippedChecks.join('; ')}`;
}

/** Of a long plan its first step, its last two and the count tell enough. */
const MOST_STEPS_SHOWN = 4;

function stepWords(steps: readonly ShiftStep[]): string {
  const words = steps.map(({ weight, bakeSeconds }) =>
    bakeSeconds === undefined ? `${weight} %` : `${weight} % for ${bakeSeconds} s`,
  );
  if (words.length <= MOST_STEPS_SHOWN) return words.join(', then ');
  return `${words[0]}, then … ${words.slice(-2).join(', then ')}: ${words.length} steps`;
}

function postponedSentence({ reason, message, waitSeconds }: TrafficShiftPostponed): string {
  const why = reason === 'throttled' ? 'AWS throttles' : 'provisioned concurrency warms up';
  return `AllowTraffic: ${why}, so that it is tried again in ${waitSeconds} s: ${message}`;
}

function shiftedSentence(
  { weight, change, bakeEndsAt }: TrafficShifted,
  version: string,
  tell: (at: EpochMilliseconds) => string,
): string {
  const already = change === 'found' ? ' already' : '';
  const until = bakeEndsAt === undefined ? '' : `, until ${tell(bakeEndsAt)}`;
  return `AllowTraffic: ${weight} % of the traffic on ${version}${already}${until}`;
}

/** What a validation function said, where it said more than that it succeeded. */
function saidBy({ message }: Diagnostics): string {
  return message === SUCCESS.message ? '' : `: ${message}`;
}

function lateSentence({ lifecycleEventName, way, status, message }: HookAnsweredLate): string {
  const said = message === '' ? '' : `: ${message}`;
  return `${lifecycleEventName}: too late to count, the function's ${way} said ${status}${said}`;
}

function alarmSentence({ reason, alarmNames, message }: AlarmRaised): string {
  return reason === 'ringing' ? `${alarmsNamed(alarmNames, 'Alarm')} rang` : message;
}

function alarmsNamed(names: readonly string[], word: 'alarm' | 'Alarm'): string {
  return `${word}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}

const RESTORED: Readonly<Record<TrafficRestored['outcome'], string>> = {
  restored: 'Traffic restored',
  untouched: 'Traffic left as it was',
  'left-alone': 'Traffic left alone',
};

/** In brackets, because a message may end with a command to run, to which no full stop must stick. */
function endedSentence(
  word: 'Failed' | 'Stopped',
  { code, message, rollback }: DeploymentEndedEarly,
): string {
  const back =
    rollback.status === 'triggered'
      ? `rolled back by ${rollback.deploymentId}`
      : `not rolled back: ${rollback.reason.replace(/\.$/, '')}`;
  return `${word}: ${code} ${message} (${back})`;
}
