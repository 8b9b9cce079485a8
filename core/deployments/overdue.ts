import type { EpochMilliseconds } from '../decider.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { waitedFor } from './hooks.ts';

/** What the sweep finds of a deployment whose deadline has passed. */
export type Overdue =
  | { readonly status: 'nothing' | 'expired' | 'hook-timed-out' }
  | {
      /** `wait-over` and `ending` are waits that nobody woke; `silent` is a task that never wrote its end. */
      readonly status: 'wait-over' | 'ending' | 'silent';
      readonly message: string;
      /** Waking is tried first, and only what stays silent after that is repaired. */
      readonly repairable: boolean;
    };

/** A woken workflow has this long to write its next event before it counts as dead. */
const WAKING_MILLISECONDS = 60_000;

export function whatIsOverdue(state: ExistingDeployment, now: EpochMilliseconds): Overdue {
  const { created, deadline, ending, traffic } = state;
  if (hasEnded(state.status)) return { status: 'nothing' };
  if (ending === undefined && now >= created.ceiling) return { status: 'expired' };
  if (now < deadline) return { status: 'nothing' };
  if (waitedFor(state) !== undefined) return { status: 'hook-timed-out' };
  const repairable = now >= deadline + WAKING_MILLISECONDS;
  if (ending !== undefined) {
    return {
      status: 'ending',
      message: `The deployment was to end (${ending.code}) and did not.`,
      repairable,
    };
  }
  if (traffic.bakeEndsAt !== undefined) {
    return {
      status: 'wait-over',
      message: `Step ${traffic.step} has baked and nothing followed.`,
      repairable,
    };
  }
  if (traffic.inFlight?.waitsUntil !== undefined) {
    return {
      status: 'wait-over',
      message: `Step ${traffic.inFlight.step} was postponed and nothing followed.`,
      repairable,
    };
  }
  return { status: 'silent', message: `${whatWasInFlight(state)} did not end in time.`, repairable: true };
}

function whatWasInFlight({ admission, traffic }: ExistingDeployment): string {
  if (admission === undefined) return 'The admission of the deployment';
  if (traffic.inFlight !== undefined) return `Step ${traffic.inFlight.step} of the traffic shift`;
  return 'The workflow';
}
