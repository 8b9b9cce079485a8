import type { Routing } from '../../core/deployments/alias.ts';
import { describeRouting, foreignVersions, isRouted } from '../../core/deployments/alias.ts';
import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { AwsFailure } from '../adapters/aws-failure.ts';
import type { LambdaAliases } from '../adapters/lambda-aliases.ts';

export type AliasMove =
  | { readonly status: 'moved' | 'found' }
  /** The log says that this task may not move it any more. */
  | { readonly status: 'overtaken' }
  | { readonly status: 'foreign' | 'warming'; readonly message: string }
  | AwsFailure;

/** Somebody who changes the alias as often as we look is stopped by nothing: leave it to the next try. */
const MOST_LOOKS = 5;

/**
 * Moves the alias, once or again: look at it, then read the log once more, then update on condition that it is still
 * what was seen. As wanted already is a success, since a reply may have been lost; a changed alias is looked at again,
 * and it is ours as long as it names only our two versions.
 */
export async function moveAlias(
  aliases: LambdaAliases,
  target: LambdaTarget,
  wanted: Routing,
  mayMove: () => Promise<boolean>,
): Promise<AliasMove> {
  const { functionName, functionAlias } = target;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    const seen = await aliases.get(target);
    if (seen.status !== 'found') return seen;
    const foreign = foreignVersions(seen.alias, target);
    if (foreign.length > 0) {
      return {
        status: 'foreign',
        message:
          `Somebody else changed the alias ${functionAlias} of ${functionName} during the deployment: it is ` +
          `${describeRouting(seen.alias)}, the deployment moves it from ${target.currentVersion} to ${target.targetVersion}.`,
      };
    }
    if (isRouted(seen.alias, wanted)) return { status: 'found' };
    if (!(await mayMove())) return { status: 'overtaken' };
    const update = await aliases.update(target, wanted, seen.alias.revisionId);
    if (update.status === 'updated') return { status: 'moved' };
    if (update.status !== 'changed') return update;
  }
  return {
    status: 'throttled',
    message: `the alias ${functionAlias} of ${functionName} changes all the time`,
  };
}
