import type { EpochMilliseconds } from '../decider.ts';
import type { Diagnostics, HostEventName, LifecycleEventStatus } from './lifecycle.ts';
import type { TargetClaimed, TargetEnded } from './target-events.ts';

/** What the events of a target add up to. */
export type Target = { readonly status: 'Unclaimed' } | ClaimedTarget;

export interface ClaimedTarget {
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';
  readonly claimed: TargetClaimed;
  readonly claimedAt: EpochMilliseconds;
  readonly lastUpdatedAt: EpochMilliseconds;
  readonly endedAt?: EpochMilliseconds;
  readonly lifecycleEvents: readonly HostEvent[];
  /** Its host has taken at least one command. */
  readonly isReached?: true;
  /** Its host has taken none, and the time for that is over. */
  readonly isUnreached?: true;
  /** The command that the host has, or is to get. It outlives the target where the host may still be running it. */
  readonly command?: HostCommand;
  readonly end?: TargetEnded;
  /** How many answers came that changed nothing. */
  readonly lateAnswers?: number;
  readonly deadline: EpochMilliseconds;
}

export interface HostEvent {
  readonly lifecycleEventName: HostEventName;
  readonly status: LifecycleEventStatus;
  readonly startedAt?: EpochMilliseconds;
  readonly endedAt?: EpochMilliseconds;
  readonly diagnostics?: Diagnostics;
  readonly outputKey?: string;
}

export interface HostCommand {
  readonly hostCommandIdentifier: string;
  readonly lifecycleEventName: HostEventName;
  readonly queuedAt: EpochMilliseconds;
  /** The deployment whose command is before it. */
  readonly behind?: string;
  readonly pickUpBy?: EpochMilliseconds;
  readonly lastPolledAt?: EpochMilliseconds;
  readonly isSilent?: boolean;
  /** From here on the host is at work. */
  readonly acknowledgedAt?: EpochMilliseconds;
  readonly isNoop?: boolean;
  readonly endBy?: EpochMilliseconds;
}

export const unclaimed: Target = { status: 'Unclaimed' };
