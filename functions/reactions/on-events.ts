import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StoredEvent } from '../../core/chain.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { deploymentIdOfStream } from '../../core/deployments/deployment-stream.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { sqsDeadLetters } from '../adapters/dead-letters.ts';
import type { EventStore } from '../adapters/event-store.ts';
import type { Workflows } from '../adapters/workflows.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import { executionName } from '../runtime/executions.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load, recorded } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';
import { type ParkPorts, park } from '../runtime/park.ts';
import { storePorts } from '../runtime/ports.ts';
import { eventOfRecord } from '../runtime/stream-record.ts';

export interface OnEventsPorts extends ParkPorts {
  readonly store: EventStore;
  readonly workflows: Pick<Workflows, 'start' | 'stop'>;
  readonly stateMachineArn: string;
}

/**
 * Reacts to one event of the log; reacting twice does nothing more. What is no event of ours is parked, so that it
 * blocks nobody; what cannot be done now throws, and the stream brings it again.
 */
export function onEvent(ports: OnEventsPorts): (record: DynamoDBRecord) => Promise<void> {
  return async (record) => {
    // Only insertions are events: nothing else may happen to the log.
    if (record.eventName !== 'INSERT') return;
    const event = eventOfRecord(record);
    if (event === undefined) {
      await park(ports, record, 'the record is no event of this log');
      return;
    }
    const deploymentId = deploymentIdOfStream(event.stream);
    if (deploymentId !== undefined) await reactTo(ports, deploymentId, event);
  };
}

/** The one starter of workflows, and only for a deployment that has not ended. */
async function reactTo(ports: OnEventsPorts, deploymentId: string, stored: StoredEvent): Promise<void> {
  const event = recorded<DeploymentEvent>(stored);
  switch (event.type) {
    case 'DeploymentCreated': {
      const { executionArn } = event.data;
      if (executionArn !== undefined || !(await isCurrent(ports, event.stream, undefined))) return;
      await ports.workflows.start(ports.stateMachineArn, deploymentId, { deploymentId });
      logger.info('started', { deploymentId });
      return;
    }
    case 'ExecutionReplaced': {
      const { executionArn, replacedExecutionArn, reason } = event.data;
      if (!(await isCurrent(ports, event.stream, executionArn))) return;
      await ports.workflows.start(ports.stateMachineArn, executionName(executionArn), { deploymentId });
      logger.info('restarted', { deploymentId, executionArn });
      // The old one may write no more, so it need not be gone before the new one starts.
      if (replacedExecutionArn !== undefined)
        await ports.workflows.stop(replacedExecutionArn, 'Replaced', reason);
      return;
    }
    default:
      // Every other event changes what is read, and the rows have that already.
      return;
  }
}

/** Not ended, and not replaced by a later execution: then the event is an old one that comes late. */
async function isCurrent(
  { store }: OnEventsPorts,
  stream: string,
  replacement: string | undefined,
): Promise<boolean> {
  const state = await load(store, deployment, stream);
  if (state.status === 'Absent' || hasEnded(state.status)) return false;
  return replacement === undefined ? state.executions === 1 : state.executionArn === replacement;
}

const processor = new BatchProcessor(EventType.DynamoDBStreams);

export const handler = handlerOf('reactions/on-events', (variables) => {
  const environment = environmentOf('reactions/on-events', variables);
  const react = onEvent({
    store: storePorts(environment).store,
    workflows: stepFunctions(),
    deadLetters: sqsDeadLetters(environment.DEAD_LETTER_QUEUE_URL),
    metrics,
    stateMachineArn: environment.LAMBDA_STATE_MACHINE_ARN,
  });
  return (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
    processPartialResponse(event, react, processor, { context });
});
