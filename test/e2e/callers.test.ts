import {
  BatchGetApplicationsCommand,
  BatchGetDeploymentsCommand,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  DeleteApplicationCommand,
  GetApplicationCommand,
  GetDeploymentCommand,
  ListApplicationsCommand,
  ListDeploymentConfigsCommand,
  ListDeploymentsCommand,
  ListTagsForResourceCommand,
  StopDeploymentCommand,
  TagResourceCommand,
  UpdateApplicationCommand,
  UpdateDeploymentGroupCommand,
  waitUntilDeploymentSuccessful,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { BY_THE_GATEWAY, NOT_THERE, arnOf, clientAt, refusedFor, spellings, wanted } from './callers.ts';
import type { Fleet } from './cloud.ts';
import { baking, codedeploy, deploy, deployment, ended, fleet, local, slowCanary, store } from './cloud.ts';
import type { Credentials } from './iam-users.ts';
import { policyOf, sessionUnder, userUnder } from './iam-users.ts';
import { readOneApplication, recipe } from './readme-policies.ts';
import { signedRequest } from './signed-request.ts';
import { localFileWith, sluiceIn } from './sluice.ts';

/** Ours, which the callers of the tests are granted, and one of somebody else, whose deployment bakes. */
let own: Fleet;
let foreign: Fleet;
let foreignDeployment: string;

beforeAll(async () => {
  [own, foreign] = await Promise.all([fleet(), fleet({ autoRollbackConfiguration: { enabled: false } })]);
  foreignDeployment = await deploy(foreign, { config: await slowCanary() });
  await baking(foreignDeployment);
});

describe('an operator under the policy of the README', () => {
  let operator: Credentials;
  beforeAll(async () => {
    operator = (await userUnder(recipe('An operator'), 'operator')).key;
  });

  it('may do everything, in every application, and read the log', async () => {
    const client = clientAt('', operator);
    const names = [own.applicationName, foreign.applicationName];
    const { applications } = await client.send(new ListApplicationsCommand({}));
    expect(applications).toEqual(expect.arrayContaining(names));
    const applicationName = `short-${randomUUID().slice(0, 8)}`;
    await client.send(new CreateApplicationCommand({ applicationName, computePlatform: 'Lambda' }));
    const newApplicationName = `${applicationName}-2`;
    await client.send(new UpdateApplicationCommand({ applicationName, newApplicationName }));
    await client.send(new DeleteApplicationCommand({ applicationName: newApplicationName }));
    const path = `v1/deployments/${foreignDeployment}/timeline`;
    expect((await signedRequest(path, operator, { method: 'GET' })).status).toBe(200);
  });

  it('lets hosts in and out', async () => {
    const SLUICE_LOCAL_JSON = localFileWith({ credentials: operator });
    const name = `web-${randomUUID().slice(0, 8)}`;
    for (const does of ['register', 'rotate', 'revoke']) {
      const ran = await sluiceIn({ SLUICE_LOCAL_JSON }, 'host', does, name);
      expect(ran, does).toMatchObject({ exitCode: 0 });
    }
  });

  it('posts to / and below /v1/hosts, and to no other path', async () => {
    for (const path of ['read', `applications/${own.applicationName}`]) {
      const call = clientAt(path, operator).send(new ListDeploymentConfigsCommand({}));
      await expect(call).rejects.toMatchObject(BY_THE_GATEWAY);
    }
  });
});

describe('a CI role under the policy of the README', () => {
  let ci: Credentials;
  let client: CodeDeployClient;
  beforeAll(async () => {
    ci = await sessionUnder(recipe('A CI role', own.applicationName), 'ci');
    client = clientAt(`applications/${own.applicationName}`, ci);
  });

  it('deploys its application and waits for it, as the caller who is on record', async () => {
    const { deploymentId = '' } = await client.send(new CreateDeploymentCommand(wanted(own)));
    await waitUntilDeploymentSuccessful({ client, maxWaitTime: 60, minDelay: 1 }, { deploymentId });
    const { applicationName, deploymentGroupName } = own;
    const { deployments } = await client.send(
      new ListDeploymentsCommand({ applicationName, deploymentGroupName }),
    );
    expect(deployments).toContain(deploymentId);
    const [created] = await store.load(`deployment#${deploymentId}`);
    expect(JSON.parse(created?.actor ?? '')).toMatchObject({
      id: expect.stringMatching(/:assumed-role\/ci-[0-9a-f]{8}\//),
    });
  });

  it('does so with boto3, which posts to the path as it is given', async () => {
    const { stdout } = await promisify(execFile)('.sluice/venv/bin/python', ['-c', BOTO3], {
      env: {
        AWS_ENDPOINT_URL_CODEDEPLOY: `${local.endpoint}applications/${own.applicationName}`,
        AWS_DEFAULT_REGION: local.region,
        AWS_ACCESS_KEY_ID: ci.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ci.secretAccessKey,
        AWS_SESSION_TOKEN: ci.sessionToken ?? '',
        WANTED: JSON.stringify(wanted(own)),
      },
    });
    expect(JSON.parse(stdout)).toEqual({ status: 'Succeeded', refused: 'AccessDeniedException' });
  });

  it('reads its own application and the configurations that all share', async () => {
    const { applicationName } = own;
    const { application } = await client.send(new GetApplicationCommand({ applicationName }));
    expect(application?.applicationName).toBe(applicationName);
    const { deploymentConfigsList } = await client.send(new ListDeploymentConfigsCommand({}));
    expect(deploymentConfigsList).toContain('CodeDeployDefault.LambdaAllAtOnce');
  });

  it('is let in to no other path', async () => {
    const { applicationName } = own;
    const others = [
      '',
      'read',
      `applications/${foreign.applicationName}`,
      `applications/${foreign.applicationName}/read`,
      `applications/${applicationName}-2`,
    ];
    for (const path of others) {
      const call = clientAt(path, ci).send(new ListDeploymentConfigsCommand({}));
      await expect(call, path).rejects.toMatchObject(BY_THE_GATEWAY);
    }
    const path = `v1/deployments/${foreignDeployment}/timeline`;
    expect((await signedRequest(path, ci, { method: 'GET' })).status).toBe(403);
  });

  it('touches no other application by a name', async () => {
    const { applicationName } = foreign;
    const touched = refusedFor(`the application "${applicationName}"`);
    const names = [own.applicationName, applicationName];
    const ResourceArn = arnOf(applicationName);
    const tagging = { ResourceArn, Tags: [{ Key: 'team', Value: 'ours' }] };
    const taking = { applicationName: own.applicationName, newApplicationName: applicationName };
    await expect(client.send(new CreateDeploymentCommand(wanted(foreign)))).rejects.toMatchObject(touched);
    await expect(
      client.send(new BatchGetApplicationsCommand({ applicationNames: names })),
    ).rejects.toMatchObject(touched);
    await expect(client.send(new TagResourceCommand(tagging))).rejects.toMatchObject(touched);
    await expect(client.send(new ListTagsForResourceCommand({ ResourceArn }))).rejects.toMatchObject(touched);
    await expect(client.send(new UpdateApplicationCommand(taking))).rejects.toMatchObject(touched);
    await expect(client.send(new ListApplicationsCommand({}))).rejects.toMatchObject(
      refusedFor('the names of all applications'),
    );
  });

  it('finds no deployment of another application, and stops none', async () => {
    const deploymentId = foreignDeployment;
    await expect(client.send(new GetDeploymentCommand({ deploymentId }))).rejects.toMatchObject(NOT_THERE);
    await expect(client.send(new StopDeploymentCommand({ deploymentId }))).rejects.toMatchObject(NOT_THERE);
    const batch = await client.send(new BatchGetDeploymentsCommand({ deploymentIds: [deploymentId] }));
    expect(batch.deploymentsInfo).toEqual([]);
    expect((await deployment(deploymentId)).status).toBe('InProgress');
  });

  it('neither goes round the alarms of a group nor gives it the role that deploys every function', async () => {
    const overrideAlarmConfiguration = { enabled: false };
    const blind = new CreateDeploymentCommand({ ...wanted(own), overrideAlarmConfiguration });
    await expect(client.send(blind)).rejects.toMatchObject(
      refusedFor('the alarms that the group is deployed under'),
    );
    const { applicationName, deploymentGroupName: currentDeploymentGroupName } = own;
    const serviceRoleArn = local.serviceRoles.Lambda;
    const stronger = { applicationName, currentDeploymentGroupName, serviceRoleArn };
    await expect(client.send(new UpdateDeploymentGroupCommand(stronger))).rejects.toMatchObject(
      refusedFor('every function of the account'),
    );
  });

  it('is nobody without a signature', async () => {
    const answer = await fetch(`${local.endpoint}applications/${own.applicationName}`, {
      method: 'POST',
      headers: { 'x-amz-target': 'CodeDeploy_20141006.ListDeploymentConfigs' },
      body: '{}',
    });
    expect(answer.status).toBe(403);
  });

  it('reaches no other application by another spelling of its path', async () => {
    for (const path of spellings(own.applicationName, foreign.applicationName)) {
      const call = { operation: 'GetApplication', body: { applicationName: foreign.applicationName } };
      const { status, text } = await signedRequest(path, ci, call);
      expect([403, 404], `${path}: ${text}`).toContain(status);
    }
  });
});

describe('a caller who is granted the paths of all applications', () => {
  it('finds nothing at a path that is spelled otherwise than the name', async () => {
    const Resource = 'arn:aws:execute-api:*:*:*/$default/POST/applications/*';
    const wide = (await userUnder(policyOf({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }))).key;
    const { applicationName } = own;
    const call = { operation: 'GetApplication', body: { applicationName } };
    expect((await signedRequest(`applications/${applicationName}`, wide, call)).status).toBe(200);
    for (const path of spellings(applicationName, foreign.applicationName)) {
      const { status, text } = await signedRequest(path, wide, call);
      expect([path, status, text]).toEqual([path, 404, expect.stringContaining('There is nothing at')]);
    }
  });
});

describe('a reader under the policy of the README', () => {
  it('reads everything, and changes nothing', async () => {
    const reader = (await userUnder(recipe('Read only'), 'reader')).key;
    const client = clientAt('read', reader);
    const { applications } = await client.send(new ListApplicationsCommand({}));
    expect(applications).toEqual(expect.arrayContaining([own.applicationName, foreign.applicationName]));
    const deploymentId = foreignDeployment;
    const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
    expect(deploymentInfo?.status).toBe('InProgress');
    const timeline = `v1/deployments/${deploymentId}/timeline`;
    expect((await signedRequest(timeline, reader, { method: 'GET' })).status).toBe(200);
    const onlyReads = { name: 'AccessDeniedException', message: expect.stringContaining('can only read') };
    await expect(client.send(new StopDeploymentCommand({ deploymentId }))).rejects.toMatchObject(onlyReads);
    await expect(client.send(new CreateDeploymentCommand(wanted(own)))).rejects.toMatchObject(onlyReads);
    for (const path of ['', `applications/${own.applicationName}`]) {
      const call = clientAt(path, reader).send(new ListDeploymentConfigsCommand({}));
      await expect(call).rejects.toMatchObject(BY_THE_GATEWAY);
    }
    await codedeploy.send(new StopDeploymentCommand({ deploymentId }));
    expect((await ended(deploymentId)).status).toBe('Stopped');
  });

  it('reads one application alone under the policy that is told beside it', async () => {
    const { applicationName } = own;
    const reader = (await userUnder(readOneApplication(applicationName), 'reader')).key;
    const client = clientAt(`applications/${applicationName}/read`, reader);
    await client.send(new GetApplicationCommand({ applicationName }));
    await expect(client.send(new DeleteApplicationCommand({ applicationName }))).rejects.toMatchObject({
      message: expect.stringContaining('can only read'),
    });
    await expect(
      client.send(new GetDeploymentCommand({ deploymentId: foreignDeployment })),
    ).rejects.toMatchObject(NOT_THERE);
    for (const path of ['read', `applications/${applicationName}`]) {
      const call = clientAt(path, reader).send(new ListDeploymentConfigsCommand({}));
      await expect(call).rejects.toMatchObject(BY_THE_GATEWAY);
    }
  });
});

/** With nothing in its environment but an address, a region and the keys of a session. */
const BOTO3 = `
import boto3, json, os
from botocore.exceptions import ClientError
client = boto3.client("codedeploy")
made = client.create_deployment(**json.loads(os.environ["WANTED"]))
client.get_waiter("deployment_successful").wait(deploymentId=made["deploymentId"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
status = client.get_deployment(deploymentId=made["deploymentId"])["deploymentInfo"]["status"]
try:
    refused = client.list_applications()
except ClientError as error:
    refused = error.response["Error"]["Code"]
print(json.dumps({"status": status, "refused": refused}))
`;
