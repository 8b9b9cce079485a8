import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';
import { zippedFunction } from '../local-cloud/zipped-function.ts';

export const FUNCTION = 'price-quote';
export const ALIAS = 'live';
export const ALARM = 'price-quote-errors';
export const CONFIG = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
export const HOOKS = {
  BeforeAllowTraffic: 'CodeDeployHook_returns',
  AfterAllowTraffic: 'CodeDeployHook_calls_back',
};
export const APPLICATION = 'shop';
const group = { applicationName: APPLICATION, deploymentGroupName: 'shop-prod' };

type Hooks = Readonly<Record<string, string>>;

/** The team's side of the story: a function, its alarm, and the group that deploys it. */
export interface Shop {
  readonly lambda: LambdaClient;
  readonly deploy: (currentVersion: string, targetVersion: string, hooks?: Hooks) => Promise<string>;
  /** Starts an execution of the workflow, as somebody would in the console, and gives its ARN. */
  readonly launch: (currentVersion: string, targetVersion: string) => Promise<string>;
  /** As a service's own monitoring would: percent of the requests that failed. */
  readonly reportErrors: (percent: number) => Promise<void>;
}

/** Versions 1 and 2 quote prices; version 3 has a bug. Each logs a line, without which the emulator is slower. */
const SOURCES = [
  `{ return { price: 100 }; }`,
  `{ return { price: 100, currency: 'EUR' }; }`,
  `{ throw new Error('no price for this item'); }`,
].map((body) => `export const handler = async () => { console.log('asked'); ${body} };`);

export async function openShop(local: LocalJson): Promise<Shop> {
  const client = clientSettings(local);
  const lambda = new LambdaClient(client);
  const cloudwatch = new CloudWatchClient(client);
  const codedeploy = new CodeDeployClient({ ...client, endpoint: local.endpoint });
  const role = await executionRole(new IAMClient(client));
  await publish(lambda, role);
  await publishHooks(lambda, role, local.hooksEndpoint);
  await watch(cloudwatch, local.alarmTopicArn);
  await register(codedeploy, local.serviceRoles.Lambda);
  return {
    lambda,
    launch: async (currentVersion, targetVersion) => {
      const content = appSpec(currentVersion, targetVersion);
      const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
      const deploymentConfigName = 'CodeDeployDefault.LambdaAllAtOnce';
      const overrideAlarmConfiguration = { enabled: false, alarms: [] };
      const input = JSON.stringify({ ...group, deploymentConfigName, overrideAlarmConfiguration, revision });
      const stateMachineArn = local.stateMachines['Lambda'] ?? '';
      const { executionArn } = await new SFNClient(client).send(
        new StartExecutionCommand({ stateMachineArn, name: 'release-by-hand', input }),
      );
      return executionArn ?? '';
    },
    deploy: async (currentVersion, targetVersion, hooks) => {
      const content = appSpec(currentVersion, targetVersion, hooks);
      const { deploymentId } = await codedeploy.send(
        new CreateDeploymentCommand({
          ...group,
          revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
        }),
      );
      return deploymentId ?? '';
    },
    reportErrors: async (percent) => {
      await cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: 'Shop',
          MetricData: [{ MetricName: 'FailedPercent', Unit: 'Percent', Value: percent }],
        }),
      );
    },
  };
}

async function watch(cloudwatch: CloudWatchClient, topicArn: string): Promise<void> {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: ALARM,
      Namespace: 'Shop',
      MetricName: 'FailedPercent',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [topicArn],
    }),
  );
}

async function register(codedeploy: CodeDeployClient, serviceRoleArn: string): Promise<void> {
  await codedeploy.send(
    new CreateApplicationCommand({ applicationName: group.applicationName, computePlatform: 'Lambda' }),
  );
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      ...group,
      deploymentConfigName: CONFIG,
      serviceRoleArn,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: { enabled: true, alarms: [{ name: ALARM }] },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    }),
  );
}

async function executionRole(iam: IAMClient): Promise<string> {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: FUNCTION,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  return Role?.Arn ?? '';
}

/** One returns its status, the other calls back as a function written for CodeDeploy does. */
async function publishHooks(lambda: LambdaClient, role: string, hooksEndpoint: string): Promise<void> {
  const sources = {
    [HOOKS.BeforeAllowTraffic]: `export const handler = async ({ FunctionName, TargetVersion }) => {
      console.log('validating');
      return { status: 'Succeeded', message: FunctionName + ' ' + TargetVersion + ' quotes the right price' };
    };`,
    [HOOKS.AfterAllowTraffic]: `export const handler = async (event) => {
      console.log('validating');
      await fetch(process.env.AWS_ENDPOINT_URL_CODEDEPLOY, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
        },
        body: JSON.stringify({
          deploymentId: event.DeploymentId,
          lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
          status: 'Succeeded',
        }),
      });
    };`,
  };
  for (const [FunctionName, source] of Object.entries(sources)) {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs24.x',
        Role: role,
        Handler: 'index.handler',
        Timeout: 30,
        Code: { ZipFile: zippedFunction(source) },
        Environment: { Variables: { AWS_ENDPOINT_URL_CODEDEPLOY: hooksEndpoint } },
      }),
    );
  }
}

async function publish(lambda: LambdaClient, role: string): Promise<void> {
  for (const [index, source] of SOURCES.entries()) {
    const ZipFile = zippedFunction(source);
    if (index === 0) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: FUNCTION,
          Runtime: 'nodejs24.x',
          Role: role,
          Handler: 'index.handler',
          Code: { ZipFile },
        }),
      );
    } else {
      await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: FUNCTION, ZipFile }));
    }
    await lambda.send(new PublishVersionCommand({ FunctionName: FUNCTION }));
  }
  await lambda.send(new CreateAliasCommand({ FunctionName: FUNCTION, Name: ALIAS, FunctionVersion: '1' }));
}

export function appSpec(currentVersion: string, targetVersion: string, hooks: Hooks = {}): string {
  const named = Object.entries(hooks).map(([event, name]) => `  - ${event}: ${name}`);
  return [
    'version: 0.0',
    'Resources:',
    '  - priceQuote:',
    '      Type: AWS::Lambda::Function',
    '      Properties:',
    `        Name: ${FUNCTION}`,
    `        Alias: ${ALIAS}`,
    `        CurrentVersion: "${currentVersion}"`,
    `        TargetVersion: "${targetVersion}"`,
    ...(named.length === 0 ? [] : ['Hooks:', ...named]),
    '',
  ].join('\n');
}
