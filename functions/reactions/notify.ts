import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import type { StoredEvent } from '../../core/chain.ts';
import { deploymentIdOfStream } from '../../core/deployments/deployment-stream.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { type Deployment, absent } from '../../core/deployments/deployment-state.ts';
import { evolve } from '../../core/deployments/deployment-evolution.ts';
import type { TargetEvent } from '../../core/deployments/target-events.ts';
import { evolveTarget } from '../../core/deployments/target-evolution.ts';
import { type Target, unclaimed } from '../../core/deployments/target-state.ts';
import { targetOfStream } from '../../core/deployments/target-stream.ts';
import { eventId } from '../../core/notifications/notification.ts';
import type { ResourceHome } from '../../core/registry/resource-arn.ts';
import { sqsDeadLetters } from '../adapters/dead-letters.ts';
import { eventBridgeBus } from '../adapters/event-bus.ts';
import { iamServiceRoles } from '../adapters/service-roles.ts';
import { snsTopics } from '../adapters/topics.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { recorded } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';
import { type ParkPorts, park } from '../runtime/park.ts';
import { storePorts } from '../runtime/ports.ts';
import { eventOfRecord } from '../runtime/stream-record.ts';
import { type PublishPorts, publishEvent } from './publish-event.ts';
import { publishTargetEvent } from './publish-target-event.ts';

export type NotifyPorts = PublishPorts & ParkPorts;

/** From `sluice republish`: which events, by their places alone, so that nobody can publish what is not in the log. */
const republication = z.object({
  republish: z.array(
    z.object({
      stream: z.string().refine(isTold, 'it is the stream of neither a deployment nor a target'),
      versions: z.array(z.int().positive()),
    }),
  ),
});

export interface Republished {
  readonly published: number;
  /** Places that the log does not hold. */
  readonly unknown: readonly string[];
}

/**
 * Publishes events of deployments and of their targets: a batch of the log's stream, or what is to be published once more. It starts
 * nothing. The events of one stream are published in the order of their versions and up to the first that fails;
 * streams do not wait for each other. Throws where all of a batch failed.
 */
export function notify(
  ports: NotifyPorts,
): (event: unknown, home: ResourceHome) => Promise<DynamoDBBatchResponse | Republished> {
  return async (event, home) => {
    const isAsked = typeof event === 'object' && event !== null && 'republish' in event;
    if (isAsked) return republish(ports, republication.parse(event).republish, home);
    const { Records } = event as { readonly Records: readonly DynamoDBRecord[] };
    return takeBatch(ports, Records, home);
  };
}

async function takeBatch(
  ports: NotifyPorts,
  records: readonly DynamoDBRecord[],
  home: ResourceHome,
): Promise<DynamoDBBatchResponse> {
  const streams = new Map<string, Map<number, DynamoDBRecord>>();
  for (const record of records) {
    // Only insertions are events: nothing else may happen to the log.
    if (record.eventName !== 'INSERT') continue;
    const event = eventOfRecord(record);
    if (event === undefined) {
      await park(ports, record, 'the record is no event of this log');
      continue;
    }
    const { stream } = event;
    if (!isTold(stream)) continue;
    const found = streams.get(stream) ?? new Map<number, DynamoDBRecord>();
    streams.set(stream, found.set(event.version, record));
  }
  const failures = await Promise.all(
    [...streams].map(async ([stream, byVersion]) => {
      const outcome = await publishVersions(ports, stream, [...byVersion.keys()], home);
      for (const version of outcome.unknown) {
        const record = byVersion.get(version);
        if (record !== undefined) await park(ports, record, 'the log does not hold the event of the record');
      }
      if (outcome.failure === undefined) return [];
      logger.error('not published', { stream, ...outcome.failure });
      return [{ outcome, record: byVersion.get(outcome.failure.version) }];
    }),
  );
  const failed = failures.flat();
  // As the whole batch then is brought again, whoever brings it need not know of parts.
  if (
    failed.length > 0 &&
    failed.length === streams.size &&
    failed.every(({ outcome }) => outcome.published === 0)
  )
    throw new AggregateError(
      failed.map(({ outcome }) => outcome.failure?.error),
      'nothing could be published',
    );
  return {
    batchItemFailures: failed.map(({ record }) => ({
      itemIdentifier: record?.dynamodb?.SequenceNumber ?? '',
    })),
  };
}

