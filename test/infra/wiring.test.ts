import { describe, expect, it } from 'vitest';
import { metricLine } from '../../functions/runtime/metrics.ts';
import { paths as apiPaths } from '../../functions/api/api-path.ts';
import { routes as hostRoutes } from '../../functions/hosts/administer.ts';
import { routes as readRoutes } from '../../functions/read/v1.ts';
import { realAccount } from '../../infra/local-differences.ts';
import { synthesized } from './synthesized.ts';
import { at, ofType, readable, type Resource } from './template.ts';

const template = synthesized(realAccount('Sluice'));
const properties = (path: string): unknown => readable(template, at(template, path).properties);
const rules = ofType(template, 'AWS::Events::Rule');
const target = (path: string): unknown => ({ Arn: `<${path}>` });

describe('the stream of the log', () => {
  it('reaches both reactions from the first event on, and parks what it cannot take', () => {
    const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping').map(
      (each) => readable(template, each.properties) as { readonly FunctionName: string },
    );
    const mapping = (path: string) => mappings.find(({ FunctionName }) => FunctionName === `<${path}>`);
    // DynamoDB serves two that follow a stream, and no more.
    expect(mappings).toHaveLength(2);
    const common = {
      EventSourceArn: '<Store/Log.StreamArn>',
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 3600,
    };
    expect(mapping('Reactions/OnEvents')).toMatchObject({
      ...common,
      DestinationConfig: { OnFailure: { Destination: '<Reactions/DeadLetters>' } },
    });
    expect(mapping('Notifications/Notify')).toMatchObject({
      ...common,
      // More would break the order of versions within a stream.
      ParallelizationFactor: 1,
      DestinationConfig: { OnFailure: { Destination: '<Notifications/DeadLetters>' } },
    });
  });

  it('has a queue for dead letters that keeps them for two weeks and refuses plain HTTP', () => {
    for (const queue of ['Reactions/DeadLetters', 'Notifications/DeadLetters']) {
      expect(properties(queue)).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
      expect(JSON.stringify(properties(`${queue}/Policy`))).toContain(
        '"Bool":{"aws:SecureTransport":"false"}',
      );
    }
  });
});

describe('the topic of notifications', () => {
  it('takes what the function that notifies publishes, over TLS, and nobody else', () => {
    expect(properties('Notifications/Topic/Policy')).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 'sns:Publish',
            Condition: {
              ArnNotLike: {
                'aws:PrincipalArn': [
                  '<Notifications/NotifyRole>',
                  'arn:<AWS::Partition>:sts::<AWS::AccountId>:assumed-role/<Notifications/NotifyRole>/*',
                ],
              },
            },
          },
        ],
      },
    });
  });
});

describe('alarms', () => {
  it('reach the reaction through the topic', () => {
    const subscriptions = ofType(template, 'AWS::SNS::Subscription').map((each) => each.properties);
    expect(readable(template, subscriptions)).toEqual([
      { Protocol: 'lambda', TopicArn: '<Reactions/Alarms>', Endpoint: '<Reactions/OnAlarm>' },
    ]);
  });

  it('are the only thing that can publish to the topic, and only those of this account', () => {
    expect(properties('Reactions/Alarms/Policy')).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: { StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
          },
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:PrincipalIsAWSService': 'false' } },
          },
        ],
      },
    });
  });

  it('reach it by their events as well, when they ring', () => {
    expect(properties('Reactions/AlarmRings')).toMatchObject({
      EventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: { state: { value: ['ALARM'] } },
      },
      Targets: [target('Reactions/OnAlarm')],
    });
  });
});

describe('instances of EC2', () => {
  it('that are terminated lose their secrets', () => {
    expect(properties('Reactions/InstanceIsTerminated')).toMatchObject({
      EventPattern: {
        source: ['aws.ec2'],
        'detail-type': ['EC2 Instance State-change Notification'],
        detail: { state: ['terminated'] },
      },
      Targets: [target('Reactions/OnInstanceTerminated')],
    });
  });
});

describe('the clock and the executions', () => {
  it('sweep every minute', () => {
    expect(properties('Reactions/Minute')).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [target('Reactions/OnDeadline')],
    });
  });

  it('repair what an execution of our own machine leaves behind', () => {
    expect(properties('Reactions/ExecutionBreaks')).toMatchObject({
      EventPattern: {
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'FAILED', 'TIMED_OUT'],
          stateMachineArn: [
            '<Workflows/Lambda>',
            '<Workflows/Hook>',
            '<Workflows/Fleet/InPlace>',
            '<Workflows/Fleet/Instance>',
          ],
        },
      },
      Targets: [target('Reactions/OnExecutionStatus')],
    });
  });

  it('are let in by the functions that they invoke', () => {
    const permissions = ofType(template, 'AWS::Lambda::Permission').map((each) =>
      readable(template, each.properties),
    );
    for (const rule of rules) {
      expect(permissions).toContainEqual(
        expect.objectContaining({ Principal: 'events.amazonaws.com', SourceArn: `<${rule.path}>` }),
      );
    }
  });
});

