import { CreateDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { roleName } from '../../core/registry/names.ts';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';
import type { Fleet } from './cloud.ts';
import {
  alias,
  appSpec,
  baking,
  codedeploy,
  ended,
  events,
  fleet,
  iam,
  local,
  setAlarm,
  slowCanary,
} from './cloud.ts';
import { bucketOfReleases, s3 } from './releases.ts';
import { sluice } from './sluice.ts';
import { stockRole } from './stock-role.ts';
import { hook } from './validation-functions.ts';

let bucket: string;
let roleArn: string;
let hookName: string;

beforeAll(async () => {
  roleArn = await stockRole();
  bucket = await bucketOfReleases();
  hookName = await hook(
    zippedFunction(
      `export const handler = async () => { console.log('looked'); return { status: 'Succeeded' }; };`,
    ),
  );
});

describe('a role that CodeDeploy has used so far', () => {
  it('is refused with the command to run, which shows what is missing and adds it', async () => {
    await expect(fleet({ serviceRoleArn: roleArn })).rejects.toMatchObject({
      name: 'InvalidRoleException',
      message: expect.stringMatching(/npx sluice role trust \S+ --application shop-/),
    });
    const tagged = await sluice('role', 'trust', roleArn, '--application', 'shop');
    expect(tagged).toMatchObject({ exitCode: 2, err: expect.stringContaining('+   "Value": "shop"') });
    expect(tagged.err).toContain(`"arn:aws:iam::${local.accountId}:role/sluice/${local.stackName}/*"`);
    expect((await roleNow()).trust.Statement).toHaveLength(1);

    const done = await sluice('role', 'trust', roleArn, '--application', 'shop', '--yes');
    expect(done).toMatchObject({ exitCode: 0, out: expect.stringContaining('groups of shop may name it') });
    const { trust, tags } = await roleNow();
    expect(trust.Statement).toHaveLength(2);
    expect(JSON.stringify(trust)).toContain('codedeploy.amazonaws.com');
    expect(tags).toEqual([{ Key: 'sluice:applications', Value: 'shop' }]);
    const again = await sluice('role', 'trust', roleArn, '--application', 'shop');
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Nothing is missing/) });
  });

  it('is still refused to an application that its tag does not name', async () => {
    await expect(fleet({ serviceRoleArn: roleArn })).rejects.toMatchObject({
      message: expect.stringContaining('nor does its tag sluice:applications name the application'),
    });
    expect((await sluice('role', 'trust', roleArn, '--all-applications', '--yes')).exitCode).toBe(0);
  });
});

describe('with nothing but its stock rights', () => {
  it('a canary with hooks from S3 is deployed, and the timeline says what was not checked', async () => {
    const shop = await fleet({ serviceRoleArn: roleArn });
    const id = await deployFrom(shop, 'CodeDeploy/quote.json', {
      config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    });
    expect((await ended(id)).status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });
    const said = await sluice('events', id);
    expect(said.out).toMatch(/not checked: whether version 2 .*denied: lambda:GetFunctionConfiguration/);
    expect(said.out).toMatch(/provisioned concurrency .*denied: lambda:GetProvisionedConcurrencyConfig/);
    const logTails = (await events(id)).filter(({ data }) => JSON.stringify(data).includes('looked'));
    expect(logTails.length).toBeGreaterThan(0);
  });

  it('an alarm turns the traffic back', async () => {
    const shop = await fleet({ serviceRoleArn: roleArn });
    const id = await deployFrom(shop, 'CodeDeploy/quote.json', { config: await slowCanary() });
    await baking(id);
    await setAlarm(shop.alarmName, 'ALARM');
    const stopped = await ended(id);
    expect(stopped).toMatchObject({ status: 'Stopped', errorInformation: { code: 'ALARM_ACTIVE' } });
    const rollback = await ended(stopped.rollbackInfo?.rollbackDeploymentId ?? '');
    expect(rollback.status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual({ version: '1', weights: {} });
  });

  it('an object under another key is read by its tag, and without it the error names the rule', async () => {
    const shop = await fleet({ serviceRoleArn: roleArn });
    const denied = await ended(await deployFrom(shop, 'releases/quote.json', AT_ONCE));
    expect(denied.errorInformation).toMatchObject({
      code: 'IAM_ROLE_PERMISSIONS',
      message: expect.stringMatching(/CodeDeploy\/ folder in their key.*tag UseWithCodeDeploy=true/),
    });
    const tagged = await deployFrom(shop, 'releases/quote.json', {
      ...AT_ONCE,
      tag: 'UseWithCodeDeploy=true',
    });
    expect((await ended(tagged)).status).toBe('Succeeded');
  });
});

const AT_ONCE = { config: 'CodeDeployDefault.LambdaAllAtOnce' };

async function deployFrom(
  { applicationName, deploymentGroupName, functionName }: Fleet,
  Key: string,
  { config, tag }: { readonly config: string; readonly tag?: string },
): Promise<string> {
  const Body = JSON.stringify({
    ...(JSON.parse(appSpec(functionName, '1', '2')) as object),
    Hooks: [{ BeforeAllowTraffic: hookName }, { AfterAllowTraffic: hookName }],
  });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, Tagging: tag }));
  const revision = {
    revisionType: 'S3',
    s3Location: { bucket, key: Key, bundleType: 'JSON' },
  } as const;
  const { deploymentId } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName,
      deploymentGroupName,
      deploymentConfigName: config,
      revision,
    }),
  );
  return deploymentId ?? '';
}

async function roleNow(): Promise<{
  readonly trust: { readonly Statement: readonly unknown[] };
  readonly tags: unknown;
}> {
  const RoleName = roleName(roleArn);
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
  const trust: unknown = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
  return { trust: trust as { readonly Statement: readonly unknown[] }, tags: Role?.Tags };
}
