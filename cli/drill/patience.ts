import type { Invocation } from '../command.ts';

/** Time, and the wish to end early. */
export type Pace = Pick<Invocation, 'now' | 'sleep'> & {
  /** Aborted where the user wants to end: what is waited for is then given up. */
  readonly signal: AbortSignal;
};

export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Often enough for times in tenths of a second. */
const LOOK_MILLISECONDS = 200;

/** Looks until there is something to see; undefined where patience ends first. Throws Interrupted. */
export async function seenWithin<Seen>(
  { now, sleep, signal }: Pace,
  patienceSeconds: number,
  look: () => Promise<Seen | undefined>,
): Promise<Seen | undefined> {
  const until = now() + patienceSeconds * 1000;
  for (;;) {
    if (signal.aborted) throw new Interrupted();
    const seen = await look();
    if (seen !== undefined || now() >= until) return seen;
    await sleep(LOOK_MILLISECONDS);
  }
}
