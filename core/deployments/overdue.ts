import type { EpochMilliseconds } from '../decider.ts';
import type { ExistingDeployment } from './deployment-state.ts';
import { hasEnded } from './deployment-status.ts';
import { waitedFor } from './hooks.ts';
import type { ClaimedTarget } from './target-state.ts';

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
  const zone = watchedZone(state);
  if (zone !== undefined) {
    return {
      status: 'wait-over',
      message: `The zone ${zone} was watched to its end and nothing followed.`,
      repairable,
    };
  }
  return { status: 'silent', message: `${whatWasInFlight(state)} did not end in time.`, repairable: true };
}

/** A slot that has ended one target takes the next one within seconds; this is for a slow minute of AWS. */
const BETWEEN_TARGETS_MILLISECONDS = 5 * 60_000;

/**
 * Whether hosts are at work on a wave whose deployment has written nothing for long: each target has its own deadline,
 * so that one in flight is looked after. Before an end that is due nothing new is claimed, and only what is in flight
 * counts.
 */
export function isFleetAtWork(
  { fleet, ending }: ExistingDeployment,
  targets: readonly Pick<ClaimedTarget, 'status' | 'lastUpdatedAt'>[],
  now: EpochMilliseconds,
): boolean {
  if (fleet?.wave === undefined) return false;
  const since = ending === undefined ? now - BETWEEN_TARGETS_MILLISECONDS : Number.POSITIVE_INFINITY;
  return targets.some(({ status, lastUpdatedAt }) => status === 'InProgress' || lastUpdatedAt >= since);
}

/** The zone of the last wave, while it is watched before the next one. */
function watchedZone({ fleet }: ExistingDeployment): string | undefined {
  const { wave, watching } = fleet ?? {};
  return watching !== undefined && watching.zone === wave?.zone ? watching.zone : undefined;
}

function whatWasInFlight({ admission, traffic, fleet }: ExistingDeployment): string {
  if (fleet?.wave !== undefined) return `Wave ${fleet.wave.wave} of the fleet`;
  if (fleet !== undefined) return 'The workflow';
  if (admission === undefined) return 'The admission of the deployment';
  if (traffic.inFlight !== undefined) return `Step ${traffic.inFlight.step} of the traffic shift`;
  return 'The workflow';
}
