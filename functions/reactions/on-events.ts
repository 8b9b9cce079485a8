import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StoredEvent } from '../../core/chain.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { deploymentIdOfStream } from '../../core/deployments/deployment-stream.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { target } from '../../core/deployments/target.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { sqsDeadLetters } from '../adapters/dead-letters.ts';
import type { Workflows } from '../adapters/workflows.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { StateMachineArns } from '../runtime/executions.ts';
import { executionName, stateMachineArns } from '../runtime/executions.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load, recorded } from '../runtime/history.ts';
import type { HostCommandPorts } from '../runtime/host-commands.ts';
import { wakeTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';
import { type ParkPorts, park } from '../runtime/park.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import { eventOfRecord } from '../runtime/stream-record.ts';
import { cutTargetsShort } from './cut-targets-short.ts';

export type OnEventsPorts = HostCommandPorts &
  ParkPorts & {
    readonly workflows: Pick<Workflows, 'start' | 'stop' | 'succeed' | 'fail'>;
    readonly stateMachineArns: StateMachineArns;
  };

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
    // Targets are streams of their own, and most of what comes: only an early end may have left somebody waiting.
    else if (event.type === 'TargetFailed' || event.type === 'TargetSkipped') await wake(ports, event.stream);
  };
}

/** The one starter of workflows, and only for a deployment that has not ended; and who takes back what hosts have not begun. */
async function reactTo(ports: OnEventsPorts, deploymentId: string, stored: StoredEvent): Promise<void> {
  const event = recorded<DeploymentEvent>(stored);
  switch (event.type) {
    case 'DeploymentCreated': {
      const { executionArn, computePlatform } = event.data;
      if (executionArn !== undefined) return;
      if ((await current(ports, event.stream, undefined)) === undefined) return;
      await ports.workflows.start(ports.stateMachineArns[computePlatform], deploymentId, { deploymentId });
      logger.info('started', { deploymentId });
      return;
    }
    case 'ExecutionReplaced': {
      const { executionArn, replacedExecutionArn, reason } = event.data;
      const state = await current(ports, event.stream, executionArn);
      if (state === undefined) return;
      const machine = ports.stateMachineArns[state.created.computePlatform];
      await ports.workflows.start(machine, executionName(executionArn), { deploymentId });
      logger.info('restarted', { deploymentId, executionArn });
      // The old one may write no more, so it need not be gone before the new one starts.
      if (replacedExecutionArn !== undefined)
        await ports.workflows.stop(replacedExecutionArn, 'Replaced', reason);
      return;
    }
    case 'AlarmRaised':
    case 'FailureFound':
      await cutTargetsShort(ports, deploymentId, event.data.message);
      return;
    case 'StopRequested':
      await cutTargetsShort(ports, deploymentId, 'The deployment was stopped by request.');
      return;
    default:
      // Every other event changes what is read, and the rows have that already.
      return;
  }
}

/** Whoever ends a target wakes its workflow as well; this is the second line, and all there is where a target was lost. */
async function wake(ports: OnEventsPorts, stream: string): Promise<void> {
  const state = await load(ports.store, target, stream);
  if (state.status !== 'Unclaimed') await wakeTarget(ports, state);
}

/** Undefined where it has ended or was replaced by a later execution: then the event is an old one that comes late. */
async function current(
  { store }: OnEventsPorts,
  stream: string,
  replacement: string | undefined,
): Promise<ExistingDeployment | undefined> {
  const state = await load(store, deployment, stream);
  if (state.status === 'Absent' || hasEnded(state.status)) return undefined;
  const isIt = replacement === undefined ? state.executions === 1 : state.executionArn === replacement;
  return isIt ? state : undefined;
}

const processor = new BatchProcessor(EventType.DynamoDBStreams);

export const handler = handlerOf('reactions/on-events', (variables) => {
  const environment = environmentOf('reactions/on-events', variables);
  const react = onEvent({
    ...storePorts(environment),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
    deadLetters: sqsDeadLetters(environment.DEAD_LETTER_QUEUE_URL),
    metrics,
    stateMachineArns: stateMachineArns(environment),
  });
  return (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
    processPartialResponse(event, react, processor, { context });
});
