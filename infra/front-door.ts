import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { HostGateway } from './host-gateway.ts';
import { reservedConcurrency } from './reserved-concurrency.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles, type ServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';
import { grantAnswerTokens } from './answer-tokens.ts';

/** The CodeDeploy-compatible addresses, and `GET /v1/…` beside them. A path without a route answers 404. */
export class FrontDoor extends Construct {
  readonly functions: readonly SluiceFunction[];
  /** Ends in a slash: clients post to the address as it is given. */
  readonly endpoint: string;
  readonly hosts: HostGateway;

  constructor(scope: Construct, id: string, foundation: Foundation, serviceRoles: ServiceRoles) {
    super(scope, id);
    const codedeploy = this.codedeploy(foundation, serviceRoles);
    const hooks = this.hooks(foundation);
    const api = new HttpApi(this, 'Api', {
      apiName: foundation.place.stackName,
      description: `The CodeDeploy API of ${foundation.place.stackName}`,
      createDefaultStage: false,
    });
    foundation.place.markApi(api);
    this.hosts = new HostGateway(this, 'Hosts', foundation, api);
    const readV1 = this.readV1(foundation, this.hosts.outputs);
    this.functions = [codedeploy, readV1, hooks, ...this.hosts.functions];
    // One function, and paths that each are good for a part of the API, so that a caller's IAM policy grants the part. The
    // greedy ones are there because SDKs post to a path as it is given or with a slash behind it.
    const operations = new HttpLambdaIntegration('CodeDeploy', codedeploy);
    for (const path of ['/', '/read', '/read/{proxy+}', '/applications/{proxy+}']) {
      api.addRoutes({
        path,
        methods: [HttpMethod.POST],
        integration: operations,
        authorizer: new HttpIamAuthorizer(),
      });
    }
    // Nothing but these paths reaches the function, so that a caller's IAM policy can tell them apart.
    const readings = new HttpLambdaIntegration('ReadV1', readV1);
    for (const reading of READINGS) {
      api.addRoutes({
        path: `/v1/deployments/{deploymentId}/${reading}`,
        methods: [HttpMethod.GET],
        integration: readings,
        authorizer: new HttpIamAuthorizer(),
      });
    }
    // Unsigned: a validation function shows the id that it was called with.
    const hookRoutes = ['/hooks', '/hooks/{proxy+}'].flatMap((path) =>
      api.addRoutes({
        path,
        methods: [HttpMethod.POST],
        integration: new HttpLambdaIntegration('Hooks', hooks),
      }),
    );
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: BURST_REQUESTS },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          new LogGroup(this, 'AccessLog', {
            retention: RetentionDays.THREE_MONTHS,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
        ),
        format: ACCESS_LOG,
      },
    });
    (stage.node.defaultChild as CfnStage).routeSettings = {
      'POST /hooks': HOOKS_THROTTLE,
      'POST /hooks/{proxy+}': HOOKS_THROTTLE,
      ...this.hosts.throttles,
    };
    // API Gateway refuses a stage with settings for a route that is not there yet.
    stage.node.addDependency(...hookRoutes, ...this.hosts.routes);
    this.endpoint = stage.url;
  }

  private codedeploy(foundation: Foundation, serviceRoles: ServiceRoles): SluiceFunction {
    const { store, place } = foundation;
    const codedeploy = new SluiceFunction(this, 'CodeDeploy', {
      foundation,
      entry: 'api/codedeploy',
      description: 'Answers the operations of the CodeDeploy API',
      rights: 'writer',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.codeDeploy,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        ...serviceRoles.environment,
      },
    });
    store.grantAppend(codedeploy);
    store.grantCreateBelow(codedeploy);
    store.grantLookUp(codedeploy);
    store.grantList(codedeploy);
    store.grantWake(codedeploy);
    store.grantRevokeSecrets(codedeploy);
    grantAssumeServiceRoles(codedeploy, place);
    grantReadServiceRoles(codedeploy);
    grantAnswerTokens(codedeploy, 'Success', 'Failure');
    return codedeploy;
  }

  private hooks(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const hooks = new SluiceFunction(this, 'Hooks', {
      foundation,
      entry: 'hooks/put-hook-status',
      description: 'Takes the answers of validation functions',
      rights: 'writer',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.hooks,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName },
    });
    store.grantAppend(hooks);
    store.grantLookUp(hooks);
    store.grantWake(hooks);
    grantAnswerTokens(hooks, 'Success', 'Failure');
    return hooks;
  }

  private readV1(foundation: Foundation, outputs: Bucket): SluiceFunction {
    const readV1 = new SluiceFunction(this, 'ReadV1', {
      foundation,
      entry: 'read/v1',
      description: 'Answers GET /v1: the events and timelines of deployments and their targets',
      rights: 'reader',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.readV1,
      environment: { ...foundation.store.tables, OUTPUT_BUCKET: outputs.bucketName },
    });
    foundation.store.grantReadLog(readV1);
    // Lent to whoever asks for the output of one lifecycle event, by a presigned address.
    readV1.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [outputs.arnForObjects('*')] }),
    );
    return readV1;
  }
}

/** Of a deployment, under `GET /v1/deployments/{deploymentId}/`. */
const READINGS = [
  'events',
  'timeline',
  'targets',
  'targets/{targetId}/timeline',
  'targets/{targetId}/output',
];

/** An HTTP API gives up on its integration after 30 seconds; the function should end first and say so in its log. */
const API_TIMEOUT = Duration.seconds(29);

/** Beyond what pipelines that wait for their deployments ask for, below what would eat the account's concurrency. */
const REQUESTS_PER_SECOND = 200;
const BURST_REQUESTS = 400;

/** In CloudFormation's own spelling, which CDK does not give to it. Anybody may post there, so that a flood is kept from the account's concurrency; each deployment has two answers. */
const HOOKS_THROTTLE = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };

/** Names the route and not the path: that of a host holds its secret, and the greedy ones hold whatever a stranger writes. */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    requestTime: AccessLogField.contextRequestTime(),
    requestId: AccessLogField.contextRequestId(),
    ip: AccessLogField.contextIdentitySourceIp(),
    caller: '$context.identity.userArn',
    route: AccessLogField.contextRouteKey(),
    status: AccessLogField.contextStatus(),
    responseLength: AccessLogField.contextResponseLength(),
  }),
);
