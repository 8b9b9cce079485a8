import { appSpecFilename } from '../../core/appspec/appspec-filename.ts';
import type { ServerDeploymentCreated } from '../../core/deployments/deployment-events.ts';
import { gitHubTokenNameOf } from '../../core/registry/github-token.ts';
import type { GitHubLocation, S3Location } from '../../core/registry/revision.ts';
import { isArchive } from '../../core/registry/s3-location.ts';
import { unreachable } from '../../core/unreachable.ts';
import type { BundlePaths } from '../adapters/bundle-paths.ts';
import type { GitHubRepositories } from '../adapters/git-hub-repositories.ts';
import type { GitHubTokenNames } from '../adapters/github-tokens.ts';
import type { ObjectFailure } from '../adapters/revision-objects.ts';
import { objectFailure } from '../adapters/revision-objects.ts';
import type { Credentials } from '../adapters/service-roles.ts';
import { logger } from '../runtime/log.ts';
import type { Refused } from './alias-failure.ts';
import { unreadable } from './read-app-spec.ts';

export interface RevisionPorts {
  readonly bundlePathsWith: (credentials: Credentials) => BundlePaths;
  readonly gitHubTokenNames: Pick<GitHubTokenNames, 'has'>;
  readonly gitHubRepositories: GitHubRepositories;
}

export type SeenRevision =
  | Refused
  | {
      readonly status: 'seen';
      /** Where hosts have to be told it. */
      readonly appSpecFilename?: string;
    };

/**
 * What hosts had better be told, or spared, of a revision before any of them stops what it runs: the name of its AppSpec,
 * and that they could not but fail to fetch it. What cannot be told here the hosts find out.
 */
export async function lookAtRevision(
  ports: RevisionPorts,
  { revision: { location }, serviceRoleArn }: ServerDeploymentCreated,
  credentials: Credentials,
): Promise<SeenRevision> {
  switch (location.revisionType) {
    case 'GitHub':
      return lookAtGitHub(ports, location);
    case 'S3':
      return lookAtBundle(ports.bundlePathsWith(credentials), location, serviceRoleArn);
    default:
      // Servers take no other.
      return { status: 'seen' };
  }
}

const NO_HOST_GETS_IT: ReadonlySet<ObjectFailure['status']> = new Set(['missing', 'changed', 'throttled']);

/** Stock agents have rights of their own to the bundle, so that the role of their group may have none. */
async function lookAtBundle(
  bundlePaths: BundlePaths,
  location: S3Location,
  serviceRoleArn: string,
): Promise<SeenRevision> {
  if (!isArchive(location)) return { status: 'seen' };
  try {
    return seen(await appSpecFilename(bundlePaths.of(location)));
  } catch (thrown) {
    const error = thrown as Error;
    const failure = objectFailure(error);
    if (failure !== undefined && NO_HOST_GETS_IT.has(failure.status))
      return unreadable('bundle', failure, location, serviceRoleArn);
    const { bucket, key } = location;
    logger.info('the bundle was not looked through', { bucket, key, error });
    return { status: 'seen' };
  }
}

async function lookAtGitHub(
  { gitHubTokenNames, gitHubRepositories }: RevisionPorts,
  location: GitHubLocation,
): Promise<SeenRevision> {
  const tokenName = gitHubTokenNameOf(location);
  // What the token opens only the function knows that may decrypt it.
  if (tokenName !== undefined && (await gitHubTokenNames.has(tokenName))) return { status: 'seen' };
  const { repository, commitId } = location;
  const [account] = repository.split('/');
  const found = await gitHubRepositories.look(location);
  switch (found.status) {
    case 'seen':
      return seen(await appSpecFilename(found.names));
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
      logger.info('GitHub was not seen', { repository, message: found.message });
      return { status: 'seen' };
    default:
      return unreachable(found);
  }
}

function seen(name: string | undefined): SeenRevision {
  return name === undefined ? { status: 'seen' } : { status: 'seen', appSpecFilename: name };
}
