import type { EpochMilliseconds } from '../decider.ts';

/** What a poll tells of the agent that makes it. */
export interface Poll {
  readonly at: EpochMilliseconds;
  readonly agentVersion?: string;
  /** What the host's own clock said, where the agent tells. */
  readonly hostTime?: EpochMilliseconds;
}

/** What is kept of them. */
export interface PollsSeen {
  readonly lastPolledAt: EpochMilliseconds;
  readonly pollMilliseconds?: number;
  readonly agentVersion?: string;
  readonly clockSkewSeconds?: number;
}

/** How old may be what is kept of a host that goes on polling: agents poll every second, and each writing costs. */
const STALENESS_MILLISECONDS = 15_000;

/** A longer pause is no interval: the host was off, or its agent was. */
const LONGEST_INTERVAL_MILLISECONDS = 10 * 60 * 1000;

/** Signing tells seconds, and takes a while: less than this is no wrong clock. */
const SKEW_TO_TELL_SECONDS = 30;

/** What is to be kept after a poll; undefined where what is kept is good enough. */
export function pollsAfter(before: PollsSeen | undefined, poll: Poll): PollsSeen | undefined {
  const { at, agentVersion, hostTime } = poll;
  const clockSkewSeconds = hostTime === undefined ? undefined : Math.round((hostTime - at) / 1000);
  const gap = before === undefined ? undefined : at - before.lastPolledAt;
  const isFresh = gap !== undefined && gap < STALENESS_MILLISECONDS;
  const isSame =
    before?.agentVersion === agentVersion &&
    Math.abs((before?.clockSkewSeconds ?? 0) - (clockSkewSeconds ?? 0)) < SKEW_TO_TELL_SECONDS;
  if (isFresh && isSame) return undefined;
  const pollMilliseconds =
    gap === undefined || gap > LONGEST_INTERVAL_MILLISECONDS ? before?.pollMilliseconds : gap;
  return {
    lastPolledAt: at,
    ...(pollMilliseconds === undefined ? {} : { pollMilliseconds }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
    ...(clockSkewSeconds === undefined ? {} : { clockSkewSeconds }),
  };
}

/**
 * A poll that finds nothing may be held while there will be something soon, so that the steps of a deployment follow each
 * other at once. Each held poll occupies a function, so that only small deployments, of which many are waited for by
 * people, are worth it; and what may be held in all is shared out among the deployments to servers that are active, so
 * that however many there are, the rest of the function's concurrency stays free for what agents report.
 */
export const HELD_POLL_MILLISECONDS = 20_000;
export const LOOK_AGAIN_MILLISECONDS = 1_000;
const MOST_HOSTS_IN_FLIGHT = 50;

/** Whether a deployment, of which as many hosts may be in flight, is small enough whatever else is deployed. */
export function isHeldFor({ slots }: { readonly slots: number }): boolean {
  return slots <= MOST_HOSTS_IN_FLIGHT;
}

/**
 * By the deployments that are at work on the host and the ids of those that are active anywhere. Every host has one poll
 * at a time, so that no more than `mostHeld` are held: each deployment holds at most its share. One that has ended and
 * whose last scripts still run is none of them.
 */
export function mayHoldPoll(
  deployments: readonly { readonly deploymentId: string; readonly slots: number }[],
  activeFleets: readonly string[],
  mostHeld: number,
): boolean {
  return deployments.some(
    (deployment) =>
      isHeldFor(deployment) &&
      activeFleets.includes(deployment.deploymentId) &&
      deployment.slots * activeFleets.length <= mostHeld,
  );
}

/** Nobody else is handed a command for as long: the Ruby agent would run it once for each time. */
export const LEASE_MILLISECONDS = 60_000;

/** An agent that cannot read a specification may say nothing at all, and would be handed it forever. */
export const MOST_HAND_OUTS = 3;
