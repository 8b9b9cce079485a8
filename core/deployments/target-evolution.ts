import type { EpochMilliseconds, Recorded } from '../decider.ts';
import { unreachable } from '../unreachable.ts';
import type { Diagnostics, HostEventName } from './lifecycle.ts';
import type { TargetClaimed, TargetEnded, TargetEvent } from './target-events.ts';
import type { ClaimedTarget, HostCommand, HostEvent, Target } from './target-state.ts';

/** Total: never throws, whatever the order of events. */
export function evolveTarget(state: Target, event: Recorded<TargetEvent>): Target {
  if (event.type === 'TargetClaimed')
    return state.status === 'Unclaimed' ? claimed(event.data, event.at) : state;
  if (state.status === 'Unclaimed') return state;
  return { ...applied(state, event), lastUpdatedAt: event.at };
}

function claimed(data: TargetClaimed, at: EpochMilliseconds): ClaimedTarget {
  return {
    status: 'InProgress',
    claimed: data,
    claimedAt: at,
    lastUpdatedAt: at,
    lifecycleEvents: data.lifecycle.map((lifecycleEventName) => ({ lifecycleEventName, status: 'Pending' })),
    deadline: data.deadline,
  };
}

function applied(state: ClaimedTarget, event: Recorded<TargetEvent>): ClaimedTarget {
  switch (event.type) {
    case 'TargetClaimed':
      return state;
    case 'HostCommandQueued': {
      const { lifecycleEventName, deadline, ...rest } = event.data;
      const command: HostCommand = { lifecycleEventName, queuedAt: event.at, ...rest };
      const started = withEvent(state, lifecycleEventName, { status: 'InProgress', startedAt: event.at });
      return { ...started, command, deadline };
    }
    case 'HostCommandReachedHead': {
      const { pickUpBy, deadline } = event.data;
      return withCommand(state, event.data.hostCommandIdentifier, { pickUpBy }, deadline);
    }
    case 'HostCommandAcknowledged': {
      const { isNoop, endBy, deadline } = event.data;
      const change = { acknowledgedAt: event.at, isNoop, endBy };
      const reached: ClaimedTarget = { ...state, isReached: true };
      return withCommand(reached, event.data.hostCommandIdentifier, change, deadline);
    }
    case 'HostCommandExtended':
      return withCommand(state, event.data.hostCommandIdentifier, {}, event.data.deadline);
    case 'HostEventSucceeded':
    case 'HostEventFailed': {
      const { lifecycleEventName, diagnostics, outputKey, deadline } = event.data;
      const status = event.type === 'HostEventSucceeded' ? 'Succeeded' : 'Failed';
      const output = outputKey === undefined ? {} : { outputKey };
      const change = { status, endedAt: event.at, diagnostics, ...output } as const;
      const { command: _, ...rest } = withEvent(state, lifecycleEventName, change);
      const isUnreached = event.type === 'HostEventFailed' && event.data.isUnreached === true;
      return { ...rest, ...(isUnreached ? { isUnreached } : {}), deadline };
    }
    case 'HostAnsweredLate': {
      const lateAnswers = (state.lateAnswers ?? 0) + 1;
      if (state.command?.hostCommandIdentifier !== event.data.hostCommandIdentifier)
        return { ...state, lateAnswers };
      const { command: _, ...rest } = state;
      return { ...rest, lateAnswers };
    }
    case 'TargetSucceeded':
      return { ...state, status: 'Succeeded', endedAt: event.at, end: event.data };
    case 'TargetFailed':
      return ended(state, 'Failed', event.data, event.at);
    case 'TargetSkipped':
      return ended(state, 'Skipped', event.data, event.at);
    default:
      return unreachable(event);
  }
}

/** A command that the host has taken stays its own, and due as it was, until it is answered or its time is over. */
function ended(
  state: ClaimedTarget,
  status: 'Failed' | 'Skipped',
  end: TargetEnded,
  at: EpochMilliseconds,
): ClaimedTarget {
  const { command, ...rest } = state;
  const lifecycleEvents = state.lifecycleEvents.map((event): HostEvent => {
    const isWithdrawn = event.status === 'InProgress' && command?.acknowledgedAt === undefined;
    if (event.status === 'Pending' || isWithdrawn) {
      const { startedAt: _, ...unstarted } = event;
      return { ...unstarted, status: 'Skipped', endedAt: at };
    }
    if (event.status !== 'InProgress') return event;
    return { ...event, status: 'Failed', endedAt: at, diagnostics: unknownError(end.message) };
  });
  const outstanding = command?.acknowledgedAt === undefined ? {} : { command };
  return { ...rest, status, end, endedAt: at, lifecycleEvents, ...outstanding };
}

function unknownError(message: string): Diagnostics {
  return { errorCode: 'UnknownError', scriptName: '', message, logTail: '' };
}

function withCommand(
  state: ClaimedTarget,
  id: string,
  change: Partial<HostCommand>,
  deadline: EpochMilliseconds,
): ClaimedTarget {
  if (state.command?.hostCommandIdentifier !== id) return state;
  return { ...state, command: { ...state.command, ...change }, deadline };
}

function withEvent(
  state: ClaimedTarget,
  name: HostEventName,
  change: Omit<HostEvent, 'lifecycleEventName'>,
): ClaimedTarget {
  const lifecycleEvents = state.lifecycleEvents.map((event) =>
    event.lifecycleEventName === name ? { ...event, ...change } : event,
  );
  return { ...state, lifecycleEvents };
}
