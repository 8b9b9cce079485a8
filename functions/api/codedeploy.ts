import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import { Refusal } from '../../core/refusal.ts';
import { awsAutoScalingGroups } from '../adapters/auto-scaling-groups.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { dynamoGitHubTokenNames } from '../adapters/github-tokens.ts';
import { dynamoHostSecrets } from '../adapters/host-secrets.ts';
import { iamServiceRoles } from '../adapters/service-roles.ts';
import { snsTopics } from '../adapters/topics.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { TARGET_PREFIX, bodyOf, operationNameOf, refused, respond, targetOf } from '../runtime/aws-json.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { aggregates } from '../runtime/aggregates.ts';
import { storePorts, tokenPorts, trustOf } from '../runtime/ports.ts';
import type { PathRequest } from './api-path.ts';
import { apiPathOf, textOf } from './api-path.ts';
import type { GuardedOperation } from './guarded-operation.ts';
import type { ApiPorts } from './operation.ts';
import { operations } from './operations.ts';

/**
 * The CodeDeploy API: AWS JSON 1.1 on `POST /` and the paths that are good for a part of it. Every answer is an HTTP one,
 * whatever happens: a refusal by its own name and status, too many writers at once as throttling (clients try that
 * again), all else as InternalFailure.
 */
export function codedeploy(
  ports: ApiPorts,
): (request: PathRequest, home: FunctionHome) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request, home) => {
    const { requestId } = request.requestContext;
    try {
      const caller = callerOf(request);
      const path = apiPathOf(request);
      const operation = operationOf(request);
      const actor = { type: 'user', id: caller } as const;
      const issued = { id: ports.system.uuid(), at: ports.system.now(), actor };
      const output = await operation.answer(bodyOf(request), path, { ports, issued, home });
      logger.info('answered', { requestId, operation: operation.name, caller, path: textOf(path) });
      return respond(requestId, 200, output === undefined ? '' : JSON.stringify(output));
    } catch (error) {
      return refused(request, error);
    }
  };
}

/** The gateway lets nobody in without a signature; a request that came another way names no caller. */
function callerOf({ requestContext }: PathRequest): string {
  const caller = requestContext.authorizer?.iam?.userArn;
  if (typeof caller === 'string' && caller !== '') return caller;
  throw new Refusal(
    'AccessDeniedException',
    'The request names no IAM caller. Sign it with AWS credentials.',
  );
}

function operationOf(request: PathRequest): GuardedOperation {
  const target = targetOf(request);
  const operation = operations.get(operationNameOf(target) ?? '');
  if (operation === undefined) {
    throw new Refusal(
      'UnknownOperationException',
      `The operation ${JSON.stringify(target.slice(0, 100))} is unknown or not built yet. X-Amz-Target must be ` +
        `${TARGET_PREFIX}OPERATION, with one of ${[...operations.keys()].join(', ')}.`,
    );
  }
  return operation;
}

export const handler = handlerOf('api/codedeploy', (variables) => {
  const environment = environmentOf('api/codedeploy', variables);
  const answer = codedeploy({
    ...storePorts(environment, aggregates),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
    roles: iamServiceRoles(),
    topicsWith: snsTopics,
    autoScalingGroupsWith: awsAutoScalingGroups,
    hostSecrets: dynamoHostSecrets(documentClient(), environment.LIVE_TABLE),
    gitHubTokenNames: dynamoGitHubTokenNames(documentClient(), environment.LIVE_TABLE),
    trust: trustOf(environment),
  });
  return (request: PathRequest, { invokedFunctionArn }) => {
    const [, partition = '', , region = '', accountId = ''] = invokedFunctionArn.split(':');
    return answer(request, { partition, region, accountId });
  };
});
