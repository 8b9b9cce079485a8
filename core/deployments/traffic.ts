import type { Decision, Issued } from '../decider.ts';
import { failureFound } from './admission.ts';
import { LONGEST_WARMING, bakeEnd, deadlines, throttlingSeconds, warmingSeconds } from './deadlines.ts';
import type {
  BeginRestore,
  CompleteRestore,
  CompleteShift,
  FailDeployment,
  Fenced,
  PostponeShift,
} from './deployment-commands.ts';
import type { DeploymentEvent } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { fence } from './fencing.ts';
import { instantSuccess, mayFollow, timeOutHook } from './hooks.ts';
import { SUCCESS } from './lifecycle.ts';

/**
 * The next step may be taken: nothing is decided while the last one still bakes, while a step is in flight (its task
 * runs again and goes on with it), or once the deployment is to end.
 */
export function beginShift(state: ExistingDeployment, command: Fenced & Issued): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  const { admission, traffic } = state;
  if (hasEnded(state.status) || state.ending !== undefined || admission === undefined) return { events: [] };
  if (traffic.inFlight !== undefined || bakes(state, command.at)) return { events: [] };
  const step = traffic.step + 1;
  const next = admission.steps[step - 1];
  if (next === undefined || !mayFollow(state, 'BeforeAllowTraffic')) return { events: [] };
  const started: DeploymentEvent = {
    type: 'TrafficShiftStarted',
    data: { step, weight: next.weight, deadline: deadlines.task(command.at) },
  };
  if (step > 1) return { events: [started] };
  const first: DeploymentEvent = {
    type: 'LifecycleEventStarted',
    data: { lifecycleEventName: 'AllowTraffic' },
  };
  return { events: [...instantSuccess(state, 'BeforeAllowTraffic'), first, started] };
}

/** A workflow's timer counts from its entry into the state and the log from its first line: this is between them. */
const TIMER_SLACK_MILLISECONDS = 500;

/** Whether the last step has not had its time yet. */
export function bakes(state: ExistingDeployment, at: number): boolean {
  const { bakeEndsAt } = state.traffic;
  return bakeEndsAt !== undefined && at < bakeEndsAt - TIMER_SLACK_MILLISECONDS;
}

export function postponeShift(
  state: ExistingDeployment,
  command: PostponeShift & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  const inFlight = state.traffic.inFlight;
  if (hasEnded(state.status) || state.ending !== undefined || inFlight?.step !== command.step)
    return { events: [] };
  const warming = command.reason === 'provisioned-concurrency';
  const since = inFlight.postponed?.reason === command.reason ? inFlight.postponed.since : command.at;
  if (warming && command.at - since > LONGEST_WARMING) {
    return { events: failureFound(state, { code: 'TIMEOUT', message: command.message, at: command.at }) };
  }
  const waitSeconds = warming
    ? warmingSeconds(inFlight.postponements)
    : throttlingSeconds(inFlight.postponements, command.random);
  const { step, reason, message } = command;
  const deadline = deadlines.postponement(command.at, waitSeconds, command.policy);
  return {
    events: [{ type: 'TrafficShiftPostponed', data: { step, reason, message, waitSeconds, deadline } }],
  };
}

/** A fact about the alias, so it is recorded even when the deployment is to end meanwhile. */
export function completeShift(
  state: ExistingDeployment,
  command: CompleteShift & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  const { admission, traffic } = state;
  const { step, change } = command;
  if (hasEnded(state.status) || admission === undefined || traffic.inFlight?.step !== step)
    return { events: [] };
  const done = admission.steps[step - 1];
  if (done === undefined) return { events: [] };
  if (done.bakeSeconds === undefined) {
    const data = { step, weight: done.weight, change, deadline: deadlines.task(command.at) };
    const shifted: DeploymentEvent = { type: 'TrafficShifted', data };
    const succeeded: DeploymentEvent = {
      type: 'LifecycleEventSucceeded',
      data: { lifecycleEventName: 'AllowTraffic', diagnostics: SUCCESS },
    };
    return { events: state.ending === undefined ? [shifted, succeeded] : [shifted] };
  }
  const bakeEndsAt = bakeEnd(command.enteredAt, done.bakeSeconds);
  const deadline =
    state.ending === undefined ? deadlines.bake(bakeEndsAt, command.policy) : deadlines.task(command.at);
  return {
    events: [{ type: 'TrafficShifted', data: { step, weight: done.weight, change, bakeEndsAt, deadline } }],
  };
}

/** Whoever comes here without a reason on record came by an error of the workflow, which is then the reason. */
export function beginRestore(
  state: ExistingDeployment,
  command: BeginRestore & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  if (hasEnded(state.status) || state.restore?.status === 'done') return { events: [] };
  const timedOut = timeOutHook(state, command);
  const message = `The workflow could not go on: ${command.error ?? 'no reason was given'}.`;
  const failure =
    timedOut.length > 0 ? timedOut : failureFound(state, { code: 'INTERNAL_ERROR', message, at: command.at });
  // A replacement tries anew, with the whole patience.
  if (state.restore?.execution === state.executions) return { events: failure };
  const started: DeploymentEvent = {
    type: 'TrafficRestoreStarted',
    data: { deadline: deadlines.restore(command.at) },
  };
  return { events: [...failure, started] };
}

export function completeRestore(
  state: ExistingDeployment,
  command: CompleteRestore & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  if (hasEnded(state.status) || state.restore?.status === 'done') return { events: [] };
  const { outcome, message, weight } = command;
  const deadline = deadlines.task(command.at);
  const data = { outcome, message, deadline, ...(weight === undefined ? {} : { weight }) };
  return { events: [{ type: 'TrafficRestored', data }] };
}

/** Recorded once, and again before its deadline passes: the workflow tries on. */
export function failRestore(
  state: ExistingDeployment,
  command: FailDeployment & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  if (hasEnded(state.status) || state.restore?.status === 'done') return { events: [] };
  const isRecorded = state.restore?.status === 'failed' && state.restore.execution === state.executions;
  if (isRecorded && command.at < deadlines.renewal(state.deadline)) return { events: [] };
  const { code, message } = command;
  const data = { code, message, deadline: deadlines.restore(command.at) };
  return { events: [{ type: 'TrafficRestoreFailed', data }] };
}
