import type { EpochMilliseconds, Row } from '../decider.ts';
import type { HostEventName } from '../deployments/lifecycle.ts';
import { targetStream } from '../deployments/target-stream.ts';
import type { ClaimedTarget } from '../deployments/target-state.ts';
import { rowKeys } from './row-keys.ts';

/** What the row of a target holds: its state, plainly. */
export type TargetRow = ClaimedTarget;

/** A deployment that is at work on a host. */
export type InFlightRow = {
  readonly deploymentId: string;
  readonly targetId: string;
  /** How many hosts may be in flight in it. */
  readonly slots: number;
};

/** A command that the host has, or is to get. */
export type QueuedCommandRow = {
  readonly deploymentId: string;
  readonly targetId: string;
  readonly lifecycleEventName: HostEventName;
  readonly hostCommandIdentifier: string;
  readonly isAcknowledged: boolean;
  /** Another deployment's command was before it when it was queued: its time to be picked up has not begun. */
  readonly isWaiting: boolean;
};

/**
 * The command of a host that is next, or that it is at work on, of all in its queue. A command that was long in being
 * written sorts before one that was taken up meanwhile, and its turn comes after it all the same.
 */
export function headOf<Queued extends QueuedCommandRow>(queue: readonly Queued[]): Queued | undefined {
  return queue.find(({ isAcknowledged }) => isAcknowledged) ?? queue[0];
}

/** How a deployment ended on a host. */
export type AttemptRow = {
  readonly deploymentId: string;
  readonly revisionId: string;
  readonly status: 'Succeeded' | 'Failed';
  readonly endedAt: EpochMilliseconds;
};

/** All that one target contributes to the read model. */
export function targetRows(state: ClaimedTarget): readonly Row[] {
  const { claimed, status, command, deadline } = state;
  const { deploymentId, targetId, hostIdentifier, slots } = claimed;
  const stream = targetStream(deploymentId, targetId);
  const isOpen = status === 'InProgress' || command !== undefined;
  const inFlight: InFlightRow = { deploymentId, targetId, slots };
  return [
    { ...rowKeys.target(deploymentId, targetId), data: { ...state } as unknown as Row['data'] },
    ...(status === 'InProgress'
      ? [{ ...rowKeys.deploymentOnHost(hostIdentifier, deploymentId), data: inFlight }]
      : []),
    ...queued(state),
    ...(isOpen ? [{ ...rowKeys.dueHost(deadline, stream), data: { deploymentId, targetId } }] : []),
    ...attempt(state),
  ];
}

function queued({ claimed, command }: ClaimedTarget): readonly Row[] {
  if (command === undefined) return [];
  const { deploymentId, targetId, hostIdentifier } = claimed;
  const { lifecycleEventName, hostCommandIdentifier, queuedAt, acknowledgedAt, pickUpBy } = command;
  const data: QueuedCommandRow = {
    deploymentId,
    targetId,
    lifecycleEventName,
    hostCommandIdentifier,
    isAcknowledged: acknowledgedAt !== undefined,
    isWaiting: pickUpBy === undefined,
  };
  return [{ ...rowKeys.hostCommand(hostIdentifier, queuedAt, hostCommandIdentifier), data }];
}

/** What a host has been through, newest first: whether it is healthy, and which revision it has. */
function attempt({ claimed, claimedAt, status, endedAt }: ClaimedTarget): readonly Row[] {
  if (endedAt === undefined || (status !== 'Succeeded' && status !== 'Failed')) return [];
  const { deploymentId, deploymentGroupId, targetArn, revisionId } = claimed;
  const data: AttemptRow = { deploymentId, revisionId, status, endedAt };
  return [{ ...rowKeys.attemptOnHost(deploymentGroupId, targetArn, claimedAt, deploymentId), data }];
}
