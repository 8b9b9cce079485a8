import type { EpochMilliseconds } from '../decider.ts';
import type { Diagnostics, HostEventName } from './lifecycle.ts';
import type { TargetClaimed } from './target-events.ts';

/** What can be asked of a target: by the workflow, by the host and by the clock. */
export type TargetCommand =
  | { readonly type: 'ClaimTarget'; readonly data: Omit<TargetClaimed, 'deadline'> }
  | { readonly type: 'QueueHostCommand'; readonly data: QueueHostCommand }
  | { readonly type: 'ReachHead'; readonly data: OfHostCommand }
  | { readonly type: 'AcknowledgeHostCommand'; readonly data: AcknowledgeHostCommand }
  | { readonly type: 'ExtendHostCommand'; readonly data: OfHostCommand }
  | { readonly type: 'CompleteHostCommand'; readonly data: CompleteHostCommand }
  | { readonly type: 'FailHostCommand'; readonly data: FailHostCommand }
  | { readonly type: 'CutTargetShort'; readonly data: { readonly reason: string } }
  | { readonly type: 'LoseTarget'; readonly data: { readonly reason: string } };

export interface QueueHostCommand {
  readonly lifecycleEventName: HostEventName;
  readonly executionArn: string;
  /** The deployment whose command is before it on the host. */
  readonly behind?: string;
  readonly lastPolledAt?: EpochMilliseconds;
  readonly isSilent?: boolean;
}

export interface OfHostCommand {
  readonly hostCommandIdentifier: string;
}

export interface AcknowledgeHostCommand extends OfHostCommand {
  readonly isNoop: boolean;
  readonly agentVersion?: string;
  /** The agent says while it works that it does: it is missed sooner. */
  readonly hasHeartbeat: boolean;
}

export interface CompleteHostCommand extends OfHostCommand {
  readonly status: 'Succeeded' | 'Failed';
  readonly diagnostics: Diagnostics;
  readonly outputKey?: string;
}

/** From the clock, or from a gateway that has handed it out in vain. */
export interface FailHostCommand extends OfHostCommand {
  readonly message: string;
  /** The time to pick it up is over. */
  readonly isUnreached?: true;
}
