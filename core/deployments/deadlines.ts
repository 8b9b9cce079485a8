import type { EpochMilliseconds } from '../decider.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How time is counted where Sluice runs: the one place where minutes of a configuration are scaled and where the
 * patience of the sweep is set.
 */
export interface TimePolicy {
  /** Divides the minutes of configurations, never a limit or a ceiling. 1 on AWS. */
  readonly timeScale: number;
  /** How late the end of a bake may be before the sweep looks: the workflow's own timer comes first. */
  readonly bakeGraceSeconds: number;
}

/** The same of a time in seconds; 0 stays 0, since a zone without it is not watched at all. */
export function watchSeconds(seconds: number, policy: TimePolicy): number {
  return Math.ceil(seconds / policy.timeScale);
}

/** Whole seconds and at least 1, because a workflow's timeout knows nothing finer and 0 would skip the state. */
export function bakeSeconds(minutes: number, policy: TimePolicy): number {
  return Math.max(1, Math.ceil((minutes * 60) / policy.timeScale));
}

/** A task's timeout (60 s), its retries (about 30 s) and a cold start, twice over. */
const TASK_PATIENCE = 3 * MINUTE;

/** RestoreTraffic is tried for 5 minutes, each try may take its 60 s. */
const RESTORE_PATIENCE = 8 * MINUTE;

/** A Lambda deployment lives 50 hours at most (the longest shift takes 48). */
const CEILING = 50 * HOUR;

/** A validation function has an hour to answer; the sweep gives the workflow's own timer a minute more. */
const HOOK_LIMIT = HOUR;
const HOOK_GRACE = MINUTE;

/** How long an agent may take to pick up a command, from when it is the first in its host's queue. */
const PICK_UP_LIMIT = 5 * MINUTE;

/** One lifecycle event on a host, all its scripts together; the agent gives up first and says which script it was. */
const HOST_EVENT_LIMIT = HOUR + MINUTE;

/** An agent that says every 20 seconds that it is at work is missed after nine of them. */
const HEARTBEAT_PATIENCE = 3 * MINUTE;

/** Behind another deployment's command: looked at again as often as a pick-up would be. */
const QUEUE_PATIENCE = 5 * MINUTE;

/** How long hosts may be at work without a sign in the deployment's own stream before the sweep looks at them. */
const WAVE_PATIENCE = 10 * MINUTE;

/** An in-place deployment lives 12 hours at most. */
const FLEET_CEILING = 12 * HOUR;

/** Waits are doubled from 15 s: to a minute while an alias warms up, to two while AWS takes no more requests. */
const FIRST_POSTPONEMENT_SECONDS = 15;
const LONGEST_WARMING_PAUSE_SECONDS = 60;
/** 1500 tries in 50 hours, of 14 history events each: within the 25,000 of an execution. */
const LONGEST_THROTTLING_PAUSE_SECONDS = 120;

/**
 * A shift whose provisioned concurrency warms up is tried this long. Throttling has no such end: it says nothing against
 * the deployment, and passes.
 */
export const LONGEST_WARMING = HOUR;

export function bakeEnd(enteredAt: EpochMilliseconds, seconds: number): EpochMilliseconds {
  return enteredAt + seconds * SECOND;
}

export const deadlines = {
  task: (at: EpochMilliseconds): EpochMilliseconds => at + TASK_PATIENCE,
  restore: (at: EpochMilliseconds): EpochMilliseconds => at + RESTORE_PATIENCE,
  bake: (endsAt: EpochMilliseconds, policy: TimePolicy): EpochMilliseconds =>
    endsAt + policy.bakeGraceSeconds * SECOND,
  hookAnswer: (at: EpochMilliseconds): EpochMilliseconds => at + HOOK_LIMIT,
  hook: (answerBy: EpochMilliseconds): EpochMilliseconds => answerBy + HOOK_GRACE,
  /** Like a bake: the workflow's own timer comes first. */
  postponement: (at: EpochMilliseconds, waitSeconds: number, policy: TimePolicy): EpochMilliseconds =>
    at + (waitSeconds + policy.bakeGraceSeconds) * SECOND,
  /** When what is still being tried says so once more, so that the sweep leaves it alone. */
  renewal: (deadline: EpochMilliseconds): EpochMilliseconds => deadline - TASK_PATIENCE,
  wave: (at: EpochMilliseconds): EpochMilliseconds => at + WAVE_PATIENCE,
  ceiling: (createdAt: EpochMilliseconds, platform: 'Lambda' | 'Server'): EpochMilliseconds =>
    createdAt + (platform === 'Lambda' ? CEILING : FLEET_CEILING),
} as const;

/** Of a target, and of the command that its host has. */
export const hostDeadlines = {
  step: deadlines.task,
  pickUp: (at: EpochMilliseconds): EpochMilliseconds => at + PICK_UP_LIMIT,
  queue: (at: EpochMilliseconds): EpochMilliseconds => at + QUEUE_PATIENCE,
  event: (at: EpochMilliseconds): EpochMilliseconds => at + HOST_EVENT_LIMIT,
  heartbeat: (at: EpochMilliseconds): EpochMilliseconds => at + HEARTBEAT_PATIENCE,
} as const;

/** Seconds to wait before the n-th look again (n from 0), while provisioned concurrency warms up. */
export function warmingSeconds(postponements: number): number {
  return Math.min(LONGEST_WARMING_PAUSE_SECONDS, doubled(postponements));
}

/**
 * The same while AWS throttles: from half as long to half as long again, by a `random` of 0 to 1, so that deployments
 * which were throttled together do not come back together.
 */
export function throttlingSeconds(postponements: number, random: number): number {
  const pause = Math.min(LONGEST_THROTTLING_PAUSE_SECONDS, doubled(postponements));
  return Math.ceil(pause * (0.5 + random));
}

/** More doublings than the longest pause needs would only grow out of the numbers. */
const MOST_DOUBLINGS = 3;

function doubled(times: number): number {
  return FIRST_POSTPONEMENT_SECONDS * 2 ** Math.min(times, MOST_DOUBLINGS);
}
