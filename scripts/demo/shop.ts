import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import type { LocalJson } from '../local-cloud/local-json.ts';
import { zippedFunction } from '../local-cloud/zipped-function.ts';

export const FUNCTION = 'price-quote';
export const ALIAS = 'live';
export const ALARM = 'price-quote-errors';
export const CONFIG = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
const group = { applicationName: 'shop', deploymentGroupName: 'shop-prod' };

/** The team's side of the story: a function, its alarm, and the group that deploys it. */
export interface Shop {
  readonly lambda: LambdaClient;
  readonly deploy: (currentVersion: string, targetVersion: string) => Promise<string>;
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
  const client = {
    endpoint: local.cloudEndpoint,
    region: local.region,
    credentials: { ...local.credentials },
  };
  const lambda = new LambdaClient(client);
  const cloudwatch = new CloudWatchClient(client);
  const codedeploy = new CodeDeployClient({ ...client, endpoint: local.endpoint });
  await publish(lambda, new IAMClient(client));
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
      AlarmActions: [local.alarmTopicArn],
    }),
  );
  await codedeploy.send(
    new CreateApplicationCommand({ applicationName: group.applicationName, computePlatform: 'Lambda' }),
  );
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      ...group,
      deploymentConfigName: CONFIG,
      serviceRoleArn: local.serviceRoles.Lambda,
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: { enabled: true, alarms: [{ name: ALARM }] },
      autoRollbackConfiguration: {
        enabled: true,
        events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
      },
    }),
  );
  return {
    lambda,
    deploy: async (currentVersion, targetVersion) => {
      const content = appSpec(currentVersion, targetVersion);
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

async function publish(lambda: LambdaClient, iam: IAMClient): Promise<void> {
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
  for (const [index, source] of SOURCES.entries()) {
    const ZipFile = zippedFunction(source);
    if (index === 0) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: FUNCTION,
          Runtime: 'nodejs24.x',
          Role: Role?.Arn ?? '',
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

export function appSpec(currentVersion: string, targetVersion: string): string {
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
    '',
  ].join('\n');
}
