import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentGroupCommand,
  DeleteApplicationCommand,
  DeleteResourcesByExternalIdCommand,
  ListApplicationsCommand,
  UpdateApplicationCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { appSpec, codedeploy, fleet, iam, local, rows, store } from './cloud.ts';
import { policyOf, userUnder } from './iam-users.ts';

const style = { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' } as const;

async function userWith(statement: object | undefined): Promise<CodeDeployClient> {
  const { key: credentials } = await userUnder(statement && policyOf(statement));
  return new CodeDeployClient({
    endpoint: local.endpoint,
    region: local.region,
    maxAttempts: 1,
    credentials,
  });
}

describe('the front door', () => {
  it('refuses an unsigned request', async () => {
    const answer = await fetch(local.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'CodeDeploy_20141006.ListApplications',
      },
      body: '{}',
    });
    expect(answer.status).toBe(403);
  });

  it('lets in who may invoke it, and nobody else', async () => {
    const stranger = await userWith(undefined);
    await expect(stranger.send(new ListApplicationsCommand({}))).rejects.toThrow();
    const operator = await userWith({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' });
    const { applications } = await operator.send(new ListApplicationsCommand({}));
    expect(applications).toEqual(expect.any(Array));
  });

  it('records who asked', async () => {
    const operator = await userWith({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' });
    const applicationName = `asked-${randomUUID().slice(0, 8)}`;
    await operator.send(new CreateApplicationCommand({ applicationName, computePlatform: 'Lambda' }));
    const row = await rows.get(rowKeys.applicationName(applicationName));
    const { applicationId } = JSON.parse(row?.data ?? '{}') as { readonly applicationId: string };
    const [created] = await store.load(`application#${applicationId}`);
    expect(JSON.parse(created?.actor ?? '{}')).toEqual({
      type: 'user',
      id: expect.stringMatching(/^arn:aws:iam::\d{12}:user\/user-/),
    });
  });

  it('renames an application, and deletes it', async () => {
    const applicationName = `brief-${randomUUID().slice(0, 8)}`;
    const newApplicationName = `${applicationName}-2`;
    await codedeploy.send(new CreateApplicationCommand({ applicationName, computePlatform: 'Lambda' }));
    await codedeploy.send(new UpdateApplicationCommand({ applicationName, newApplicationName }));
    await codedeploy.send(new DeleteApplicationCommand({ applicationName: newApplicationName }));
    const { applications } = await codedeploy.send(new ListApplicationsCommand({}));
    expect(applications).not.toContain(applicationName);
    expect(applications).not.toContain(newApplicationName);
  });

  it('answers an operation that is not built with UnknownOperationException', async () => {
    await expect(codedeploy.send(new DeleteResourcesByExternalIdCommand({}))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('refuses a service role that does not trust Sluice, with the statement to paste', async () => {
    const applicationName = `trust-${randomUUID().slice(0, 8)}`;
    await codedeploy.send(new CreateApplicationCommand({ applicationName, computePlatform: 'Lambda' }));
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: `stock-${randomUUID().slice(0, 8)}`,
        Tags: [{ Key: 'sluice:applications', Value: applicationName }],
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    );
    const group = { applicationName, deploymentGroupName: 'prod', deploymentStyle: style };
    await expect(
      codedeploy.send(new CreateDeploymentGroupCommand({ ...group, serviceRoleArn: Role?.Arn ?? '' })),
    ).rejects.toMatchObject({
      name: 'InvalidRoleException',
      message: expect.stringContaining('aws:PrincipalArn'),
    });
  });

  it('refuses a service role that neither the stack made nor its tag gives to the application', async () => {
    const applicationName = `tag-${randomUUID().slice(0, 8)}`;
    await codedeploy.send(new CreateApplicationCommand({ applicationName, computePlatform: 'Lambda' }));
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: `other-${randomUUID().slice(0, 8)}`,
        Tags: [{ Key: 'sluice:applications', Value: 'somebody-elses' }],
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
        }),
      }),
    );
    const group = { applicationName, deploymentGroupName: 'prod', deploymentStyle: style };
    await expect(
      codedeploy.send(new CreateDeploymentGroupCommand({ ...group, serviceRoleArn: Role?.Arn ?? '' })),
    ).rejects.toMatchObject({
      name: 'InvalidRoleException',
      message: expect.stringContaining('sluice:applications'),
    });
  });
});

describe('botocore, which the AWS CLI is built on', () => {
  it('creates, starts, waits for and reads a deployment', async () => {
    const shop = await fleet();
    const { stdout } = await promisify(execFile)('.sluice/venv/bin/python', ['-c', BOTOCORE], {
      env: {
        ENDPOINT: local.endpoint,
        AWS_ACCESS_KEY_ID: local.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: local.credentials.secretAccessKey,
        APPLICATION: shop.applicationName,
        GROUP: shop.deploymentGroupName,
        CONTENT: appSpec(shop.functionName, '1', '2'),
      },
    });
    expect(JSON.parse(stdout)).toEqual({ status: 'Succeeded', created: true, listed: true });
  });
});

/** As "aws deploy create-deployment", "wait deployment-successful", "get-deployment" and "list-deployments" would. */
const BOTOCORE = `
import json, os, botocore.session
client = botocore.session.get_session().create_client("codedeploy", region_name="us-east-1", endpoint_url=os.environ["ENDPOINT"])
names = {"applicationName": os.environ["APPLICATION"], "deploymentGroupName": os.environ["GROUP"]}
revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": os.environ["CONTENT"]}}
made = client.create_deployment(**names, revision=revision, deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce")
waiter = client.get_waiter("deployment_successful")
waiter.wait(deploymentId=made["deploymentId"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
info = client.get_deployment(deploymentId=made["deploymentId"])["deploymentInfo"]
listed = client.list_deployments(**names)["deployments"]
print(json.dumps({"status": info["status"], "created": info["createTime"].year > 2000, "listed": made["deploymentId"] in listed}))
`;
