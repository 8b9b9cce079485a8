import { EC2Client, RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { ask } from './agent-calls.ts';
import { functionOf, iam, lambda, local } from './cloud.ts';
import type { Credentials } from './iam-users.ts';
import { policyOf, sessionOf } from './iam-users.ts';
import { signedRequest } from './signed-request.ts';

describe('an instance', () => {
  const ec2 = new EC2Client(clientSettings(local));

  async function role(name: string): Promise<string> {
    const trust = policyOf({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${local.accountId}:root` },
      Action: 'sts:AssumeRole',
    });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const arn = `arn:aws:execute-api:${local.region}:${local.accountId}:*/*/POST/hosts`;
    const PolicyDocument = JSON.stringify(
      policyOf({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: arn }),
    );
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'enrol', PolicyDocument }));
    return Role?.Arn ?? '';
  }

  const enrol = async (key: Credentials) => signedRequest('hosts', key, { body: {} });

  /** One that runs, with a profile that holds a role of its own. */
  async function running() {
    const name = `web-${randomUUID().slice(0, 8)}`;
    const roleArn = await role(name);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        ImageId: 'ami-12345678',
        IamInstanceProfile: { Name: name },
      }),
    );
    const instanceId = Instances?.[0]?.InstanceId ?? '';
    const hostIdentifier = `arn:aws:ec2:${local.region}:${local.accountId}:instance/${instanceId}`;
    return { name, roleArn, instanceId, hostIdentifier, own: await sessionOf(roleArn, instanceId) };
  }

  it('of EC2 enrols itself, and gets another secret each time', async () => {
    const { name, roleArn, instanceId, hostIdentifier, own } = await running();
    const endpoints: string[] = [];
    for (const _ of [1, 2, 3]) {
      const { status, text } = await enrol(own);
      expect(status, text).toBe(200);
      const answer = JSON.parse(text) as {
        hostIdentifier: string;
        endpoint: string;
        specificationCertificate: string;
      };
      expect(answer.hostIdentifier).toBe(hostIdentifier);
      expect(answer.specificationCertificate).toContain('BEGIN CERTIFICATE');
      endpoints.push(answer.endpoint);
    }
    const polls = await Promise.all(
      endpoints.map((at) => ask(at, 'PollHostCommand', { HostIdentifier: hostIdentifier })),
    );
    expect(polls.map(({ status }) => status)).toEqual([400, 200, 200]);

    expect((await enrol(await sessionOf(await role(`${name}-other`), instanceId))).status).toBe(403);
    expect((await enrol(await sessionOf(roleArn, 'build-7'))).status).toBe(403);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    expect((await enrol(own)).status).toBe(403);
  });

  it('of EC2 loses its secrets when it is terminated', async () => {
    const { instanceId, hostIdentifier, own } = await running();
    const { endpoint } = JSON.parse((await enrol(own)).text) as { readonly endpoint: string };
    const poll = () => ask(endpoint, 'PollHostCommand', { HostIdentifier: hostIdentifier });
    expect((await poll()).status).toBe(200);
    // The emulator's EC2 tells EventBridge nothing.
    const event = { detail: { 'instance-id': instanceId, state: 'terminated' } };
    const FunctionName = await functionOf('OnInstanceTerminated');
    await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    expect((await poll()).body['__type']).toBe('UnrecognizedClientException');
  });
});
