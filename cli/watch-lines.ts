import type { Connection, Invocation } from './command.ts';
import { entriesOf } from './deployment-log.ts';
import { NO_FLEET, byTime, targetEntriesOf } from './fleet-log.ts';
import { lossInWords } from './failure.ts';
import { jsonLine, watchLine } from './lines.ts';
import type { Showing } from './showing.ts';

/** A line for each event. That the connection is lost is noted once, and so is its return. */
export function watchLines(
  { place }: Connection,
  { terminal }: Pick<Invocation, 'terminal'>,
  isJson: boolean,
): Showing {
  let printed = 0;
  let printedOfTargets = 0;
  let isLost = false;
  return {
    followsRollback: false,
    showsTargetEvents: true,
    seen: ([seen], news) => {
      const { events: log, fleet } = seen ?? { events: [], fleet: NO_FLEET };
      if (isLost) terminal.note(`${place} answers again.`);
      isLost = false;
      if (!news) return;
      const ofTargets = fleet.events.slice(printedOfTargets);
      const lines = isJson
        ? byTime(log.slice(printed), ofTargets).map(jsonLine)
        : byTime(entriesOf(log).slice(printed), targetEntriesOf(ofTargets, log[0]?.at ?? 0)).map(watchLine);
      for (const line of lines) terminal.print(line);
      printed = log.length;
      printedOfTargets = fleet.events.length;
    },
    lost: (error) => {
      if (!isLost) terminal.note(`${place} does not answer (${lossInWords(error)}); trying on.`);
      isLost = true;
    },
    end: async () => [],
  };
}
