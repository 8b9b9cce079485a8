import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles, type ServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';
import { grantAnswerTokens } from './workflows.ts';

/** The CodeDeploy-compatible address. A path without a route, which is every path but `/`, answers 404. */
export class FrontDoor extends Construct {
  readonly functions: readonly SluiceFunction[];
  /** Ends in a slash: clients post to the address as it is given. */
  readonly endpoint: string;

  constructor(scope: Construct, id: string, foundation: Foundation, serviceRoles: ServiceRoles) {
    super(scope, id);
    const codedeploy = this.codedeploy(foundation, serviceRoles);
    this.functions = [codedeploy];
    const api = new HttpApi(this, 'Api', {
      apiName: foundation.place.stackName,
      description: `The CodeDeploy API of ${foundation.place.stackName}`,
      createDefaultStage: false,
    });
    foundation.place.markApi(api);
    api.addRoutes({
      path: '/',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('CodeDeploy', codedeploy),
      authorizer: new HttpIamAuthorizer(),
    });
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
      },
    });
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
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        ...place.policy,
        ...serviceRoles.environment,
        TRUSTED_PRINCIPALS: place.trustedPrincipals.at(-1) ?? place.trustedPrincipals[0],
      },
    });
    store.grantAppend(codedeploy);
    store.grantWake(codedeploy);
    grantAssumeServiceRoles(codedeploy, place);
    grantReadServiceRoles(codedeploy);
    grantAnswerTokens(codedeploy);
    return codedeploy;
  }
}

/** An HTTP API gives up on its integration after 30 seconds; the function should end first and say so in its log. */
const API_TIMEOUT = Duration.seconds(29);

/** Beyond what pipelines that wait for their deployments ask for, below what would eat the account's concurrency. */
const REQUESTS_PER_SECOND = 200;
const BURST_REQUESTS = 400;