/** What happens to a deployment and to each target of a fleet is told; nothing else is. */
function isTold(stream: string): boolean {
  return deploymentIdOfStream(stream) !== undefined || targetOfStream(stream) !== undefined;
}

async function republish(
  ports: NotifyPorts,
  places: z.infer<typeof republication>['republish'],
  home: ResourceHome,
): Promise<Republished> {
  let published = 0;
  const unknown: string[] = [];
  for (const { stream, versions } of places) {
    const outcome = await publishVersions(ports, stream, versions, home);
    if (outcome.failure !== undefined) throw outcome.failure.error;
    published += outcome.published;
    unknown.push(...outcome.unknown.map((version) => eventId({ stream, version })));
  }
  logger.info('published again', { published });
  return { published, unknown };
}

interface Outcome {
  readonly published: number;
  readonly unknown: readonly number[];
  /** The first that was not published; none behind it was tried. */
  readonly failure?: { readonly version: number; readonly error: unknown };
}

/** What is told of an event is what was so then: the log is folded up to it and never further. */
async function publishVersions(
  ports: NotifyPorts,
  stream: string,
  versions: readonly number[],
  home: ResourceHome,
): Promise<Outcome> {
  const wanted = new Set(versions);
  const publish =
    deploymentIdOfStream(stream) === undefined ? ofTarget(ports, home) : ofDeployment(ports, home);
  let version = Math.min(...versions);
  let published = 0;
  try {
    for (const stored of await ports.store.load(stream)) {
      if (wanted.size === 0) break;
      const isWanted = wanted.has(stored.version);
      if (isWanted) ({ version } = stored);
      if (!(await publish(stored, isWanted))) continue;
      wanted.delete(version);
      published += 1;
    }
    return { published, unknown: [...wanted] };
  } catch (error) {
    return { published, unknown: [], failure: { version, error } };
  }
}

/** Takes the events of a stream one after the other, and says which it has published. */
type Publish = (stored: StoredEvent, isWanted: boolean) => Promise<boolean>;

function ofDeployment(ports: NotifyPorts, home: ResourceHome): Publish {
  let state: Deployment = absent;
  return async (stored, isWanted) => {
    const event = recorded<DeploymentEvent>(stored);
    state = evolve(state, event);
    if (!isWanted || state.status === 'Absent') return false;
    await publishEvent(ports, event, state, home);
    return true;
  };
}

function ofTarget(ports: NotifyPorts, home: ResourceHome): Publish {
  let state: Target = unclaimed;
  return async (stored, isWanted) => {
    const event = recorded<TargetEvent>(stored);
    state = evolveTarget(state, event);
    if (!isWanted || state.status === 'Unclaimed') return false;
    await publishTargetEvent(ports, event, state, home);
    return true;
  };
}

export const handler = handlerOf('reactions/notify', (variables) => {
  const environment = environmentOf('reactions/notify', variables);
  const react = notify({
    ...storePorts(environment),
    roles: iamServiceRoles(),
    topics: snsTopics(),
    topicsWith: snsTopics,
    bus: eventBridgeBus(environment.EVENT_BUS_NAME, environment.EVENT_SOURCE),
    topicArn: environment.NOTIFICATION_TOPIC_ARN,
    deadLetters: sqsDeadLetters(environment.DEAD_LETTER_QUEUE_URL),
    metrics,
  });
  return (event: unknown, { invokedFunctionArn }) => {
    const [, partition = '', , region = '', accountId = ''] = invokedFunctionArn.split(':');
    return react(event, { partition, region, accountId });
  };
});
