import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AGENT_VERSION_HEADER } from '../../core/hosts/protocol.ts';
import { Refusal } from '../../core/refusal.ts';
import { awsFailure } from '../adapters/aws-failure.ts';
import type { ApiRequest } from '../runtime/aws-json.ts';
import { respond } from '../runtime/aws-json.ts';
import { VersionConflict } from '../runtime/execute.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';

/** What an HTTP API hands over of a call of an agent. The path holds the secret: neither is ever logged. */
export type HostRequest = ApiRequest & {
  /** The method and the path as the route is written. */
  readonly routeKey: string;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
};

/** What the headers tell of the agent. */
export interface AgentSigns {
  readonly agentVersion?: string;
  /** Of the host's own clock, where it signs its calls. */
  readonly hostTime?: number;
}

/** A version is shown and stored: as much of it as a release is ever called. */
const VERSION_CHARACTERS = 128;

export function agentSigns({ headers }: HostRequest): AgentSigns {
  const header = (name: string) => Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  const agentVersion = header(AGENT_VERSION_HEADER)?.slice(0, VERSION_CHARACTERS);
  const [, date = '', clock = ''] = /^(\d{8})T(\d{6})Z$/.exec(header('x-amz-date') ?? '') ?? [];
  const iso = `${date.replace(/(\d{4})(\d\d)/, '$1-$2-')}T${clock.replace(/(\d\d)(\d\d)/, '$1:$2:')}Z`;
  const hostTime = Date.parse(iso);
  return {
    ...(agentVersion === undefined || agentVersion === '' ? {} : { agentVersion }),
    ...(Number.isNaN(hostTime) ? {} : { hostTime }),
  };
}

/** Every success is a 200 with an object: some agents cannot read an empty body. */
export function hostAnswer(request: HostRequest, output: object): APIGatewayProxyStructuredResultV2 {
  return respond(request.requestContext.requestId, 200, JSON.stringify(output));
}

/**
 * Agents know a caller's fault by 400, whatever it is, and slow down at 429. They never see 5xx but for a bug: the Ruby
 * agent would report a command failed that was not.
 */
export function hostRefusal(
  request: HostRequest,
  error: unknown,
  details: object,
): APIGatewayProxyStructuredResultV2 {
  const { requestId } = request.requestContext;
  const answer = (status: number, code: string, message: string) =>
    respond(requestId, status, JSON.stringify({ __type: code, message }));
  if (isOverload(error)) {
    logger.warn('throttled', { requestId, ...details, error: error as Error });
    return answer(429, 'ThrottlingException', 'Rate exceeded');
  }
  if (error instanceof Refusal) {
    logger.info('refused', { requestId, ...details, code: error.code });
    return answer(400, error.code, error.message);
  }
  logger.error('the call failed', { requestId, ...details, error: error as Error });
  metrics.count('FailureCaught');
  return answer(500, 'ServerException', `Something went wrong inside. The request id is ${requestId}.`);
}

/** Too much at once, for us or for what we stand on: it passes. */
export function isOverload(error: unknown): boolean {
  if (error instanceof Refusal) return error.code === 'ThrottlingException';
  return error instanceof VersionConflict || awsFailure(error)?.status === 'throttled';
}
