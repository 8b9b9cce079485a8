import type { EpochMilliseconds, Recorded } from '../decider.ts';
import type { TargetEvent } from '../deployments/target-events.ts';
import { targetOfStream } from '../deployments/target-stream.ts';
import { type TellTime, actorWords } from './event-sentence.ts';
import { targetSentence } from './target-sentence.ts';
import type { TimelineEntry } from './timeline.ts';

/** Events of the targets of a deployment as entries, one each and in the same order, led by the target's name. */
export function targetTimeline(
  events: readonly Recorded<TargetEvent>[],
  createdAt: EpochMilliseconds,
  tellTime: TellTime,
): readonly TimelineEntry[] {
  return events.map((event) => {
    const { stream, version, type, at, actor, cause } = event;
    const name = targetOfStream(stream)?.targetId ?? stream;
    const said = targetSentence(event, tellTime);
    return {
      version,
      type,
      at,
      elapsedMilliseconds: at - createdAt,
      actor,
      who: actorWords(actor),
      // The first one names it itself.
      sentence: event.type === 'TargetClaimed' ? said : `${name}: ${said}`,
      cause,
    };
  });
}
