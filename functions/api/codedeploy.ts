import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import { Refusal } from '../../core/refusal.ts';
import { iamServiceRoles } from '../adapters/service-roles.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import { VersionConflict } from '../runtime/execute.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { aggregates } from '../runtime/aggregates.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import { statusOf } from './common-errors.ts';
import type { ApiPorts, Operation } from './operation.ts';
import { operations } from './operations.ts';

/** What an HTTP API hands over of a request, as far as it is read. */
export type ApiRequest = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> & {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly requestId: string;
    readonly authorizer?: { readonly iam?: { readonly userArn?: string | null } | null } | null;
  };
};

/**
 * The CodeDeploy API: AWS JSON 1.1 on `POST /`. Every answer is an HTTP one, whatever happens: a refusal by its own
 * name and status, too many writers at once as throttling (clients try that again), all else as InternalFailure.
 */
export function codedeploy(
  ports: ApiPorts,
): (request: ApiRequest, home: FunctionHome) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request, home) => {
    const { requestId } = request.requestContext;
    try {
      const caller = callerOf(request);
      const operation = operationOf(request);
      const actor = { type: 'user', id: caller } as const;
      const issued = { id: ports.system.uuid(), at: ports.system.now(), actor };
      const output = await operation.answer(bodyOf(request), { ports, issued, home });
      logger.info('answered', { requestId, operation: operation.name, caller });
      return respond(requestId, 200, output === undefined ? '' : JSON.stringify(output));
    } catch (error) {
      const { code, message } = refusalOf(error, requestId);
      logger.info('refused', { requestId, target: targetOf(request), code });
      return respond(requestId, statusOf(code), JSON.stringify({ __type: code, message }));
    }
  };
}

/** The gateway lets nobody in without a signature; a request that came another way names no caller. */
function callerOf({ requestContext }: ApiRequest): string {
  const caller = requestContext.authorizer?.iam?.userArn;
  if (typeof caller === 'string' && caller !== '') return caller;
  throw new Refusal(
    'AccessDeniedException',
    'The request names no IAM caller. Sign it with AWS credentials.',
  );
}

const TARGET_PREFIX = 'CodeDeploy_20141006.';

function operationOf(request: ApiRequest): Operation {
  const target = targetOf(request);
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : undefined;
  const operation = name === undefined ? undefined : operations.get(name);
  if (operation === undefined) {
    throw new Refusal(
      'UnknownOperationException',
      `The operation ${JSON.stringify(target.slice(0, 100))} is unknown or not built yet. X-Amz-Target must be ` +
        `${TARGET_PREFIX}OPERATION, with one of ${[...operations.keys()].join(', ')}.`,
    );
  }
  return operation;
}

/** An HTTP API writes the names of headers in lower case, others keep them as they were sent. */
function targetOf({ headers }: ApiRequest): string {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target');
  return header?.[1] ?? '';
}

/** The content type is no text to an HTTP API, so that it encodes the body; others hand it over as it is. */
function bodyOf({ body, isBase64Encoded }: ApiRequest): object {
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
  const parsed = jsonOf(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Refusal('SerializationException', 'The body of the request is not a JSON object.');
  }
  return parsed;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(error: unknown, requestId: string): Pick<Refusal, 'code' | 'message'> {
  if (error instanceof Refusal) return error;
  if (error instanceof VersionConflict) {
    logger.warn('too many writers at once', { requestId, error });
    return { code: 'ThrottlingException', message: 'Too many requests change this at once. Try again.' };
  }
  logger.error('the call failed', { requestId, error: error as Error });
  return {
    code: 'InternalFailure',
    message: `Something went wrong inside. Its request id is ${requestId}: the log of the function tells more.`,
  };
}

function respond(requestId: string, statusCode: number, body: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body,
  };
}

export const handler = handlerOf('api/codedeploy', (variables) => {
  const environment = environmentOf('api/codedeploy', variables);
  const answer = codedeploy({
    ...storePorts(environment, aggregates),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
    roles: iamServiceRoles(),
    trust: {
      stackServiceRoleArns: z.array(z.string()).parse(JSON.parse(environment.STACK_SERVICE_ROLE_ARNS)),
      trustedPrincipals: environment.TRUSTED_PRINCIPALS,
    },
  });
  return (request: ApiRequest, { invokedFunctionArn }) => {
    const [, partition = '', , region = '', accountId = ''] = invokedFunctionArn.split(':');
    return answer(request, { partition, region, accountId });
  };
});
