import type { EpochMilliseconds, Recorded } from '../decider.ts';
import type { TargetEvent } from '../deployments/target-events.ts';
import { targetOfStream } from '../deployments/target-stream.ts';
import type { TellTime } from './event-sentence.ts';
import { targetSentence } from './target-sentence.ts';
import type { TimelineEntry } from './timeline.ts';
import { timelineEntry } from './timeline.ts';

/** Events of the targets of a deployment as entries, one each and in the same order, led by the target's name. */
export function targetTimeline(
  events: readonly Recorded<TargetEvent>[],
  createdAt: EpochMilliseconds,
  tellTime: TellTime,
): readonly TimelineEntry[] {
  return events.map((event) => {
    const name = targetOfStream(event.stream)?.targetId ?? event.stream;
    const said = targetSentence(event, tellTime);
    // The first one names it itself.
    return timelineEntry(event, createdAt, event.type === 'TargetClaimed' ? said : `${name}: ${said}`);
  });
}
