import { type FirstFew, namesOf, nobody, withName } from '../first-few.ts';
import type { FailDeployment } from './deployment-commands.ts';
import type { ClaimedTarget } from './target-state.ts';

/** Adds to the targets that failed because their hosts took no command in the time for it. */
export function withUnreached(unreached: FirstFew, target: ClaimedTarget): FirstFew {
  return target.isUnreached === true ? withName(unreached, target.claimed.targetId) : unreached;
}

/** Too few instances are healthy, and where no host that failed ever took work, that is to be mended on the hosts. */
export function tooFewHealthy(
  message: string,
  failed: number,
  unreached: FirstFew = nobody,
): Pick<FailDeployment, 'code' | 'message'> {
  const { count } = unreached;
  if (count === 0 || count < failed) return { code: 'HEALTH_CONSTRAINTS', message };
  return {
    code: 'AGENT_ISSUE',
    message:
      `No agent picked up work on ${namesOf(unreached)}. Check that it is installed and running there, and with \`sluice host list\` ` +
      `when each asked for work last. ${message}`,
  };
}
