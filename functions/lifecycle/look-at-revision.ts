import type { ServerDeploymentCreated } from '../../core/deployments/deployment-events.ts';
import { gitHubTokenNameOf } from '../../core/registry/github-token.ts';
import { unreachable } from '../../core/unreachable.ts';
import type { GitHubRepositories } from '../adapters/git-hub-repositories.ts';
import type { GitHubTokenNames } from '../adapters/github-tokens.ts';
import { logger } from '../runtime/log.ts';
import type { Refused } from './alias-failure.ts';

export interface RevisionPorts {
  readonly gitHubTokenNames: Pick<GitHubTokenNames, 'has'>;
  readonly gitHubRepositories: GitHubRepositories;
}

/**
 * Whether hosts could not but fail to fetch the revision, which is better known before any of them stops what it runs.
 * Undefined where nothing speaks against it; what cannot be told here the hosts find out.
 */
export async function lookAtRevision(
  { gitHubTokenNames, gitHubRepositories }: RevisionPorts,
  { revision: { location } }: ServerDeploymentCreated,
): Promise<Refused | undefined> {
  if (location.revisionType !== 'GitHub') return undefined;
  const tokenName = gitHubTokenNameOf(location);
  // What the token opens only the function knows that may decrypt it.
  if (tokenName !== undefined && (await gitHubTokenNames.has(tokenName))) return undefined;
  const { repository, commitId } = location;
  const [account] = repository.split('/');
  const seen = await gitHubRepositories.look(location);
  switch (seen.status) {
    case 'seen':
      return undefined;
    case 'hidden':
      return {
        status: 'refused',
        code: 'MISSING_GITHUB_TOKEN',
        message:
          `GitHub shows the repository ${repository} to nobody without a token: it is private, or there is none. ` +
          `If it is private, connect its account: npx sluice github connect ${account}`,
      };
    case 'no-commit':
      return {
        status: 'refused',
        code: 'REVISION_MISSING',
        message: `The repository ${repository} on GitHub has no commit ${commitId}.`,
      };
    case 'unanswered':
      logger.info('GitHub was not seen', { repository, message: seen.message });
      return undefined;
    default:
      return unreachable(seen);
  }
}
