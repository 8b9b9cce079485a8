import type { FailDeployment } from './deployment-commands.ts';
import type { ClaimedTarget } from './target-state.ts';

/** The targets that failed because their hosts never took a command that waited for them. */
export interface Unreached {
  readonly count: number;
  /** Of the first few. */
  readonly targetIds: readonly string[];
}

export const nobodyUnreached: Unreached = { count: 0, targetIds: [] };

/** The rest is in the list of targets. */
const MOST_NAMED = 5;

export function withUnreached(unreached: Unreached, target: ClaimedTarget): Unreached {
  const { status, isReached, lifecycleEvents, claimed } = target;
  // One that was given up without a command of its own having failed says nothing of its host.
  const wasWaitedFor = lifecycleEvents.some((event) => event.status === 'Failed');
  if (status !== 'Failed' || isReached === true || !wasWaitedFor) return unreached;
  const { count, targetIds } = unreached;
  return {
    count: count + 1,
    targetIds: count < MOST_NAMED ? [...targetIds, claimed.targetId] : targetIds,
  };
}

/** Too few instances are healthy, and where no host that failed ever took work, that is to be mended on the hosts. */
export function tooFewHealthy(
  message: string,
  failed: number,
  { count, targetIds }: Unreached = nobodyUnreached,
): Pick<FailDeployment, 'code' | 'message'> {
  if (count === 0 || count < failed) return { code: 'HEALTH_CONSTRAINTS', message };
  const more = count - targetIds.length;
  const names = `${targetIds.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
  return {
    code: 'AGENT_ISSUE',
    message:
      `No agent picked up work on ${names}. Check that it is installed and running there, and with \`sluice host list\` ` +
      `when each asked for work last. ${message}`,
  };
}
