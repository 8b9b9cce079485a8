import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
  GetDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import type { CreateDeploymentGroupCommandInput } from '@aws-sdk/client-codedeploy';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  ListFunctionsCommand,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';
import { recorded } from '../../functions/runtime/history.ts';
import { dynamoEventStore } from '../../functions/adapters/event-store.ts';
import { dynamoParkedTokens } from '../../functions/adapters/parked-tokens.ts';
import { dynamoRowReader } from '../../functions/adapters/row-reader.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';

/** The local cloud of this run, and clients that speak to it as its administrator. */
export const local = inject('local');

const client = clientSettings(local);

export const codedeploy = new CodeDeployClient({ ...client, endpoint: local.endpoint });
export const lambda = new LambdaClient(client);
export const cloudwatch = new CloudWatchClient(client);
export const stepFunctions = new SFNClient(client);
export const iam = new IAMClient(client);
export const sqs = new SQSClient(client);
export const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient(client));
export const store = dynamoEventStore(dynamodb, local.tables);
export const rows = dynamoRowReader(dynamodb, local.tables.rows);
const parkedTokens = dynamoParkedTokens(dynamodb, local.tables.live);

/** Generous: a machine may be slow, and a test that waits for what never comes must end all the same. */
const PATIENCE_MILLISECONDS = Number(process.env['SLUICE_TEST_PATIENCE_SECONDS'] ?? 60) * 1000;
const LOOK_MILLISECONDS = 50;

/** Looks until it is so. Throws with what it saw last. */
export async function eventually<Seen>(
  what: string,
  look: () => Promise<Seen>,
  isSo: (seen: Seen) => boolean,
  patience = PATIENCE_MILLISECONDS,
): Promise<Seen> {
  const until = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > until) throw new Error(`never: ${what}; last seen: ${JSON.stringify(seen)}`);
    await pause(LOOK_MILLISECONDS);
  }
}

export interface Fleet {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly functionName: string;
  readonly alarmName: string;
}

/** A function with versions 1 to 3 behind the alias `live`, an alarm that notifies, an application and a group. */
export async function fleet(change: Partial<CreateDeploymentGroupCommandInput> = {}): Promise<Fleet> {
  const id = randomUUID().slice(0, 8);
  const functionName = `quote-${id}`;
  const alarmName = `quote-5xx-${id}`;
  const names = { applicationName: `shop-${id}`, deploymentGroupName: `shop-${id}-prod` };
  await versions(functionName);
  await alarm(alarmName);
  await codedeploy.send(
    new CreateApplicationCommand({ applicationName: names.applicationName, computePlatform: 'Lambda' }),
  );
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      ...names,
      serviceRoleArn: local.serviceRoles.Lambda ?? '',
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: { enabled: true, alarms: [{ name: alarmName }] },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
      ...change,
    }),
  );
  return { ...names, functionName, alarmName };
}

async function versions(functionName: string): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: functionName,
      Runtime: 'nodejs24.x',
      Role: await executionRole(),
      Handler: 'index.handler',
      Code: { ZipFile: source(1) },
    }),
  );
  for (const version of [1, 2, 3]) {
    if (version > 1) {
      await lambda.send(
        new UpdateFunctionCodeCommand({ FunctionName: functionName, ZipFile: source(version) }),
      );
    }
    await lambda.send(new PublishVersionCommand({ FunctionName: functionName }));
  }
  await lambda.send(
    new CreateAliasCommand({ FunctionName: functionName, Name: 'live', FunctionVersion: '1' }),
  );
}

function source(version: number): Uint8Array {
  return zippedFunction(`export const handler = async () => ({ version: ${version} });`);
}

let role: Promise<string> | undefined;

export async function executionRole(): Promise<string> {
  role ??= iam
    .send(
      new CreateRoleCommand({
        RoleName: `quote-${randomUUID().slice(0, 8)}`,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
    )
    .then(({ Role }) => Role?.Arn ?? '');
  return role;
}

/** Quiet, and with nobody but the stack's topic to tell. */
export async function alarm(AlarmName: string, AlarmActions = [local.alarmTopicArn]): Promise<void> {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      MetricName: 'Errors',
      Namespace: 'Shop',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions,
    }),
  );
  await setAlarm(AlarmName, 'OK');
}

