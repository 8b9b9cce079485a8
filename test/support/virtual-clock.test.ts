import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './virtual-clock.ts';

describe('the virtual clock', () => {
  it('does what is due in order of time, then of scheduling, and drains each before the next', async () => {
    const clock = createVirtualClock(1_000);
    const seen: string[] = [];
    const note = (name: string) => async () => {
      await eventLoopTurn();
      seen.push(`${name} at ${clock.now()}`);
    };
    clock.schedule(3_000, 'c', note('c'));
    clock.schedule(2_000, 'a', note('a'));
    clock.schedule(2_000, 'b', note('b'));
    clock.schedule(0, 'late', note('late'));
    clock.schedule(2_500, 'never', note('never'))();
    await clock.advance(1_500);
    expect([...seen, clock.now()]).toEqual(['late at 1000', 'a at 2000', 'b at 2000', 2_500]);
    await clock.runUntilIdle();
    expect([seen.at(-1), clock.now()]).toEqual(['c at 3000', 3_000]);
  });

  it('stands still while tracked work is busy, but not while it sleeps', async () => {
    const clock = createVirtualClock(0);
    const seen: number[] = [];
    clock.track('work', async () => {
      for (let turn = 0; turn < 50; turn += 1) await eventLoopTurn();
      seen.push(clock.now());
      await clock.sleep(500);
      seen.push(clock.now());
    });
    clock.schedule(100, 'other', () => {
      seen.push(clock.now());
    });
    await clock.runUntilIdle();
    expect(seen).toEqual([0, 100, 500]);
  });

  it('goes on until a predicate holds, and throws where it never will', async () => {
    const clock = createVirtualClock(0);
    for (const at of [10, 20, 30]) clock.schedule(at, 'tick', () => {});
    await clock.runUntil(() => clock.now() >= 20);
    expect(clock.now()).toBe(20);
    await expect(clock.runUntil(() => false)).rejects.toThrow('nothing is left to do');
  });

  it('throws what went wrong where nobody awaited it, and names what never ends', async () => {
    const clock = createVirtualClock(0);
    clock.schedule(10, 'bad', () => {
      throw new Error('a bug');
    });
    await expect(clock.runUntilIdle()).rejects.toThrow('a bug');
    clock.track('stuck', async () => new Promise<void>(() => {}));
    await expect(clock.runUntilIdle()).rejects.toThrow('stuck');
  });

  it('is moved by one caller at a time', async () => {
    const clock = createVirtualClock(0);
    clock.schedule(10, 'greedy', () => clock.advance(1));
    await expect(clock.runUntilIdle()).rejects.toThrow('running already');
  });
});
