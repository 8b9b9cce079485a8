import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect } from 'vitest';
import type { Fleet } from './cloud.ts';
import { appSpec, local } from './cloud.ts';
import type { Credentials } from './iam-users.ts';

/** As the README says: a client takes a path by its endpoint. The SDK posts to it with a slash behind. */
export function clientAt(path: string, credentials: Credentials): CodeDeployClient {
  const endpoint = `${local.endpoint}${path}`;
  return new CodeDeployClient({ endpoint, region: local.region, credentials, maxAttempts: 1 });
}

/** The gateway itself refuses it, so that it has never reached the function. */
export const BY_THE_GATEWAY = {
  $metadata: { httpStatusCode: 403 },
  message: expect.stringContaining('not authorized'),
};

export function refusedFor(touched: string): object {
  return { name: 'AccessDeniedException', message: expect.stringContaining(`touches ${touched}`) };
}

export const NOT_THERE = { name: 'DeploymentDoesNotExistException' };

export function arnOf(applicationName: string): string {
  return `arn:aws:codedeploy:${local.region}:${local.accountId}:application:${applicationName}`;
}

export function wanted({ applicationName, deploymentGroupName, functionName }: Fleet) {
  const content = appSpec(functionName, '1', '2');
  return {
    applicationName,
    deploymentGroupName,
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
  } as const;
}

/** Of a path that begins with our name, or ends with it, and means another. */
export function spellings(ours: string, theirs: string): readonly string[] {
  return [
    `applications/${ours}/../${theirs}`,
    `applications/${ours}/%2e%2e/${theirs}`,
    `applications/${ours}%2F..%2F${theirs}`,
    `applications/${ours}/applications/${theirs}`,
    `applications/${theirs}%2Fapplications%2F${ours}`,
    `applications/${theirs}%3F/applications/${ours}`,
    `applications/${theirs}%23${ours}`,
    `applications/${theirs}%00`,
    `applications/${theirs.replace('s', '%2573')}`,
    `applications//${theirs}`,
    `applications/./${theirs}`,
    `applications/${ours}//`,
  ];
}
