import type { Decision, Issued } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { failureFound } from './admission.ts';
import { deadlines } from './deadlines.ts';
import type { AnswerHook, BeginHook } from './deployment-commands.ts';
import type { DeploymentEvent, HookInvoked } from './deployment-events.ts';
import type { ExistingDeployment, LifecycleEvent } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { fence } from './fencing.ts';
import type { Diagnostics, HookedEventName, LifecycleEventName } from './lifecycle.ts';
import { SUCCESS } from './lifecycle.ts';

/** The function of an event; undefined where it has none and is an instant success. */
export function hookOf({ admission }: ExistingDeployment, name: HookedEventName): string | undefined {
  return name === 'BeforeAllowTraffic'
    ? admission?.hooks?.beforeAllowTraffic
    : admission?.hooks?.afterAllowTraffic;
}

export function lifecycleEvent(
  state: ExistingDeployment,
  name: LifecycleEventName,
): LifecycleEvent | undefined {
  return state.lifecycleEvents.find((event) => event.lifecycleEventName === name);
}

/** Whether what comes after the event may begin: it has succeeded, or has no function and will. */
export function mayFollow(state: ExistingDeployment, name: HookedEventName): boolean {
  const status = lifecycleEvent(state, name)?.status;
  return status === 'Succeeded' || (status === 'Pending' && hookOf(state, name) === undefined);
}

/** An event without a function takes no time; nothing where it has succeeded already. */
export function instantSuccess(
  state: ExistingDeployment,
  lifecycleEventName: HookedEventName,
): readonly DeploymentEvent[] {
  if (lifecycleEvent(state, lifecycleEventName)?.status !== 'Pending') return [];
  return [{ type: 'LifecycleEventSucceeded', data: { lifecycleEventName, diagnostics: SUCCESS } }];
}

/** Decided once at most: whoever finds the event begun already must not call the function again. */
export function beginHook(state: ExistingDeployment, command: BeginHook & Issued): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  const { lifecycleEventName, hookExecutionIdHash, at } = command;
  const functionName = hookOf(state, lifecycleEventName);
  const isOver = hasEnded(state.status) || state.ending !== undefined;
  if (
    isOver ||
    functionName === undefined ||
    lifecycleEvent(state, lifecycleEventName)?.status !== 'Pending'
  ) {
    return { events: [] };
  }
  const answerBy = deadlines.hookAnswer(at);
  const deadline = deadlines.hook(answerBy);
  return {
    events: [
      { type: 'LifecycleEventStarted', data: { lifecycleEventName } },
      {
        type: 'HookInvoked',
        data: { lifecycleEventName, functionName, hookExecutionIdHash, answerBy, deadline },
      },
    ],
  };
}

/** The first answer counts. A later callback is refused, a later result or error of the function only recorded. */
export function answerHook(
  state: ExistingDeployment,
  command: AnswerHook & Issued,
): Decision<DeploymentEvent> {
  const { way, status, message = '', at } = command;
  const hook = state.hooks?.find(
    ({ hookExecutionIdHash }) => hookExecutionIdHash === command.hookExecutionIdHash,
  );
  if (hook === undefined) {
    throw new Refusal(
      'InvalidLifecycleEventHookExecutionIdException',
      `The lifecycleEventHookExecutionId is none of deployment ${state.created.deploymentId}. Give the one that the event of the function holds.`,
    );
  }
  const { lifecycleEventName } = hook;
  if (lifecycleEvent(state, lifecycleEventName)?.status !== 'InProgress') {
    if (way !== 'callback') {
      const late = { lifecycleEventName, way, status, message: message.slice(0, LONGEST_MESSAGE) };
      return { events: [{ type: 'HookAnsweredLate', data: late }] };
    }
    throw new Refusal(
      'LifecycleEventAlreadyCompletedException',
      `${lifecycleEventName} of deployment ${state.created.deploymentId} is over already.`,
    );
  }
  if (status === 'Failed') return { events: hookFailed(state, hook, diagnosticsOf(hook, command), at) };
  const diagnostics = { ...SUCCESS, ...spoken(hook, command) };
  const deadline = deadlines.task(at);
  return {
    events: [{ type: 'LifecycleEventSucceeded', data: { lifecycleEventName, diagnostics, deadline } }],
  };
}

/** A hook that has had its hour; nothing before that, or where none is waited for. */
export function timeOutHook(
  state: ExistingDeployment,
  { at }: Pick<Issued, 'at'>,
): readonly DeploymentEvent[] {
  const hook = waitedFor(state);
  if (hook === undefined || at < hook.answerBy) return [];
  const message = `${hook.functionName} gave no answer within 60 minutes.`;
  const diagnostics = {
    errorCode: 'ScriptTimedOut',
    scriptName: hook.functionName,
    message,
    logTail: '',
  } as const;
  return hookFailed(state, hook, diagnostics, at);
}

/** The hook whose answer is waited for now. */
export function waitedFor(state: ExistingDeployment): HookInvoked | undefined {
  if (hasEnded(state.status) || state.ending !== undefined) return undefined;
  return state.hooks?.find(
    ({ lifecycleEventName }) => lifecycleEvent(state, lifecycleEventName)?.status === 'InProgress',
  );
}

function hookFailed(
  state: ExistingDeployment,
  { lifecycleEventName, functionName }: HookInvoked,
  diagnostics: Diagnostics,
  at: number,
): readonly DeploymentEvent[] {
  const message = `The validation function ${functionName} of ${lifecycleEventName} failed: ${diagnostics.message}`;
  return [
    { type: 'LifecycleEventFailed', data: { lifecycleEventName, diagnostics } },
    ...failureFound(state, { code: 'HOOK_EXECUTION_FAILURE', message, at }),
  ];
}

function diagnosticsOf(hook: HookInvoked, answer: AnswerHook): Diagnostics {
  return {
    errorCode: answer.errorCode ?? 'ScriptFailed',
    scriptName: hook.functionName,
    message: 'It said Failed.',
    logTail: '',
    ...spoken(hook, answer),
  };
}

/** What the function said, within what an event holds. */
function spoken(hook: HookInvoked, { message, logTail }: AnswerHook): Partial<Diagnostics> {
  return {
    ...(message === undefined || message === '' ? {} : { message: message.slice(0, LONGEST_MESSAGE) }),
    ...(logTail === undefined || logTail === ''
      ? {}
      : { logTail: logTail.slice(-LONGEST_LOG_TAIL), scriptName: hook.functionName }),
  };
}

/** An error's text may be a whole page; the log of the function has it all. */
const LONGEST_MESSAGE = 1000;
/** Lambda itself gives the last 4 KB of a log. */
const LONGEST_LOG_TAIL = 4096;
