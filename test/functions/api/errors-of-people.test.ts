import { expect, test } from 'vitest';
import { STACK_ROLE, api } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { STYLE, aDeployment, aGroup, appSpec, both, inline } from '../../support/api-groups.ts';

/**
 * What people get wrong before a deployment begins. Each is refused at once by its modelled error, which says what to
 * do, and nothing has been written.
 */
interface Mistake {
  readonly operation: string;
  readonly body: object | ((one: Api) => object);
  readonly code: string;
  /** What the message must tell. */
  readonly says: RegExp;
}

const ACCOUNT = 'arn:aws:iam::123456789012';
const escaped = JSON.stringify(appSpec());

function deploying(revision: object): Pick<Mistake, 'operation' | 'body'> {
  return { operation: 'CreateDeployment', body: { ...both, revision } };
}

function inS3(bundleType: string, key = 'CodeDeploy/quote.yaml') {
  return deploying({ revisionType: 'S3', s3Location: { bucket: 'releases', key, bundleType } });
}

function withRole(serviceRoleArn: string): Pick<Mistake, 'operation' | 'body'> {
  const body = { ...both, deploymentGroupName: 'second', serviceRoleArn, deploymentStyle: STYLE };
  return { operation: 'CreateDeploymentGroup', body };
}

const mistakes: Readonly<Record<string, Mistake>> = {
  'a zip, as one deploys to instances': {
    ...inS3('zip', 'bundle.zip'),
    code: 'InvalidRevisionException',
    says: /bundleType zip is not supported on .*Lambda. Pass the AppSpec itself.*bundleType YAML or JSON/,
  },
  'a bundle type in lower case': {
    ...inS3('yaml'),
    code: 'InvalidRevisionException',
    says: /"yaml" is none.*for Lambda YAML or JSON/,
  },
  'a commit in GitHub': {
    ...deploying({
      revisionType: 'GitHub',
      gitHubLocation: { repository: 'shop/quote', commitId: '0c0ffee' },
    }),
    code: 'InvalidRevisionException',
    says: /GitHub is not supported on .*Lambda.*AppSpecContent, or name it in S3/,
  },
  'the member of one type under the name of another': {
    ...deploying({ revisionType: 'S3', appSpecContent: { content: appSpec() } }),
    code: 'InvalidRevisionException',
    says: /revisionType S3 needs the member s3Location/,
  },
  'no revision type': {
    ...deploying({ appSpecContent: { content: appSpec() } }),
    code: 'InvalidRevisionException',
    says: /revisionType is missing. Valid are S3, GitHub, AppSpecContent, String/,
  },
  'a digest that was taken of the escaped text': {
    operation: 'CreateDeployment',
    body: ({ ports }) => ({
      ...both,
      revision: {
        revisionType: 'AppSpecContent',
        appSpecContent: { content: appSpec(), sha256: ports.system.sha256(escaped) },
      },
    }),
    code: 'InvalidRevisionException',
    says: /sha256 says [0-9a-f]{64}, but .* is [0-9a-f]{64}. Hash the content as it is before JSON escapes it/,
  },
  'a digest in capitals': {
    ...deploying({ revisionType: 'AppSpecContent', appSpecContent: { sha256: 'A'.repeat(64) } }),
    code: 'InvalidRevisionException',
    says: /64 lower-case hexadecimal digits, not "AAA/,
  },
  'a digest of something that was never deployed': {
    ...deploying({ revisionType: 'AppSpecContent', appSpecContent: { sha256: 'a'.repeat(64) } }),
    code: 'RevisionDoesNotExistException',
    says: /SHA-256 a{64}. Give its content as well/,
  },
  'an AppSpec with the code in it': {
    ...deploying(inline('x'.repeat(102_401))),
    code: 'InvalidRevisionException',
    says: /larger than 102400 bytes of UTF-8. Shorten the AppSpec/,
  },
  'the name of a group in other letters': {
    operation: 'CreateDeployment',
    body: { ...both, deploymentGroupName: 'Live', revision: inline(appSpec()) },
    code: 'DeploymentGroupDoesNotExistException',
    says: /No deployment group found for name: Live$/,
  },
  'a name with a space': {
    operation: 'CreateApplication',
    body: { applicationName: 'price quotes', computePlatform: 'Lambda' },
    code: 'InvalidApplicationNameException',
    says: /Use 1 to 100 characters of A-Z a-z 0-9/,
  },
  'the configuration that Terraform sends where none is named': {
    operation: 'UpdateDeploymentGroup',
    body: {
      applicationName: 'quotes',
      currentDeploymentGroupName: 'live',
      deploymentConfigName: 'CodeDeployDefault.OneAtATime',
    },
    code: 'InvalidDeploymentConfigNameException',
    says: /is for .*Server.*Name a configuration for Lambda/,
  },
  'the name of a role where its ARN belongs': {
    ...withRole('Deploy'),
    code: 'InvalidRoleException',
    says: /"Deploy" is not the ARN of an IAM role \(arn:aws:iam::ACCOUNT:role\/NAME\)/,
  },
  'a role that does not exist': {
    ...withRole(`${ACCOUNT}:role/Nobody`),
    code: 'InvalidRoleException',
    says: /no such role in this account. Create it, or name another/,
  },
  'a role that is meant for another application': {
    ...withRole(`${ACCOUNT}:role/Other`),
    code: 'InvalidRoleException',
    says: /Run: npx sluice role trust .*role.Other --application quotes, or: aws iam tag-role --role-name Other --tags .*"Value":"prices quotes"/,
  },
  'a role that does not trust us': {
    ...withRole(`${ACCOUNT}:role/Closed`),
    code: 'InvalidRoleException',
    says: /does not trust Sluice.*Add this statement to its trust policy: \{"Effect":"Allow"/,
  },
  'an ARN of another region': {
    operation: 'TagResource',
    body: {
      ResourceArn: 'arn:aws:codedeploy:us-east-1:123456789012:application:quotes',
      Tags: [{ Key: 'team', Value: 'shop' }],
    },
    code: 'ArnNotSupportedException',
    says: /this is the account 123456789012 in eu-central-1/,
  },
};

test.each(Object.entries(mistakes))('%s', async (_, { operation, body, code, says }) => {
  const one = api();
  await aGroup(one);
  const quotes = { 'sluice:applications': 'quotes' };
  one.roles.set(`${ACCOUNT}:role/Other`, { tags: { 'sluice:applications': 'prices' } });
  const denied = { status: 'denied', message: 'not authorized' } as const;
  one.roles.set(`${ACCOUNT}:role/Closed`, { tags: quotes, assume: () => denied });
  const message = await one.refused(operation, typeof body === 'function' ? body(one) : body, code, says);
  expect(message.length).toBeLessThan(700);
});

test('a second deployment while one runs is told which one holds the group', async () => {
  const one = api();
  await aGroup(one, { serviceRoleArn: STACK_ROLE });
  const deploymentId = await aDeployment(one);
  const second = { ...both, revision: inline(appSpec('9')) };
  const says = `'live' already has an active Deployment '${deploymentId}'`;
  await one.refused('CreateDeployment', second, 'DeploymentLimitExceededException', says);
});