interface RouteProperties {
  readonly RouteKey: string;
  readonly Target: string;
  readonly AuthorizationType: string;
}

describe('the front door', () => {
  const calling = '<FrontDoor/CodeDeploy>, AWS_IAM';
  const reading = '<FrontDoor/ReadV1>, AWS_IAM';

  it('has these routes, and on each of them says who is let in to which function', () => {
    const routes = ofType(template, 'AWS::ApiGatewayV2::Route').map((route) => {
      const { RouteKey, Target, AuthorizationType } = readable(template, route.properties) as RouteProperties;
      const integration = at(template, Target.replace(/^integrations\/<(.*)>$/, '$1'));
      const { IntegrationUri } = readable(template, integration.properties) as { IntegrationUri: string };
      return [RouteKey, `${IntegrationUri}, ${AuthorizationType}`] as const;
    });
    expect(Object.fromEntries(routes)).toEqual({
      // What a path is good for goes by the key of its route: what the function knows is what is routed to it.
      ...Object.fromEntries([...apiPaths.keys()].map((route) => [route, calling])),
      'POST /hooks': '<FrontDoor/Hooks>, NONE',
      'POST /hooks/{proxy+}': '<FrontDoor/Hooks>, NONE',
      ...Object.fromEntries([...readRoutes.keys()].map((route) => [route, reading])),
      'GET /': '<FrontDoor/Hosts/Gateway>, NONE',
      'GET /hosts/{proxy+}': '<FrontDoor/Hosts/Gateway>, NONE',
      'POST /hosts/{proxy+}': '<FrontDoor/Hosts/Gateway>, NONE',
      'POST /hosts': '<FrontDoor/Hosts/Enrol>, AWS_IAM',
      ...Object.fromEntries(
        [...hostRoutes.keys()].map((route) => [route, '<FrontDoor/Hosts/Administer>, AWS_IAM']),
      ),
    });
  });

  it('keeps a flood of answers from the account, on routes that are there before', () => {
    const stage = at(template, 'FrontDoor/Stage');
    const throttle = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };
    expect(stage.properties['RouteSettings']).toEqual({
      'POST /hooks': throttle,
      'POST /hooks/{proxy+}': throttle,
      'POST /hosts/{proxy+}': { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 4000 },
    });
    const limited = Object.keys(stage.properties['RouteSettings'] as object);
    const routes = ofType(template, 'AWS::ApiGatewayV2::Route').filter(({ properties: { RouteKey } }) =>
      limited.includes(String(RouteKey)),
    );
    expect(routes).toHaveLength(limited.length);
    expect(stage.dependsOn).toEqual(expect.arrayContaining(routes.map(({ logicalId }) => logicalId)));
  });

  it('keeps an account of who called', () => {
    expect(properties('FrontDoor/Stage')).toMatchObject({
      StageName: '$default',
      AccessLogSettings: { DestinationArn: '<FrontDoor/AccessLog>' },
    });
  });

  it('names the route in that account and never the path, which holds the secret of a host', () => {
    const { AccessLogSettings } = properties('FrontDoor/Stage') as { AccessLogSettings: { Format: string } };
    const fields = Object.values(JSON.parse(AccessLogSettings.Format) as Record<string, string>);
    expect(fields).toContain('$context.routeKey');
    expect(fields.filter((field) => /path|uri|error|integration/i.test(field))).toEqual([]);
  });
});

describe('our own alarms', () => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
  const watched = (alarm: Resource): string => alarm.path.replace('OwnAlarms/', '');

  it('watch the failures of every function, the dead letters and what the functions count', () => {
    const functions = ofType(template, 'AWS::Lambda::Function').map(
      (each) => `${each.path.split('/').at(-1)}Errors`,
    );
    const counted = ['DeploymentRepaired', 'FailureCaught', 'TrafficLeftWeighted'];
    expect(alarms.map(watched).sort()).toEqual(
      [...functions, 'DeadLetters', 'Unpublished', ...counted].sort(),
    );
  });

  it('ring at the first, and not for want of data', () => {
    for (const alarm of alarms) {
      expect(alarm.properties).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it.each(['DeploymentRepaired', 'FailureCaught', 'TrafficLeftWeighted'] as const)(
    'read the metric %s as the functions write it',
    (name) => {
      const line = JSON.parse(metricLine(name, 'Sluice', 0)) as {
        _aws: {
          CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
        };
      } & Record<string, unknown>;
      const [written] = line._aws.CloudWatchMetrics;
      const dimensions = written?.Dimensions[0] ?? [];
      expect(properties(`OwnAlarms/${name}`)).toMatchObject({
        Namespace: written?.Namespace,
        MetricName: written?.Metrics[0]?.Name,
        Dimensions: dimensions.map((dimension) => ({ Name: dimension, Value: line[dimension] })),
      });
      expect(line[name]).toBe(1);
    },
  );
});
