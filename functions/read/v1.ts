import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { Refusal } from '../../core/refusal.ts';
import { deploymentDoesNotExist, quoted } from '../../core/registry/names.ts';
import { eventsAnswer, timelineAnswer } from '../../core/views/v1-answers.ts';
import type {
  ErrorAnswer,
  EventsAnswer,
  OutputAnswer,
  TargetTimelineAnswer,
  TargetsAnswer,
  TimelineAnswer,
} from '../../core/views/v1.ts';
import { s3OutputDownloads } from '../adapters/output-downloads.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { recorded } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';
import { storePorts } from '../runtime/ports.ts';
import { isoTime } from '../runtime/time-texts.ts';
import type { ReadPorts, ReadRequest } from './read-request.ts';
import { deploymentIdOf, pageOf, parametersOf } from './read-request.ts';
import { targetOutput, targets, wholeTargetTimeline } from './targets.ts';

/**
 * `GET /v1/…`: the log of a deployment as JSON, whatever has become of its group and application. It reads only the log,
 * and lends the rights to the whole output of one lifecycle event.
 * Every answer is one of core/views/v1.ts: 200, or an error with its code and what to do, 400, 403, 404 or 500.
 */
export function readV1(
  ports: ReadPorts,
): (request: ReadRequest) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request) => {
    const { requestId } = request.requestContext;
    try {
      requireCaller(request);
      const answer = await routeOf(request)(ports, request);
      logger.info('answered', { requestId, route: request.routeKey });
      return respond(requestId, 200, answer);
    } catch (error) {
      return refused(requestId, error);
    }
  };
}

type Answer = EventsAnswer | TimelineAnswer | TargetsAnswer | TargetTimelineAnswer | OutputAnswer;
type Route = (ports: ReadPorts, request: ReadRequest) => Promise<Answer>;

/** By the keys of their routes at the gateway. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET /v1/deployments/{deploymentId}/events', events],
  ['GET /v1/deployments/{deploymentId}/timeline', wholeTimeline],
  ['GET /v1/deployments/{deploymentId}/targets', targets],
  ['GET /v1/deployments/{deploymentId}/targets/{targetId}/timeline', wholeTargetTimeline],
  ['GET /v1/deployments/{deploymentId}/targets/{targetId}/output', targetOutput],
]);

/** An event is a few KB at most, so that the largest page stays far below the 6 MB that a function may answer. */
const MOST_EVENTS = 500;
const USUAL_EVENTS = 100;

const page = pageOf(MOST_EVENTS, USUAL_EVENTS);

async function events({ store }: ReadPorts, request: ReadRequest): Promise<EventsAnswer> {
  const deploymentId = deploymentIdOf(request);
  const { after, limit } = parametersOf(page, request);
  const found = await store.load(deploymentStream(deploymentId), after + 1);
  // Nothing behind a position is an empty page, but only where there is a deployment at all.
  const exists =
    found.length > 0 || (after > 0 && (await store.load(deploymentStream(deploymentId))).length > 0);
  if (!exists) throw deploymentDoesNotExist(deploymentId);
  return eventsAnswer(deploymentId, found, limit, isoTime);
}

async function wholeTimeline({ store, system }: ReadPorts, request: ReadRequest): Promise<TimelineAnswer> {
  const deploymentId = deploymentIdOf(request);
  parametersOf(z.strictObject({}), request);
  const stream = await store.load(deploymentStream(deploymentId));
  const answer = timelineAnswer(
    stream.map((event) => recorded<DeploymentEvent>(event)),
    system.now(),
    isoTime,
  );
  if (answer === undefined) throw deploymentDoesNotExist(deploymentId);
  return answer;
}

/** The gateway lets nobody in without a signature; a request that came another way names no caller. */
function requireCaller({ requestContext }: ReadRequest): void {
  const caller = requestContext.authorizer?.iam?.userArn;
  if (typeof caller === 'string' && caller !== '') return;
  throw new Refusal(
    'AccessDeniedException',
    'The request names no IAM caller. Sign it with AWS credentials.',
  );
}

function routeOf({ routeKey }: ReadRequest): Route {
  const route = routes.get(routeKey);
  if (route !== undefined) return route;
  throw new Refusal('UnknownOperationException', `There is no ${quoted(routeKey)} here.`);
}

const STATUSES: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  DeploymentDoesNotExistException: 404,
  DeploymentTargetDoesNotExistException: 404,
  OutputDoesNotExistException: 404,
  UnknownOperationException: 404,
};
const MALFORMED = 400;

function refused(requestId: string, error: unknown): APIGatewayProxyStructuredResultV2 {
  if (error instanceof Refusal) {
    const { code, message } = error;
    logger.info('refused', { requestId, code });
    return respond(requestId, STATUSES[code] ?? MALFORMED, { version: '1', error: { code, message } });
  }
  logger.error('the call failed', { requestId, error: error as Error });
  metrics.count('FailureCaught');
  const message = `Something went wrong inside. Its request id is ${requestId}: the log of the function tells more.`;
  return respond(requestId, 500, { version: '1', error: { code: 'InternalFailure', message } });
}

function respond(
  requestId: string,
  statusCode: number,
  answer: Answer | ErrorAnswer,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: JSON.stringify(answer),
  };
}

export const handler = handlerOf('read/v1', (variables) => {
  const environment = environmentOf('read/v1', variables);
  return readV1({ ...storePorts(environment), outputs: s3OutputDownloads(environment.OUTPUT_BUCKET) });
});
