import type { Actor, EpochMilliseconds, Fact, Recorded } from '../decider.ts';
import type { DeploymentEvent } from '../deployments/deployment-events.ts';
import { evolve } from '../deployments/deployment-evolution.ts';
import type { Deployment } from '../deployments/deployment-state.ts';
import { absent } from '../deployments/deployment-state.ts';
import { type TellTime, actorWords, eventSentence } from './event-sentence.ts';

/** One event of a deployment, for people. */
export interface TimelineEntry {
  readonly version: number;
  readonly type: string;
  readonly at: EpochMilliseconds;
  /** Since the first event. */
  readonly elapsedMilliseconds: number;
  readonly actor: Actor;
  /** The same, in words. */
  readonly who: string;
  readonly sentence: string;
  /** The id of the command. */
  readonly cause: string;
}

/** The events of one deployment's stream, from its first on and in order, as entries; one each. */
export function timeline(
  events: readonly Recorded<DeploymentEvent>[],
  tellTime: TellTime,
): readonly TimelineEntry[] {
  const createdAt = events[0]?.at ?? 0;
  let state: Deployment = absent;
  return events.map((event) => {
    state = evolve(state, event);
    return timelineEntry(event, createdAt, eventSentence(event, state, tellTime));
  });
}

/** `createdAt`: of the deployment, from which time is counted. */
export function timelineEntry(
  { version, type, at, actor, cause }: Recorded<Fact>,
  createdAt: EpochMilliseconds,
  sentence: string,
): TimelineEntry {
  const elapsedMilliseconds = at - createdAt;
  return { version, type, at, elapsedMilliseconds, actor, who: actorWords(actor), sentence, cause };
}
