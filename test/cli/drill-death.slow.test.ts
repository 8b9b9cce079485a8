import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { drillName, isDead, readDrillName } from '../../cli/drill/drill-name.ts';
import { here } from '../../cli/drill/here.ts';
import { GROUP } from '../support/a-deployment.ts';
import { UNTOUCHED, drilled, dyingBefore, results, scene, traces } from './drilling.ts';

const FIRST = 'sluice-drill-20270101T120100Z-aaaaaa-1';

describe('a drill that is interrupted', () => {
  it('clears away at once, tells it, and exits 1', async () => {
    const at = await scene();
    let interrupt = (): void => {};
    const interrupted = new Promise<void>((resolve) => {
      interrupt = resolve;
    });
    at.post = (letters) => {
      interrupt();
      return letters.slice(1);
    };
    const { code, printed, noted } = await drilled(at, { interrupted });
    expect(results(printed)).toMatchObject({ 'log whole': 'ok', 'cleared away': 'ok' });
    expect(results(printed)).not.toHaveProperty('alias live untouched');
    expect(noted.at(-1)).toMatch(/interrupted/);
    expect(code).toBe(1);
    expect(traces(at)).toEqual(UNTOUCHED);
  });
});

const BAKING = (_: number, name: string) => name === 'ring';

describe('a drill that dies', () => {
  it('before any of its acts: the live alias is untouched, and the next drill clears away and holds', async () => {
    const whole = await scene();
    const counting = dyingBefore(whole, () => false);
    expect((await drilled(whole, counting.run)).code).toBe(0);
    const acts = counting.acts();
    expect(acts).toBeGreaterThan(10);
    for (let act = 1; act <= acts; act += 1) {
      const at = await scene();
      await drilled(at, dyingBefore(at, (count) => count === act).run).catch(() => undefined);
      expect(traces(at).live, `dead before act ${act}`).toEqual(UNTOUCHED.live);
      const next = await drilled(at, { processId: 2 });
      expect({ act, code: next.code, output: next.output }).toMatchObject({ code: 0 });
      expect({ act, ...traces(at) }).toEqual({ act, ...UNTOUCHED });
    }
  });

  it('in its bake, and is followed only when its deployment has ended by itself', async () => {
    const at = await scene();
    await drilled(at, dyingBefore(at, BAKING).run).catch(() => undefined);
    expect(traces(at).active).toBe(1);
    await at.sim.world.clock.advance(60 * 60_000);
    expect(traces(at)).toMatchObject({ active: 0, live: UNTOUCHED.live });
    const { code, noted, output } = await drilled(at, { processId: 2 });
    expect(noted.join('\n')).toMatch(
      new RegExp(`Removes first what a drill left behind that began at .*: ${FIRST}`),
    );
    expect(output).toMatch(new RegExp(`^ok +left by a dead drill: nothing is left of ${FIRST}`));
    expect(code).toBe(0);
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('is left alone where it may live, and all the same the other one holds', async () => {
    const at = await scene();
    await drilled(at, dyingBefore(at, BAKING).run).catch(() => undefined);
    for (const run of [
      { processId: 2, running: [1] },
      { processId: 2, machine: 'bbbbbb' },
    ]) {
      const { code, noted } = await drilled(at, run);
      expect(code).toBe(0);
      expect(noted.join('\n')).toMatch(new RegExp(`Leaves alone what another drill may be using: ${FIRST}`));
      expect(traces(at)).toMatchObject({ aliases: ['live', FIRST], alarms: [FIRST], mailboxes: [FIRST] });
      expect(traces(at).groups).toEqual([GROUP.deploymentGroupName, FIRST]);
    }
    await at.sim.world.clock.advance(30 * 60_000);
    expect((await drilled(at, { processId: 2, machine: 'bbbbbb' })).code).toBe(0);
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('and cannot be cleared away is told, with the command, and keeps its alias for the next', async () => {
    const at = await scene();
    const { ground, connection } = at;
    const alarms = { ...ground.alarms, delete: () => Promise.reject(new Error('not today')) };
    const stubborn = { ...connection, drillGround: async () => ({ ...ground, alarms }) };
    const { code, output } = await drilled(at, { connection: stubborn });
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(
        `FAILED +cleared away: the alarm ${FIRST} is still there .*not today.*aws cloudwatch delete-alarms`,
      ),
    );
    expect(traces(at)).toMatchObject({ aliases: ['live', FIRST], groups: [GROUP.deploymentGroupName] });
    await drilled(at, { processId: 2 });
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('and loses its connection says that it cannot see what is left, which the next one clears away', async () => {
    const at = await scene();
    let isLost = false;
    at.post = (letters) => {
      isLost = true;
      return letters;
    };
    const { tables } = at.connection;
    const get: typeof tables.reader.get = (key) =>
      isLost ? Promise.reject(new Error('no network')) : tables.reader.get(key);
    const connection = { ...at.connection, tables: { ...tables, reader: { ...tables.reader, get } } };
    const { code, output } = await drilled(at, { connection });
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`FAILED +cleared away: it cannot be seen what is left of ${FIRST}: .*no network`),
    );
    await drilled(at, { processId: 2 });
    expect(traces(at)).toEqual(UNTOUCHED);
  });
});

describe('the name of a drill', () => {
  const mine = { startedAt: Date.UTC(2027, 0, 1, 12, 1), machine: 'aaaaaa', processId: 1 };
  const there = { machine: 'aaaaaa', processId: 2, isRunning: () => false };

  it('tells when and where it began', () => {
    expect(drillName(mine)).toBe(FIRST);
    expect(readDrillName(FIRST)).toEqual({ name: FIRST, ...mine });
  });

  it.each([
    'sluice-drill-',
    'sluice-drill-mine',
    `${FIRST}-x`,
    `x${FIRST}`,
    'sluice-drill-20279901T120100Z-aaaaaa-1',
  ])('is not %s, which is somebody else’s', (name) => expect(readDrillName(name)).toBeUndefined());

  it('knows this machine, and which of its processes run', async () => {
    const { machine, processId, isRunning } = here();
    expect(machine).toMatch(/^[0-9a-f]{6}$/);
    expect(here().machine).toBe(machine);
    expect(isRunning(processId)).toBe(true);
    const child = spawn('true');
    await once(child, 'exit');
    expect(isRunning(child.pid ?? 0)).toBe(false);
  });

  it('is of the dead where its process is gone, or after half an hour', () => {
    const drill = { name: FIRST, ...mine };
    const later = mine.startedAt + 60_000;
    expect(isDead(drill, there, later)).toBe(true);
    expect(isDead(drill, { ...there, isRunning: () => true }, later)).toBe(false);
    expect(isDead(drill, { ...there, processId: 1 }, later)).toBe(false);
    expect(isDead(drill, { ...there, machine: 'bbbbbb' }, later)).toBe(false);
    expect(isDead(drill, { ...there, machine: 'bbbbbb' }, mine.startedAt + 31 * 60_000)).toBe(true);
  });
});
