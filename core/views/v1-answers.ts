import type { StoredEvent } from '../chain.ts';
import type { Actor, EpochMilliseconds, Recorded } from '../decider.ts';
import type { DeploymentEvent } from '../deployments/deployment-events.ts';
import { evolve } from '../deployments/deployment-evolution.ts';
import type { Deployment, ExistingDeployment } from '../deployments/deployment-state.ts';
import { absent } from '../deployments/deployment-state.ts';
import { type WriteTime, deploymentPicture } from './deployment-picture.ts';
import { timeline } from './timeline.ts';
import type { TimelineEntry } from './timeline.ts';
import type { EventsAnswer, TimelineAnswer } from './v1.ts';

/** The first `limit` of `events`, which are those of a deployment's stream from some version on. */
export function eventsAnswer(
  deploymentId: string,
  events: readonly StoredEvent[],
  limit: number,
  write: WriteTime,
): EventsAnswer {
  const shown = events.slice(0, limit);
  const last = shown.at(-1);
  return {
    version: '1',
    deploymentId,
    events: shown.map(({ version, type, at, actor, cause, data, hash }) => ({
      version,
      type,
      at: write(at),
      actor: JSON.parse(actor) as Actor,
      cause,
      data: JSON.parse(data) as Record<string, unknown>,
      hash,
    })),
    ...(last !== undefined && shown.length < events.length && { nextAfter: last.version }),
  };
}

/** All of a deployment's stream, told at `now`; undefined of nothing. */
export function timelineAnswer(
  events: readonly Recorded<DeploymentEvent>[],
  now: EpochMilliseconds,
  write: WriteTime,
): TimelineAnswer | undefined {
  const state = folded(events);
  if (state === undefined) return undefined;
  return {
    version: '1',
    ...deploymentPicture(state, now, write),
    entries: entriesAnswer(timeline(events, write), write),
  };
}

export function entriesAnswer(
  entries: readonly TimelineEntry[],
  write: WriteTime,
): TimelineAnswer['entries'] {
  return entries.map(({ version, at, elapsedMilliseconds, sentence, type, actor }) => ({
    version,
    at: write(at),
    elapsedSeconds: elapsedMilliseconds / 1000,
    sentence,
    type,
    actor: { type: actor.type, id: actor.id },
  }));
}

/** What the events add up to; undefined where there is no creation among them. */
function folded(events: readonly Recorded<DeploymentEvent>[]): ExistingDeployment | undefined {
  const state = events.reduce<Deployment>(evolve, absent);
  return state.status === 'Absent' ? undefined : state;
}
