import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { EpochMilliseconds } from '../../core/decider.ts';

/** A work that needs so many turns of the event loop waits for something that only real time, or nothing, brings. */
const MAXIMUM_TURNS = 10_000;
/** More events than any test of ours has: reached only by something that schedules itself for ever. */
const MAXIMUM_EVENTS = 100_000;

/**
 * Time that moves only when it is told to, and then from one scheduled event to the next. Between two events all that
 * is tracked is run to its end, so a run is the same each time. An error that nobody handles is thrown by the run.
 */
export interface VirtualClock {
  readonly now: () => EpochMilliseconds;
  /** Does `work` at the instant `at`, or now where that is past; equal instants in order of scheduling. Returns its undoing. */
  readonly schedule: (at: EpochMilliseconds, label: string, work: () => void | Promise<void>) => () => void;
  /** For fakes that take time: the tracked work that awaits it does not hold up the clock. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Starts `work` at once; the clock stands still until it has ended. */
  readonly track: (label: string, work: () => Promise<void>) => void;
  /** Makes the run throw this error: for what goes wrong where nobody awaits it. */
  readonly crash: (error: unknown) => void;
  /** Does all events there are, however late. */
  readonly runUntilIdle: () => Promise<void>;
  /** Does all events of the next so many milliseconds, and then it is so much later. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Goes on until the predicate holds; throws where nothing is left to do and it does not. */
  readonly runUntil: (predicate: () => boolean) => Promise<void>;
}

interface Scheduled {
  readonly at: EpochMilliseconds;
  readonly label: string;
  readonly work: () => void | Promise<void>;
}

interface Tracked {
  readonly label: string;
  asleep: number;
}

export function createVirtualClock(startAt: EpochMilliseconds): VirtualClock {
  let now = startAt;
  let agenda: readonly Scheduled[] = [];
  let crashes: readonly unknown[] = [];
  let running = false;
  const tracked = new Set<Tracked>();
  const current = new AsyncLocalStorage<Tracked>();

  const crash = (error: unknown): void => {
    crashes = [...crashes, error];
  };

  const track: VirtualClock['track'] = (label, work) => {
    const entry: Tracked = { label, asleep: 0 };
    tracked.add(entry);
    void current
      .run(entry, async () => work())
      .catch(crash)
      .finally(() => tracked.delete(entry));
  };

  const schedule: VirtualClock['schedule'] = (at, label, work) => {
    const event: Scheduled = { at: Math.max(at, now), label, work };
    const place = agenda.findIndex((other) => other.at > event.at);
    agenda = agenda.toSpliced(place === -1 ? agenda.length : place, 0, event);
    return () => {
      agenda = agenda.filter((other) => other !== event);
    };
  };

  const sleep: VirtualClock['sleep'] = async (milliseconds) => {
    const sleeper = current.getStore();
    if (sleeper !== undefined) sleeper.asleep += 1;
    await new Promise<void>((resolve) => {
      schedule(now + milliseconds, 'sleep', resolve);
    });
    if (sleeper !== undefined) sleeper.asleep -= 1;
  };

  /** A turn of the event loop ends only when no microtask is left, so after it only tracked work can still be busy. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < MAXIMUM_TURNS; turn += 1) {
      await eventLoopTurn();
      const [error] = crashes;
      if (crashes.length > 0) {
        crashes = [];
        throw error;
      }
      if ([...tracked].every((entry) => entry.asleep > 0)) return;
    }
    throw new Error(`this does not come to an end: ${[...tracked].map((entry) => entry.label).join(', ')}`);
  };

  const run = async (until: EpochMilliseconds, done: () => boolean): Promise<boolean> => {
    if (running) throw new Error('the clock is running already: only the test moves it, one call at a time');
    running = true;
    try {
      await settle();
      for (let events = 0; events < MAXIMUM_EVENTS; events += 1) {
        if (done()) return true;
        const [next] = agenda;
        if (next === undefined || next.at > until) return false;
        agenda = agenda.slice(1);
        now = next.at;
        track(next.label, async () => next.work());
        await settle();
      }
      throw new Error(
        `still not idle after ${MAXIMUM_EVENTS} events; next is ${agenda[0]?.label ?? 'nothing'}`,
      );
    } finally {
      running = false;
    }
  };

  return {
    now: () => now,
    schedule,
    sleep,
    track,
    crash,
    runUntilIdle: async () => {
      await run(Number.POSITIVE_INFINITY, () => false);
    },
    advance: async (milliseconds) => {
      const until = now + milliseconds;
      await run(until, () => false);
      now = until;
    },
    runUntil: async (predicate) => {
      if (!(await run(Number.POSITIVE_INFINITY, predicate))) {
        throw new Error('nothing is left to do, and what was waited for has not come');
      }
    },
  };
}
