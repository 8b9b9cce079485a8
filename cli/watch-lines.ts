import type { Connection, Invocation } from './command.ts';
import { entriesOf } from './deployment-log.ts';
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
  let isLost = false;
  return {
    followsRollback: false,
    seen: ([log = []], news) => {
      if (isLost) terminal.note(`${place} answers again.`);
      isLost = false;
      if (!news) return;
      const lines = isJson ? log.slice(printed).map(jsonLine) : entriesOf(log).slice(printed).map(watchLine);
      for (const line of lines) terminal.print(line);
      printed = log.length;
    },
    lost: (error) => {
      if (!isLost) terminal.note(`${place} does not answer (${lossInWords(error)}); trying on.`);
      isLost = true;
    },
    end: async () => [],
  };
}
