import { describe, expect, it } from 'vitest';
import { FIRST, ROLLBACK, SECOND, goldenFleetHistory } from '../core/deployments/golden-fleet-history.ts';
import { memoryTables, sluice } from './memory-tables.ts';
import { acceptingApi, change } from './operating.ts';

const store = await goldenFleetHistory();
const RUNS = { status: 'InProgress', end: undefined, ending: undefined, completedAt: undefined };

function fleets(changes: object = {}) {
  const tables = memoryTables(store);
  change(tables, SECOND, changes);
  return tables;
}

describe('sluice list, of fleets', () => {
  const reach = async (tables: ReturnType<typeof fleets>) => {
    const { printed } = await sluice(tables, ['list']);
    return Object.fromEntries(
      printed.map((line) => line.split(/ {2,}/)).map(([id, ...cells]) => [id, cells[4] ?? '']),
    );
  };

  it('tells on how many of its hosts each succeeded', async () => {
    expect(await reach(fleets())).toEqual({
      [FIRST]: '2 of 3 hosts',
      [SECOND]: '0 of 3 hosts',
      [ROLLBACK]: '0 of 1 host',
    });
  });

  it('tells of one that runs how many hosts it goes to, and nothing before they are known', async () => {
    expect((await reach(fleets(RUNS)))[SECOND]).toBe('3 hosts');
    expect((await reach(fleets({ ...RUNS, fleet: undefined })))[SECOND]).toBe('');
  });
});

describe('sluice stop, of a fleet', () => {
  const told = async (changes: object) => {
    const words = ['stop', SECOND, '--yes'];
    return (await sluice(fleets(changes), words, undefined, { api: acceptingApi().api })).noted.slice(0, 2);
  };

  it('says what becomes of the hosts', async () => {
    expect(await told(RUNS)).toEqual([
      `Stops ${SECOND} in checkout/checkout-prod: InProgress, 3 hosts.`,
      'What hosts are at work on ends first, and nothing more is begun.',
    ]);
    expect(await told({ ...RUNS, status: 'Created', fleet: undefined })).toEqual([
      `Stops ${SECOND} in checkout/checkout-prod: Created.`,
      'No host was touched yet.',
    ]);
  });
});

describe('going back, of a fleet', () => {
  const way = /npx sluice redeploy ID, .* --application checkout --group checkout-prod --status Succeeded$/;

  it.each([
    ['rollback', FIRST],
    ['rollback', 'checkout/checkout-prod'],
    ['stop', FIRST],
  ])('with sluice %s %s it names the command that does it, and does nothing', async (...words) => {
    const { api, asked } = acceptingApi();
    const { code, noted } = await sluice(fleets(), [...words, '--yes'], undefined, { api });
    expect({ code, asked }).toEqual({ code: 1, asked: [] });
    expect(noted.join('\n')).toMatch(way);
  });
});
