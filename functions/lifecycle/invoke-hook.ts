import * as z from 'zod';
import type { AnswerHook } from '../../core/deployments/deployment-commands.ts';
import type { Deployment, ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { fence } from '../../core/deployments/fencing.ts';
import { hookOf, lifecycleEvent, waitedFor } from '../../core/deployments/hooks.ts';
import type { HookedEventName } from '../../core/deployments/lifecycle.ts';
import type { HookFunctions, HookOutcome } from '../adapters/hook-functions.ts';
import { lambdaHookFunctions } from '../adapters/hook-functions.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { AssumedRole, Credentials } from '../adapters/service-roles.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import type { AccessPorts } from '../runtime/group-access.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import { accessPorts, storePorts, tokenPorts } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import { taskOf } from '../runtime/task.ts';
import type { WaitPorts } from '../runtime/waits.ts';
import { entryOf, settleWaits } from '../runtime/waits.ts';
import { decide } from './decide.ts';

export type InvokeHookPorts = ExecutePorts &
  WaitPorts & {
    readonly roles: AccessPorts['roles'];
    readonly rows: RowReader;
    readonly hooksWith: (credentials: Credentials) => HookFunctions;
  };

/**
 * State InvokeHook of a child execution: parks the parent's token, calls the validation function once and waits for its
 * end. What it returns or throws may be the answer; else the parent waits on for the callback. It runs in a child, so
 * that the parent is woken by an alarm or a stop while the function still runs. Running again never calls it again.
 */
export function invokeHook(ports: InvokeHookPorts): (event: unknown) => Promise<object> {
  return async (event) => {
    const found = await taskOf(ports.rows, event);
    if (found.type === 'launch') throw new Error('a hook belongs to a deployment');
    const { task } = found;
    const name = hookedEvent(task);
    const before = existing(await load(ports.store, deployment, task.stream));
    // Before anything is parked: an execution beside the recorded one has no wait that counts.
    fence(before, task.executionArn);
    const parked = { deploymentId: task.deploymentId, entry: entryOf(name, task), token: tokenOf(task) };
    await ports.tokens.park(parked, ports.system.now() + KEEP_MILLISECONDS);
    if (lifecycleEvent(before, name)?.status === 'Pending') await callOnce(ports, task, name, before);
    // Whatever came while nothing was parked, or from another run of this task, is in the log by now.
    await settleWaits(ports, existing(await load(ports.store, deployment, task.stream)));
    return {};
  };
}

/** A day, so that the table's own expiry only ever removes what nobody will wake. */
const KEEP_MILLISECONDS = 24 * 60 * 60 * 1000;

function hookedEvent({ state }: Task): HookedEventName {
  if (state === 'BeforeAllowTraffic' || state === 'AfterAllowTraffic') return state;
  throw new Error(`there is no hook for ${state ?? 'no state'}`);
}

function tokenOf({ token }: Task): string {
  if (token === undefined) throw new Error('the parent waits, so it has a token');
  return token;
}

function existing(state: Deployment): ExistingDeployment {
  if (state.status === 'Absent') throw new Error('a hook belongs to a deployment');
  return state;
}

type Answer = Omit<AnswerHook, 'hookExecutionIdHash'>;

/**
 * Nothing that may fail and be tried again comes between the event that says that the function is called and the call:
 * who finds the event does not call.
 */
async function callOnce(
  ports: InvokeHookPorts,
  task: Task,
  name: HookedEventName,
  before: ExistingDeployment,
): Promise<void> {
  const role = await assumedPatiently(ports, before.created);
  const hookExecutionId = ports.system.secret();
  const hookExecutionIdHash = ports.system.sha256(hookExecutionId);
  const { executionArn } = task;
  const { events, state } = await decide(ports, task, {
    type: 'BeginHook',
    data: { executionArn, lifecycleEventName: name, hookExecutionIdHash },
  });
  if (events.length === 0) return;
  const answer =
    role.status === 'assumed'
      ? await called(ports, task, state, { name, hookExecutionId, hooks: ports.hooksWith(role.credentials) })
      : failed('ScriptNotExecutable', `The service role cannot be assumed to call it: ${role.message}`);
  if (answer === undefined) return;
  await decide(ports, task, { type: 'AnswerHook', data: { hookExecutionIdHash, ...answer } });
}

async function assumedPatiently(
  { roles, system }: InvokeHookPorts,
  { serviceRoleArn, deploymentId }: ExistingDeployment['created'],
): Promise<AssumedRole> {
  const giveUpAt = system.now() + ROLE_THROTTLED_MILLISECONDS;
  for (let attempt = 0; ; attempt += 1) {
    const role = await roles.assume(serviceRoleArn, deploymentId);
    if (role.status !== 'throttled' || system.now() >= giveUpAt) return role;
    await system.sleep(Math.min(LONGEST_PAUSE_MILLISECONDS, 1000 * 2 ** attempt));
  }
}

/** Of the three minutes after which the sweep takes a workflow for dead. */
const ROLE_THROTTLED_MILLISECONDS = 2 * 60 * 1000;

/** The answer of the call itself; undefined where only a callback can be one. */
async function called(
  ports: InvokeHookPorts,
  task: Task,
  state: ExistingDeployment,
  {
    name,
    hookExecutionId,
    hooks,
  }: { readonly name: HookedEventName; readonly hookExecutionId: string; readonly hooks: HookFunctions },
): Promise<Answer | undefined> {
  const { created, admission } = state;
  const functionName = hookOf(state, name);
  if (functionName === undefined || admission === undefined) throw new Error(`${name} has no function`);
  const { functionAlias, ...target } = admission.target;
  const event = {
    DeploymentId: created.deploymentId,
    LifecycleEventHookExecutionId: hookExecutionId,
    FunctionName: target.functionName,
    Alias: functionAlias,
    CurrentVersion: target.currentVersion,
    TargetVersion: target.targetVersion,
  };
  const giveUpAt = ports.system.now() + THROTTLED_MILLISECONDS;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await hooks.invoke(functionName, event);
    if (outcome.status === 'unknown')
      logger.warn('a hook was not waited for to its end', { ...outcome, functionName });
    // What was throttled has not been called: it may be tried as long as anybody waits for it.
    if (outcome.status !== 'throttled' || ports.system.now() >= giveUpAt) {
      return answerOf(outcome, created.serviceRoleArn);
    }
    await ports.system.sleep(Math.min(LONGEST_PAUSE_MILLISECONDS, 1000 * 2 ** attempt));
    const now = existing(await load(ports.store, deployment, task.stream));
    if (waitedFor(now) === undefined) return undefined;
  }
}

