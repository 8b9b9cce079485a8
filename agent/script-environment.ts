import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { bundleETagPath } from './deployment-folders.ts';
import type { HostEvent } from './run-event.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** All that a script is told: what CodeDeploy's agents tell, and of the agent's own environment nothing but where programs are. */
export function scriptEnvironment(event: HostEvent): Readonly<Record<string, string>> {
  const { specification, name } = event;
  return {
    PATH: process.env['PATH'] ?? PATH,
    HOME: homedir(),
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    LIFECYCLE_EVENT: name,
    DEPLOYMENT_ID: specification.DeploymentId,
    APPLICATION_NAME: specification.ApplicationName,
    DEPLOYMENT_GROUP_NAME: specification.DeploymentGroupName,
    DEPLOYMENT_GROUP_ID: specification.DeploymentGroupId,
    ...bundle(event),
  };
}

function bundle(event: HostEvent): Readonly<Record<string, string>> {
  const { Revision } = event.specification;
  if (Revision.RevisionType === 'GitHub') return { BUNDLE_COMMIT: Revision.GitHubRevision.CommitId };
  const { Bucket, Key, Version, ETag = downloadedETag(event) } = Revision.S3Revision;
  return {
    BUNDLE_BUCKET: Bucket,
    BUNDLE_KEY: Key,
    ...(Version === undefined ? {} : { BUNDLE_VERSION: Version }),
    ...(ETag === undefined ? {} : { BUNDLE_ETAG: ETag }),
  };
}

function downloadedETag(event: HostEvent): string | undefined {
  try {
    return readFileSync(bundleETagPath(event), 'utf8').trim();
  } catch {
    return undefined;
  }
}
