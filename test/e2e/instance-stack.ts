import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeLaunchTemplateVersionsCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { eventually, iam, local } from './cloud.ts';
import { policyOf } from './iam-users.ts';
import { bucketOfReleases, s3 } from './releases.ts';

const cloudFormation = new CloudFormationClient(clientSettings(local));
const ec2 = new EC2Client(clientSettings(local));
const project = join(import.meta.dirname, '../..');

export interface InstanceStack {
  readonly name: string;
  readonly instanceId: string;
  readonly roleArn: string;
  /** What the instance runs when it boots, as CloudFormation has put it together, but for the address of the API. */
  readonly bootScript: string;
  /** YAML, which says when cloud-init runs that script. */
  readonly cloudConfig: string;
}

/**
 * A stack of the template that waits for its instance to say that the agent runs, with this agent in a bucket. CloudFormation as
 * it is here makes no instances: in the place of the one of the template is a launch template with the same boot script,
 * and an instance with the stack's profile is started beside it. Its role may be assumed, so that a test has its keys.
 */
export async function instanceStack(agent: string): Promise<InstanceStack> {
  const name = `instance-${randomUUID().slice(0, 8)}`;
  const bucket = await bucketOfReleases();
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'agent.cjs', Body: readFileSync(agent) }));
  const [apiId = ''] = /(?<=execute-api\/)[^/]+/.exec(local.endpoint) ?? [];
  const hostsEndpoint = `https://${apiId}.execute-api.${local.region}.amazonaws.com/hosts`;
  const parameters = {
    HostsEndpoint: hostsEndpoint,
    AgentBucket: bucket,
    AgentKey: 'agent.cjs',
    TagValue: 'web',
  };
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: templateWithoutInstance(),
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  const { Role = '', InstanceProfile = '', Instance = '' } = await made(name);
  const { LaunchTemplateVersions } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: Instance }),
  );
  const part = partsOf(LaunchTemplateVersions?.[0]?.LaunchTemplateData?.UserData ?? '');
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      ImageId: 'ami-12345678',
      // Here a stack calls the profile by its ARN, on AWS by its name.
      IamInstanceProfile: { Name: InstanceProfile.split('/').at(-1) },
    }),
  );
  return {
    name,
    instanceId: Instances?.[0]?.InstanceId ?? '',
    roleArn: await assumable(Role),
    bootScript: part('text/x-shellscript').replace(hostsEndpoint, local.hostsEndpoint),
    cloudConfig: part('text/cloud-config'),
  };
}

/** As cloud-init reads user data of several parts, each with its type. */
function partsOf(userData: string): (type: string) => string {
  const parts = Buffer.from(userData, 'base64')
    .toString()
    .split(/^--\/\/(?:--)?\n/m);
  return (type) => {
    const head = `Content-Type: ${type}\n\n`;
    const found = parts.find((text) => text.startsWith(head));
    if (found === undefined) throw new Error(`the user data has no part of the type ${type}`);
    return found.slice(head.length);
  };
}

/** `CREATE_COMPLETE`, or what else has become of it, with all that its events give as reasons. */
export async function stackEnd(StackName: string) {
  const status = await eventually(
    `${StackName} ends`,
    async () =>
      (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus,
    (seen) => seen?.endsWith('_IN_PROGRESS') === false,
  );
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  return { status, reasons: StackEvents.map((event) => event.ResourceStatusReason ?? '').join('\n') };
}

function templateWithoutInstance(): string {
  const template = readFileSync(join(project, 'docs/templates/instance.yaml'), 'utf8');
  const document = parseDocument(template, { logLevel: 'error' });
  const property = (name: string) => document.getIn(['Resources', 'Instance', 'Properties', name], true);
  const data = {
    UserData: property('UserData'),
    IamInstanceProfile: { Name: property('IamInstanceProfile') },
  };
  document.setIn(['Resources', 'Instance'], {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: { LaunchTemplateData: data },
  });
  for (const name of ['SubnetId', 'LinuxImage', 'WindowsImage']) document.deleteIn(['Parameters', name]);
  return document.toString({ lineWidth: 0 });
}

/** The names of the stack's resources that the instance is made of. */
async function made(StackName: string): Promise<Readonly<Record<string, string>>> {
  const resources = await eventually(
    `${StackName} waits for its instance`,
    async () =>
      (await cloudFormation.send(new DescribeStackResourcesCommand({ StackName }))).StackResources ?? [],
    (seen) =>
      ['Role', 'InstanceProfile', 'Instance'].every((id) =>
        seen.some((one) => one.LogicalResourceId === id && one.ResourceStatus === 'CREATE_COMPLETE'),
      ),
  );
  return Object.fromEntries(resources.map((one) => [one.LogicalResourceId, one.PhysicalResourceId ?? '']));
}

/** The template lets EC2 alone assume the role, which does it for real instances only. */
async function assumable(RoleName: string): Promise<string> {
  const trust = policyOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${local.accountId}:root` },
    Action: 'sts:AssumeRole',
  });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(trust) }));
  return (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn ?? '';
}
