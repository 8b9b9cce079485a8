import type { EpochMilliseconds } from '../decider.ts';
import type { Diagnostics, HostEventName } from './lifecycle.ts';

/**
 * The events of one target's stream, `target#<deployment>#<target>`: one instance that one deployment goes to. Each of
 * its lifecycle events is one command to the agent on the host. They are the storage format, as those of a deployment.
 */
export type TargetEvent =
  | { readonly type: 'TargetClaimed'; readonly data: TargetClaimed }
  | { readonly type: 'HostCommandQueued'; readonly data: HostCommandQueued }
  | { readonly type: 'HostCommandReachedHead'; readonly data: HostCommandReachedHead }
  | { readonly type: 'HostCommandAcknowledged'; readonly data: HostCommandAcknowledged }
  | { readonly type: 'HostCommandExtended'; readonly data: HostCommandExtended }
  | { readonly type: 'HostEventSucceeded'; readonly data: HostEventSucceeded }
  | { readonly type: 'HostEventFailed'; readonly data: HostEventFailed }
  | { readonly type: 'HostAnsweredLate'; readonly data: HostAnsweredLate }
  | { readonly type: 'TargetSucceeded'; readonly data: TargetEnded }
  | { readonly type: 'TargetFailed'; readonly data: TargetEnded }
  | { readonly type: 'TargetSkipped'; readonly data: TargetEnded };

/** Version 1: a slot has taken this target, and nobody else can. All that its commands need is here. */
export interface TargetClaimed {
  readonly deploymentId: string;
  readonly applicationId: string;
  readonly applicationName: string;
  readonly deploymentGroupId: string;
  readonly deploymentGroupName: string;
  readonly revisionId: string;
  readonly targetId: string;
  readonly targetArn: string;
  readonly hostIdentifier: string;
  readonly zone?: string;
  /** In the order of start, from 0. */
  readonly position: number;
  readonly wave: number;
  readonly slot: number;
  /** How many hosts may be in flight beside it, itself included. */
  readonly slots: number;
  /** Who claimed it: the same claimant may ask again after a lost reply. */
  readonly claim: string;
  /** The execution that runs the deployment. */
  readonly executionArn: string;
  readonly lifecycle: readonly HostEventName[];
  readonly ignoreApplicationStopFailures: boolean;
  readonly deadline: EpochMilliseconds;
}

export interface HostCommandQueued {
  readonly lifecycleEventName: HostEventName;
  readonly hostCommandIdentifier: string;
  /** Another deployment's command is before it on this host: the time to pick it up has not begun. */
  readonly behind?: string;
  /** Absent while it waits behind another. */
  readonly pickUpBy?: EpochMilliseconds;
  /** When the agent asked for work last; absent where it never did. */
  readonly lastPolledAt?: EpochMilliseconds;
  /** It has missed several of its own polls: said at once, and failed only at the limit. */
  readonly isSilent?: boolean;
  readonly deadline: EpochMilliseconds;
}

/** What was before it on the host is done: from now on the agent has its time to pick it up. */
export interface HostCommandReachedHead {
  readonly hostCommandIdentifier: string;
  readonly pickUpBy: EpochMilliseconds;
  readonly deadline: EpochMilliseconds;
}

export interface HostCommandAcknowledged {
  readonly hostCommandIdentifier: string;
  /** Nothing is to be run for this event. */
  readonly isNoop: boolean;
  readonly agentVersion?: string;
  readonly endBy: EpochMilliseconds;
  readonly deadline: EpochMilliseconds;
}

/** The sweep looked: it may still be answered. */
export interface HostCommandExtended {
  readonly hostCommandIdentifier: string;
  readonly deadline: EpochMilliseconds;
}

export interface HostEventSucceeded {
  readonly lifecycleEventName: HostEventName;
  readonly diagnostics: Diagnostics;
  /** Where the whole output of its scripts is kept, where the agent sent it: the key of an object in the output bucket. */
  readonly outputKey?: string;
  readonly deadline: EpochMilliseconds;
}

export interface HostEventFailed {
  readonly lifecycleEventName: HostEventName;
  readonly diagnostics: Diagnostics;
  readonly outputKey?: string;
  /** The deployment was told to go on after a failure of this event. */
  readonly isIgnored?: boolean;
  /** The host has taken no command at all, and the time to pick up this one is over. */
  readonly isUnreached?: true;
  readonly deadline: EpochMilliseconds;
}

/** An answer that changes nothing any more: a repeated one, or one after the time was over. */
export interface HostAnsweredLate {
  readonly hostCommandIdentifier: string;
  readonly status: 'Succeeded' | 'Failed';
  readonly message: string;
}

export interface TargetEnded {
  readonly message: string;
}
