import { setTimeout as pause } from 'node:timers/promises';
import type { DemoHost } from './hosts.ts';

/** Somebody who asks every host for its page, again and again. */
export interface Visitors {
  /** What they saw since they were asked last. */
  readonly saw: () => Seen;
  readonly sendHome: () => Promise<void>;
}

export interface Seen {
  readonly rounds: number;
  /** The fewest hosts that answered as they should in one round. */
  readonly fewestHealthy: number;
  /** How often each page was seen, and what else was answered. */
  readonly pages: readonly string[];
}

const PAUSE_MILLISECONDS = 50;
/** A host whose server is being exchanged refuses at once. */
const ANSWER_MILLISECONDS = 2_000;

/** A host is healthy while it answers with one of the `expected` pages: another page is as bad as none. */
export function letVisitorsIn(
  hosts: readonly Pick<DemoHost, 'port'>[],
  expected: readonly string[],
): Visitors {
  const closing = new AbortController();
  let rounds = 0;
  let fewestHealthy = hosts.length;
  let pages = new Map<string, number>();
  const visiting = (async () => {
    while (!closing.signal.aborted) {
      const answers = await Promise.all(hosts.map(({ port }) => pageOf(port)));
      rounds += 1;
      fewestHealthy = Math.min(fewestHealthy, answers.filter((page) => expected.includes(page)).length);
      for (const page of answers) pages.set(page, (pages.get(page) ?? 0) + 1);
      await pause(PAUSE_MILLISECONDS);
    }
  })();
  return {
    saw: () => {
      const seen = { rounds, fewestHealthy, pages: [...pages].map(([page, times]) => `${times} x ${page}`) };
      rounds = 0;
      fewestHealthy = hosts.length;
      pages = new Map();
      return seen;
    },
    sendHome: async () => {
      closing.abort();
      await visiting;
    },
  };
}

async function pageOf(port: number): Promise<string> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal });
    const page = (await answer.text()).trim();
    return answer.ok ? page : `an answer with the status ${answer.status}`;
  } catch {
    return 'no answer';
  }
}