export async function setAlarm(AlarmName: string, StateValue: 'OK' | 'ALARM'): Promise<void> {
  await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test says so' }));
}

export function appSpec(functionName: string, currentVersion: string, targetVersion: string): string {
  return JSON.stringify({
    version: 0,
    Resources: [
      {
        quote: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: functionName,
            Alias: 'live',
            CurrentVersion: currentVersion,
            TargetVersion: targetVersion,
          },
        },
      },
    ],
  });
}

/** Starts a deployment of the fleet's function, and gives its id. */
export async function deploy(
  { applicationName, deploymentGroupName, functionName }: Fleet,
  {
    from = '1',
    to = '2',
    config,
    content,
  }: {
    readonly from?: string;
    readonly to?: string;
    readonly config?: string;
    readonly content?: string;
  } = {},
): Promise<string> {
  const { deploymentId } = await codedeploy.send(
    new CreateDeploymentCommand({
      applicationName,
      deploymentGroupName,
      ...(config === undefined ? {} : { deploymentConfigName: config }),
      revision: {
        revisionType: 'AppSpecContent',
        appSpecContent: { content: content ?? appSpec(functionName, from, to) },
      },
    }),
  );
  return deploymentId ?? '';
}

/** A canary of 10 % whose bake is long enough to interfere with: a minute of the cloud's time scale, times 30. */
export async function slowCanary(): Promise<string> {
  slow ??= codedeploy
    .send(
      new CreateDeploymentConfigCommand({
        deploymentConfigName: SLOW,
        computePlatform: 'Lambda',
        trafficRoutingConfig: {
          type: 'TimeBasedCanary',
          timeBasedCanary: { canaryPercentage: 10, canaryInterval: 30 },
        },
      }),
    )
    .then(() => SLOW);
  return slow;
}

const SLOW = `Slow-${randomUUID().slice(0, 8)}`;
let slow: Promise<string> | undefined;

export async function deployment(deploymentId: string): Promise<DeploymentInfo> {
  const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo ?? {};
}

/** The deployment once it has ended. */
export function ended(deploymentId: string): Promise<DeploymentInfo> {
  return eventually(
    `${deploymentId} ends`,
    () => deployment(deploymentId),
    ({ status }) => status === 'Succeeded' || status === 'Failed' || status === 'Stopped',
  );
}

export async function events(deploymentId: string): Promise<readonly DeploymentEvent[]> {
  return (await store.load(`deployment#${deploymentId}`)).map((event) => recorded<DeploymentEvent>(event));
}

/** Until no wait of the deployment has its token parked any more. */
export async function unparked(deploymentId: string): Promise<void> {
  await eventually(
    `the waits of ${deploymentId} are forgotten`,
    () => parkedTokens.of(deploymentId),
    (left) => left.length === 0,
  );
}

/** Until the deployment bakes its first step with its token parked. */
export async function baking(deploymentId: string): Promise<void> {
  await eventually(
    `${deploymentId} bakes`,
    () => events(deploymentId),
    (seen) => seen.some(({ type }) => type === 'TrafficShifted'),
  );
}

/** The version the alias points to, with the weights beside it. */
export async function alias(
  functionName: string,
): Promise<{ readonly version: string; readonly weights: object }> {
  const { FunctionVersion, RoutingConfig } = await lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name: 'live' }),
  );
  return { version: FunctionVersion ?? '', weights: RoutingConfig?.AdditionalVersionWeights ?? {} };
}

/** The name of one of Sluice's own functions; CloudFormation has drawn it. */
export async function functionOf(id: string): Promise<string> {
  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  const found = Functions?.find(
    ({ FunctionName }) => FunctionName?.startsWith(`${local.stackName}-`) && FunctionName.includes(id),
  );
  if (found?.FunctionName === undefined) throw new Error(`no function ${id}`);
  return found.FunctionName;
}