const THROTTLED_MILLISECONDS = 5 * 60 * 1000;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

/** What a function may return instead of calling back. Anything else is no answer: CodeDeploy ignores results. */
const returned = z.object({
  status: z.enum(['Succeeded', 'Failed']),
  message: z.string().nullish(),
});

function answerOf(outcome: HookOutcome, serviceRoleArn: string): Answer | undefined {
  switch (outcome.status) {
    case 'returned': {
      const { success, data } = returned.safeParse(outcome.result);
      if (!success) return undefined;
      const { status, message } = data;
      const said = message === null || message === undefined ? {} : { message };
      return { way: 'return', status, ...said, logTail: outcome.logTail };
    }
    case 'threw':
      return { ...failed('ScriptFailed', outcome.message), logTail: outcome.logTail };
    case 'unknown':
      return undefined;
    case 'refused':
      return failed('ScriptNotExecutable', `Lambda did not call it: ${outcome.message}`);
    case 'missing':
      return failed('ScriptMissing', `There is no such function: ${outcome.message}`);
    case 'denied':
      return failed(
        'ScriptNotExecutable',
        `The service role ${serviceRoleArn} may not call it (${outcome.message}). Allow it lambda:InvokeFunction; ` +
          "CodeDeploy's own managed role may only call functions whose names begin with CodeDeployHook_.",
      );
    case 'throttled':
      return failed(
        'ScriptNotExecutable',
        `Lambda took no more calls: ${outcome.message}. Deploy again later.`,
      );
    default:
      return outcome satisfies never;
  }
}

function failed(errorCode: NonNullable<Answer['errorCode']>, message: string): Answer {
  return { way: 'error', status: 'Failed', errorCode, message };
}

export const handler = handlerOf('lifecycle/invoke-hook', (variables) => {
  const environment = environmentOf('lifecycle/invoke-hook', variables);
  const { roles } = accessPorts();
  return invokeHook({
    ...storePorts(environment),
    ...tokenPorts(environment),
    roles,
    workflows: stepFunctions(),
    hooksWith: lambdaHookFunctions,
  });
});
