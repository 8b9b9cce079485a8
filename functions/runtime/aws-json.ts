import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Refusal } from '../../core/refusal.ts';
import { statusOf } from './common-errors.ts';
import { VersionConflict } from './execute.ts';
import { logger } from './log.ts';
import { metrics } from './metrics.ts';

/** What an HTTP API hands over of a request, as far as it is read. */
export type ApiRequest = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded' | 'rawPath'> & {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly requestId: string;
    readonly authorizer?: { readonly iam?: { readonly userArn?: string | null } | null } | null;
  };
};

export const TARGET_PREFIX = 'CodeDeploy_20141006.';

/** The operation that a target names; undefined where it is none of CodeDeploy's. */
export function operationNameOf(target: string): string | undefined {
  return target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : undefined;
}

/** The answer to a call that was not carried out, by the name and status of its error. */
export function refused(request: ApiRequest, error: unknown): APIGatewayProxyStructuredResultV2 {
  const { requestId } = request.requestContext;
  const { code, message } = refusalOf(error, requestId);
  logger.info('refused', { requestId, path: request.rawPath, target: targetOf(request), code });
  return respond(requestId, statusOf(code), JSON.stringify({ __type: code, message }));
}

/** An HTTP API writes the names of headers in lower case, others keep them as they were sent. */
export function targetOf({ headers }: ApiRequest): string {
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target');
  return header?.[1] ?? '';
}

/** The content type is no text to an HTTP API, so that it encodes the body; others hand it over as it is. */
export function bodyOf({ body, isBase64Encoded }: ApiRequest): object {
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
  metrics.count('FailureCaught');
  return {
    code: 'InternalFailure',
    message: `Something went wrong inside. Its request id is ${requestId}: the log of the function tells more.`,
  };
}

export function respond(
  requestId: string,
  statusCode: number,
  body: string,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body,
  };
}
