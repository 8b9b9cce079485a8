import type { EpochMilliseconds } from '../decider.ts';
import type { FailHostCommand, TargetCommand } from './target-commands.ts';
import type { ClaimedTarget, HostCommand } from './target-state.ts';

/** What the sweep finds of a target whose deadline has passed. */
export type OverdueTarget =
  | { readonly status: 'nothing' }
  /** The command to its host is given up, or is given more time. */
  | { readonly status: 'decided'; readonly command: TargetCommand }
  /** Between two lifecycle events: waking is tried first, and only what stays silent after that is lost. */
  | { readonly status: 'unled'; readonly isLost: boolean; readonly reason: string };

/** What is known of the host. */
export interface HostSeen {
  /** Whether the command is the first in the queue of its host. */
  readonly isHead: boolean;
  /** When its agent asked for work last; absent where it never did. */
  readonly lastPolledAt?: EpochMilliseconds;
  /** When its agent last said that it is at work on the command. */
  readonly lastHeartbeat?: EpochMilliseconds;
}

/** An agent says every 20 seconds that it is at work: six of them in a row are hardly lost on the way. */
const FRESH_MILLISECONDS = 2 * 60_000;

/** A woken workflow has this long to write its next event before the target counts as lost. */
const WAKING_MILLISECONDS = 60_000;

export function whatIsOverdueOfTarget(
  state: ClaimedTarget,
  host: HostSeen,
  now: EpochMilliseconds,
  tellTime: (at: EpochMilliseconds) => string,
): OverdueTarget {
  const { command, deadline } = state;
  if (now < deadline) return { status: 'nothing' };
  if (command === undefined) return unled(state, now);
  const { hostCommandIdentifier } = command;
  const extended = { type: 'ExtendHostCommand', data: { hostCommandIdentifier } } as const;
  const failed = (why: Omit<FailHostCommand, 'hostCommandIdentifier'>): OverdueTarget => ({
    status: 'decided',
    command: { type: 'FailHostCommand', data: { hostCommandIdentifier, ...why } },
  });
  const { targetId } = state.claimed;
  const { lifecycleEventName: name, acknowledgedAt } = command;
  if (acknowledgedAt !== undefined) {
    if (now >= (command.endBy ?? deadline))
      return failed({ message: `${name} took longer than an hour on ${targetId}.` });
    const since = host.lastHeartbeat ?? acknowledgedAt;
    if (now - since <= FRESH_MILLISECONDS) return { status: 'decided', command: extended };
    return failed({
      message: `The agent on ${targetId} gave no sign of life since ${tellTime(since)}, while it was at work on ${name}.`,
    });
  }
  if (!host.isHead) return { status: 'decided', command: extended };
  if (command.pickUpBy === undefined)
    return { status: 'decided', command: { type: 'ReachHead', data: { hostCommandIdentifier } } };
  return now < command.pickUpBy
    ? { status: 'nothing' }
    : failed({ message: notPickedUp(targetId, command, host, tellTime), isUnreached: true });
}

function notPickedUp(
  targetId: string,
  { lifecycleEventName }: HostCommand,
  { lastPolledAt }: HostSeen,
  tellTime: (at: EpochMilliseconds) => string,
): string {
  const asked =
    lastPolledAt === undefined
      ? 'it never asked for work'
      : `it last asked for work at ${tellTime(lastPolledAt)}`;
  return (
    `The agent on ${targetId} did not pick up ${lifecycleEventName} within 5 minutes; ${asked}. ` +
    'Check that it is installed and running.'
  );
}

function unled({ status, deadline, claimed }: ClaimedTarget, now: EpochMilliseconds): OverdueTarget {
  if (status !== 'InProgress') return { status: 'nothing' };
  const reason = `The workflow that led ${claimed.targetId} through its lifecycle did not go on in time.`;
  return { status: 'unled', isLost: now >= deadline + WAKING_MILLISECONDS, reason };
}
