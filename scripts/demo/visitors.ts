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
  /** The fewest hosts that answered in one round. */
  readonly fewestHealthy: number;
  /** How often each page was seen. */
  readonly pages: readonly string[];
}

const PAUSE_MILLISECONDS = 50;
/** A host whose server is being exchanged refuses at once. */
const ANSWER_MILLISECONDS = 2_000;

export function letVisitorsIn(hosts: readonly DemoHost[]): Visitors {
  const closing = new AbortController();
  let rounds = 0;
  let fewestHealthy = hosts.length;
  let pages = new Map<string, number>();
  const visiting = (async () => {
    while (!closing.signal.aborted) {
      const answers = await Promise.all(hosts.map(({ port }) => pageOf(port)));
      const healthy = answers.filter((answer) => answer !== undefined);
      rounds += 1;
      fewestHealthy = Math.min(fewestHealthy, healthy.length);
      for (const page of healthy) pages.set(page, (pages.get(page) ?? 0) + 1);
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

async function pageOf(port: number): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal });
    return (await answer.text()).trim();
  } catch {
    return undefined;
  }
}
