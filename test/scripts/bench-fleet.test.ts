import { describe, expect, it } from 'vitest';
import type { FleetRun } from '../../scripts/bench/fleet-figures.ts';
import { fleetLimits, fleetRows } from '../../scripts/bench/fleet-figures.ts';
import { fleetTable } from '../../scripts/bench/fleet-table.ts';
import { simulatedFleet } from '../../scripts/bench/simulated-fleet.ts';

/** The same for each host. */
function run(hosts: number, perHost: { readonly calls?: number; readonly writes?: number } = {}): FleetRun {
  const { calls = 28, writes = 400 } = perHost;
  return {
    hosts,
    slots: 5,
    seconds: hosts / 2,
    medianSecondsInFlight: 7.5,
    apiCalls: hosts * calls,
    readUnits: hosts * 200,
    longestHistory: 250,
    usage: {
      stateTransitions: hosts * 10,
      writeRequestUnits: hosts * writes,
      lambdaRequests: hosts * 100,
      topicPublishes: hosts * 23,
      busEvents: hosts * 2,
    },
  };
}

const unmet = (runs: readonly FleetRun[]) =>
  fleetLimits(fleetRows(runs)).flatMap(({ says, isMet }) => (isMet ? [] : [says]));

describe('the figures of fleets', () => {
  it('are per host, and multiples of those of the smallest fleet', () => {
    const [small, large] = fleetRows([run(100, { calls: 30 }), run(10, { calls: 40 })]);
    expect(small).toMatchObject({ hosts: 10, perHost: { apiCalls: 40, writeUnits: 400, seconds: 0.5 } });
    expect(large).toMatchObject({
      hosts: 100,
      perHost: { apiCalls: 30 },
      ratios: { apiCalls: 0.75, seconds: 1 },
    });
  });

  it('hold the dollars of all that is billed, the calls of hosts included', () => {
    const [{ perHost } = { perHost: undefined }] = fleetRows([run(10)]);
    const expected =
      10 * 0.000_025 +
      400 * 0.000_000_625 +
      100 * 0.000_000_2 +
      23 * 0.000_000_5 +
      2 * 0.000_001 +
      28 * 0.000_001;
    expect(perHost?.dollars).toBeCloseTo(expected + 200 * 0.000_000_125, 12);
  });

  it.each([
    ['nothing', run(100), []],
    ['calls that grow by a quarter', run(100, { calls: 35 }), ['API calls per host flat within ±20 %']],
    ['writes that fall by a quarter', run(100, { writes: 300 }), ['write units per host flat within ±20 %']],
    [
      'more transitions',
      { ...run(100), usage: { ...run(100).usage, stateTransitions: 1_201 } },
      ['transitions per host flat within ±20 %', 'at most 12 transitions per host'],
    ],
    ['a long history', { ...run(100), longestHistory: 10_001 }, ['no history over 10,000 events']],
  ])('miss a limit by %s', (_, large, missed) => {
    expect(unmet([run(10), large])).toEqual(missed);
  });

  it('do not miss one by time', () => {
    expect(unmet([run(10), { ...run(100), seconds: 5_000 }])).toEqual([]);
  });

  it('stand in a table with the limits below', () => {
    const rows = fleetRows([run(10), run(1_000, { calls: 42 })]);
    const lines = fleetTable(rows, fleetLimits(rows)).split('\n');
    expect(lines[0]).toMatch(
      /^ +hosts +at once +time +in flight +s\/host +calls +transitions +writes +reads +dollars/,
    );
    expect(lines[2]).toMatch(
      /^ +1,000 +5 +500 s +7\.5 s +0\.50 \(1\.00\) +42\.0 \(1\.50\) +10\.00 \(1\.00\) +400 /,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(/^ +NOT MET +API calls per host flat .* +50\.0 % off at most$/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ +met +at most 12 transitions per host +10\.00$/));
  });
});

it('a simulated fleet of ten has the transitions of its deployment, its slots and its hosts', async () => {
  const { transitions, longestHistory, tasks } = await simulatedFleet({ hosts: 10, slots: 5 });
  expect(transitions).toBe(8 + 10 * 9 + 5 * 2);
  expect(tasks).toBe(4 + 10 * 8 + 5);
  expect(longestHistory).toBeGreaterThan(40);
});
