import { setMaxListeners } from 'node:events';

/** What is under way in something that has been stopped ends with this. It is no failure: nobody retries or catches it. */
export class Abandoned extends Error {}

type Begin<Value> = (resolve: (value: Value) => void, reject: (error: Error) => void) => () => void;

/** Waits for what `begin` starts, or throws Abandoned at the stop. `begin` gives its undoing, done at whatever end. */
export async function untilStopped<Value>(stop: AbortSignal, begin: Begin<Value>): Promise<Value> {
  if (stop.aborted) throw new Abandoned();
  const over = new AbortController();
  let undo = (): void => {};
  try {
    return await new Promise<Value>((resolve, reject) => {
      // Undone in the same instant as settled, and not a microtask later: a second token must find the first one over.
      const settle = (how: () => void): void => {
        how();
        undo();
      };
      stop.addEventListener('abort', () => settle(() => reject(new Abandoned())), { signal: over.signal });
      undo = begin(
        (value) => settle(() => resolve(value)),
        (error) => settle(() => reject(error)),
      );
    });
  } finally {
    over.abort();
    undo();
  }
}

/** Runs `count` works, `limit` at once, in order of index. The first failure stops the others and is thrown. */
export async function runLanes<Value>(
  count: number,
  limit: number,
  stop: AbortSignal,
  run: (index: number, stop: AbortSignal) => Promise<Value>,
): Promise<readonly Value[]> {
  const group = new AbortController();
  // One listener for each lane, up to forty: many, but no leak.
  setMaxListeners(0, group.signal);
  const stopAll = (): void => group.abort();
  stop.addEventListener('abort', stopAll);
  const results: Value[] = [];
  let started = 0;
  const lane = async (): Promise<void> => {
    while (started < count) {
      const index = started;
      started += 1;
      results[index] = await run(index, group.signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
    return results;
  } finally {
    stop.removeEventListener('abort', stopAll);
    stopAll();
  }
}
