import type { EpochMilliseconds } from '../../core/decider.ts';
import type { Alias } from '../../core/deployments/alias.ts';
import { describeRouting, foreignVersions, isWeighted, whole } from '../../core/deployments/alias.ts';
import type { CompleteRestore } from '../../core/deployments/deployment-commands.ts';
import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { homeVersion } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { LambdaAliases } from '../adapters/lambda-aliases.ts';
import { accessOf } from '../runtime/group-access.ts';
import { load } from '../runtime/history.ts';
import type { Task } from '../runtime/task.ts';
import { notUsable } from './alias-failure.ts';
import { decide } from './decide.ts';
import { moveAlias } from './move-alias.ts';
import type { TrafficPorts } from './shift-traffic.ts';

/**
 * Puts a divided alias back whole; one that is whole, or that somebody else changed, is left as it is. Each case is
 * recorded. Throws while it cannot be done, so that the workflow tries again: for five minutes, and for an hour what
 * only takes time.
 */
export async function restoreTraffic(ports: TrafficPorts, task: Task): Promise<object> {
  const { executionArn, error } = task;
  const begin = { executionArn, ...(error === undefined ? {} : { error }) };
  const { state } = await decide(ports, task, { type: 'BeginRestore', data: begin });
  if (hasEnded(state.status) || state.restore?.status === 'done') return {};
  const outcome = await restored(ports, task, state);
  await decide(ports, task, { type: 'CompleteRestore', data: { executionArn, ...outcome } });
  return {};
}

type Restored = Omit<CompleteRestore, 'executionArn'>;

async function restored(ports: TrafficPorts, task: Task, state: ExistingDeployment): Promise<Restored> {
  const target = state.admission?.target;
  const home = homeVersion(state);
  if (target === undefined || home === undefined || !state.traffic.touched) {
    return { outcome: 'untouched', message: 'No traffic had been moved.' };
  }
  const granted = await accessOf(ports, state.created);
  if (granted.status === 'refused') return unable(ports, task, granted);
  const { aliases } = granted.access;
  const seen = await aliases.get(target);
  if (seen.status === 'missing') return gone(target, seen.message);
  if (seen.status !== 'found')
    return unable(ports, task, notUsable(target, state.created.serviceRoleArn, seen));
  if (foreignVersions(seen.alias, target).length > 0) return leftAlone(target, describeRouting(seen.alias));
  if (!isWeighted(seen.alias)) {
    if (state.traffic.inFlight !== undefined) {
      await fenceOff(ports, restoreStart(state, ports.system.now()), { aliases, target, alias: seen.alias });
    }
    const weight = seen.alias.functionVersion === target.targetVersion ? 100 : 0;
    const message = `The alias ${target.functionAlias} was whole and stays so: ${describeRouting(seen.alias)}.`;
    return { outcome: 'untouched', weight, message };
  }
  return madeWhole(ports, task, { state, target, home, aliases });
}

/**
 * A shift that is on record as begun may still be on its way to Lambda, with the revision id that it has seen. Writing
 * the alias as it is makes that id stale. Where it does not, only time helps: what was sent before this restore began
 * has arrived, or never will, when the longest call is over. Throws for the workflow to try again.
 */
async function fenceOff(
  ports: TrafficPorts,
  restoreStartedAt: EpochMilliseconds,
  {
    aliases,
    target,
    alias,
  }: { readonly aliases: LambdaAliases; readonly target: LambdaTarget; readonly alias: Alias },
): Promise<void> {
  const written = await aliases.update(target, alias, alias.revisionId);
  const seen = await aliases.get(target);
  const isFenced =
    written.status === 'updated' && seen.status === 'found' && seen.alias.revisionId !== alias.revisionId;
  if (isFenced || ports.system.now() > restoreStartedAt + LONGEST_CALL_MILLISECONDS) return;
  throw new Error('a shift that was begun may still be on its way');
}

function restoreStart({ restore }: ExistingDeployment, now: EpochMilliseconds): EpochMilliseconds {
  return restore !== undefined && 'startedAt' in restore ? restore.startedAt : now;
}

/** AllowTraffic's own timeout, and some more for the clocks. */
const LONGEST_CALL_MILLISECONDS = 60_000;

function gone({ functionAlias, functionName }: LambdaTarget, message: string): Restored {
  return {
    outcome: 'left-alone',
    message: `The alias ${functionAlias} of ${functionName} no longer exists: ${message}`,
  };
}

async function madeWhole(
  ports: TrafficPorts,
  task: Task,
  {
    state,
    target,
    home,
    aliases,
  }: {
    readonly state: ExistingDeployment;
    readonly target: LambdaTarget;
    readonly home: string;
    readonly aliases: LambdaAliases;
  },
): Promise<Restored> {
  const moved = await moveAlias(aliases, target, whole(home), () => isStillOurs(ports, task));
  switch (moved.status) {
    case 'moved':
    case 'found':
      return {
        outcome: 'restored',
        weight: home === target.targetVersion ? 100 : 0,
        message: `The alias ${target.functionAlias} of ${target.functionName} is whole on version ${home} again.`,
      };
    case 'foreign':
      return leftAlone(target, moved.message);
    case 'overtaken':
      throw new Error('another execution has taken the deployment over');
    case 'warming':
      return unable(ports, task, { code: 'TIMEOUT', message: moved.message }, 'Warming');
    case 'missing':
      return gone(target, moved.message);
    case 'denied':
    case 'throttled':
      return unable(ports, task, notUsable(target, state.created.serviceRoleArn, moved));
    default:
      return moved satisfies never;
  }
}

function leftAlone({ functionAlias, functionName }: LambdaTarget, how: string): Restored {
  const message = `The alias ${functionAlias} of ${functionName} was left alone, since somebody else changed it: ${how}`;
  return { outcome: 'left-alone', message };
}

/** Records the first reason, and throws for the workflow to try again. */
async function unable(
  ports: TrafficPorts,
  task: Task,
  { code, message }: Pick<ReturnType<typeof notUsable>, 'code' | 'message'>,
  name: 'Error' | 'Warming' | 'Throttled' = code === 'THROTTLED' ? 'Throttled' : 'Error',
): Promise<never> {
  const { executionArn } = task;
  await decide(ports, task, { type: 'FailRestore', data: { executionArn, code, message } });
  // The workflow is more patient with what only takes time.
  throw Object.assign(new Error(message), { name });
}

async function isStillOurs(ports: TrafficPorts, task: Task): Promise<boolean> {
  const state = await load(ports.store, deployment, task.stream);
  return state.status !== 'Absent' && !hasEnded(state.status) && state.executionArn === task.executionArn;
}
