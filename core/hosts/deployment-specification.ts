import type { ServerDeploymentCreated } from '../deployments/deployment-events.ts';
import { IN_PLACE_LIFECYCLE } from '../deployments/lifecycle.ts';
import { isArchive } from '../registry/s3-location.ts';
import type { RevisionLocation } from '../registry/revision.ts';
import { unquotedETag } from '../registry/revision.ts';
import type { SpecifiedRevision, Specification } from './specification.ts';

/** What a specification holds beside what its deployment says. */
export interface SpecificationSupplies {
  /** Presigned, of a bundle in S3. */
  readonly bundleAddress?: string;
  /** Where it is another than appspec.yml. */
  readonly appSpecFilename?: string | undefined;
  /** Of a private repository. */
  readonly gitHubToken?: string;
  /** Where GitHub's API is, if not at its usual address. */
  readonly gitHubBaseUrl?: string;
}

/** What the hosts of a deployment are told, the same for all of them. */
export function deploymentSpecification(
  created: ServerDeploymentCreated,
  { appSpecFilename, bundleAddress, gitHubToken, gitHubBaseUrl }: SpecificationSupplies,
): Specification {
  return {
    DeploymentId: created.deploymentId,
    DeploymentGroupId: created.deploymentGroupId,
    DeploymentGroupName: created.deploymentGroupName,
    ApplicationName: created.applicationName,
    DeploymentCreator: created.creator,
    DeploymentType: 'IN_PLACE',
    AppSpecFilename: appSpecFilename,
    Revision: specifiedRevision(created.revision.location),
    FileExistsBehavior: created.fleet.fileExistsBehavior,
    GitHubAccessToken: gitHubToken,
    BundleAddress: bundleAddress,
    LastLifecycleEvent: IN_PLACE_LIFECYCLE.at(-1),
    GitHubBaseUrl: gitHubBaseUrl,
  };
}

/** Throws where no agent could fetch it: servers take no other. */
function specifiedRevision(location: RevisionLocation): SpecifiedRevision {
  if (location.revisionType === 'GitHub') {
    const [Account = '', Repository = ''] = location.repository.split('/');
    return { RevisionType: 'GitHub', GitHubRevision: { Account, Repository, CommitId: location.commitId } };
  }
  if (location.revisionType !== 'S3' || !isArchive(location)) {
    throw new Error('an AppSpec by itself is no revision for servers');
  }
  const { bucket, key, bundleType, version, eTag } = location;
  return {
    RevisionType: 'S3',
    S3Revision: {
      Bucket: bucket,
      Key: key,
      BundleType: bundleType,
      Version: version,
      ETag: eTag === undefined ? undefined : unquotedETag(eTag),
    },
  };
}
