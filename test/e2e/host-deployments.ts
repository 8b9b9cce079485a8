import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import type { HostEventName } from '../../core/deployments/lifecycle.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { roleName } from '../../core/registry/names.ts';
import { dynamoParkedTokens } from '../../functions/adapters/parked-tokens.ts';
import { deploymentAggregates } from '../../functions/runtime/deployment-aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { decideTarget, waitsOf } from '../../functions/runtime/host-commands.ts';
import { openDeployment } from '../../functions/runtime/fleet-rows.ts';
import { system } from '../../functions/runtime/system.ts';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { dynamodb, eventually, iam, local, rows, sqs, stepFunctions, store } from './cloud.ts';

export const s3 = new S3Client({ ...clientSettings(local), forcePathStyle: true });
const tokens = dynamoParkedTokens(dynamodb, local.tables.live);
const ports = { store, rows, system, aggregates: deploymentAggregates };
const actor = { type: 'execution', id: 'a test in the place of the workflow' } as const;

/** A commanded host, and the execution that waits for its answer. */
export interface Commanded {
  readonly deploymentId: string;
  readonly targetId: string;
  readonly hostCommandIdentifier: string;
  readonly waitingExecutionArn: string;
}

/**
 * A deployment in the place of its workflow: created, with one target that is claimed and one command that is queued, and with a
 * real execution that waits for the answer. The workflow itself has its own tests.
 */
export async function commanded(
  hostIdentifier: string,
  targetId: string,
  {
    serviceRoleArn,
    bundle = 'a bundle',
  }: { readonly serviceRoleArn?: string; readonly bundle?: string } = {},
): Promise<Commanded> {
  const deploymentId = system.deploymentId();
  const executionArn = `arn:aws:states:${local.region}:${local.accountId}:execution:none:${deploymentId}`;
  const location = await bundleInS3(bundle);
  const data = {
    deploymentId,
    computePlatform: 'Server',
    applicationId: randomUUID(),
    applicationName: 'shop',
    deploymentGroupId: randomUUID(),
    deploymentGroupName: 'prod',
    revision: { revisionId: randomUUID(), location },
    deploymentConfigName: 'CodeDeployDefault.AllAtOnce',
    serviceRoleArn: serviceRoleArn ?? (await bundleRole()),
    creator: 'user',
    autoRollback: { enabled: false, events: [] },
    alarms: { names: [], ignorePollAlarmFailure: false },
    executionArn,
    fleet: {
      membership: {},
      minimumHealthyHosts: { type: 'HOST_COUNT', value: 0 },
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      fileExistsBehavior: 'OVERWRITE',
    },
  } as const;
  const target = { targetId, targetArn: `arn:aws:codedeploy:::instance/${targetId}`, hostIdentifier };
  const policy = { timeScale: 1, bakeGraceSeconds: 0 };
  const stream = deploymentStream(deploymentId);
  for (const command of [
    { type: 'CreateDeployment', data },
    { type: 'AdmitFleet', data: { executionArn, targets: [target] } },
    { type: 'BeginWave', data: { executionArn, results: ['unclaimed'], policy } },
  ] as const) {
    const issued = { id: randomUUID(), at: Date.now(), actor };
    await execute(ports, issued, [{ ...commandTo(deployment, stream, command), orphan: true }]);
  }
  const open = await openDeployment(rows, deploymentId);
  if (open === undefined) throw new Error(`${deploymentId} has no wave`);
  const { positions: _, ...rest } = open;
  const claim = { ...rest, ...target, position: 0, slot: 0, claim: randomUUID() };
  await decideTarget(ports, { deploymentId, targetId }, { type: 'ClaimTarget', data: claim }, actor);
  const waitingExecutionArn = await waiting(deploymentId, targetId, 'ApplicationStop');
  const queue = { lifecycleEventName: 'ApplicationStop', executionArn } as const;
  await decideTarget(ports, { deploymentId, targetId }, { type: 'QueueHostCommand', data: queue }, actor);
  const hostCommandIdentifier = `${deploymentId}/ApplicationStop/${targetId}`;
  return { deploymentId, targetId, hostCommandIdentifier, waitingExecutionArn };
}

/** How the execution has ended that waited for the host. */
export function outcome(executionArn: string): Promise<string | undefined> {
  return eventually(
    'the execution that waits for the host ends',
    async () => (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status,
    (status) => status !== 'RUNNING',
  );
}

export async function bundleInS3(content: string | Uint8Array) {
  const bucket = `bundles-${randomUUID().slice(0, 8)}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'shop.tgz', Body: content }));
  return { revisionType: 'S3', bucket, key: 'shop.tgz', bundleType: 'tgz' } as const;
}

/** Trusts Sluice as the stack's own role does, and may read bundles. */
export async function bundleRole(): Promise<string> {
  const RoleName = `servers-${randomUUID().slice(0, 8)}`;
  const stackRole = await iam.send(
    new GetRoleCommand({ RoleName: roleName(local.serviceRoles.Lambda ?? '') }),
  );
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: decodeURIComponent(stackRole.Role?.AssumeRolePolicyDocument ?? ''),
      Tags: (stackRole.Role?.Tags ?? []).filter(({ Key }) => Key === 'sluice:applications'),
    }),
  );
  const Statement = [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'bundles', PolicyDocument }));
  return Role?.Arn ?? '';
}

/** A real execution whose one task waits; its token is parked as the task of the lifecycle event would. */
async function waiting(deploymentId: string, targetId: string, event: HostEventName): Promise<string> {
  const name = `waits-${randomUUID().slice(0, 8)}`;
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  const definition = JSON.stringify({
    StartAt: 'Wait',
    States: {
      Wait: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token' } },
        TimeoutSeconds: 300,
        End: true,
      },
    },
  });
  const roleArn = Role?.Arn ?? '';
  const { stateMachineArn } = await stepFunctions.send(
    new CreateStateMachineCommand({ name, definition, roleArn }),
  );
  const { executionArn = '' } = await stepFunctions.send(new StartExecutionCommand({ stateMachineArn }));
  const body = await eventually(
    'the task says its token',
    async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))).Messages?.[0]?.Body,
    (said) => said !== undefined,
  );
  const { token } = JSON.parse(body ?? '') as { readonly token: string };
  const parked = { deploymentId: waitsOf({ deploymentId, targetId }), entry: `${event}#1`, token };
  await tokens.park(parked, Date.now() + 3_600_000);
  return executionArn;
}
