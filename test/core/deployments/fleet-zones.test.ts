import { describe, expect, it } from 'vitest';
import type { Zones } from './deployed-by-plan.ts';
import { deploy, hostCount, upTo } from './deployed-by-plan.ts';

describe('a fleet that goes zone by zone', () => {
  const zones = (...counts: readonly (readonly [string, number])[]) =>
    counts.flatMap(([zone, count]) => Array.from({ length: count }, () => zone));
  const half = { minimumHealthyHostsPerZone: { type: 'FLEET_PERCENT', value: 50 } } as const;
  const twice100 = { zones: zones(['a', 100], ['b', 100]), zonal: half };

  it('of 200 hosts with 160 healthy has 40 in flight, one zone after the other', () => {
    const told = deploy(200, hostCount(160), [], twice100);
    expect(told).toMatchObject({ end: 'Succeeded', mostInFlight: 40, waves: [[[0, 100]], [[100, 200]]] });
  });

  it('takes the failures of one zone from what the next may have in flight', () => {
    const told = deploy(200, hostCount(160), upTo(30), twice100);
    expect(told).toMatchObject({ end: 'Succeeded', mostUnavailable: 40, counts: { failed: 30 } });
    const fortieth = deploy(200, hostCount(160), [...upTo(39), 150], twice100);
    expect(fortieth).toMatchObject({ end: 'Failed', counts: { failed: 40 } });
  });

  it('fails everywhere where a zone has too few left, whatever the fleet would allow', () => {
    const perZone = { minimumHealthyHostsPerZone: { type: 'HOST_COUNT', value: 3 } } as const;
    const fleet = { zones: zones(['a', 4], ['b', 4]), zonal: perZone };
    expect(deploy(8, hostCount(0), [], fleet)).toMatchObject({ end: 'Succeeded', mostInFlight: 1 });
    expect(deploy(8, hostCount(0), [1], fleet)).toMatchObject({
      end: 'Failed',
      counts: { succeeded: 1, skipped: 6 },
    });
    expect(deploy(8, hostCount(0), [3, 7], fleet)).toMatchObject({ end: 'Succeeded', counts: { failed: 2 } });
    const tooFew = { zones: zones(['a', 4], ['b', 3]), zonal: perZone };
    expect(deploy(7, hostCount(0), [], tooFew)).toMatchObject({
      end: 'Failed',
      counts: { succeeded: 4, skipped: 3 },
    });
  });

  it('rounds the percentage of a zone up, and without one keeps nothing of a zone', () => {
    const fleet = { zones: zones(['a', 5], ['b', 5]), zonal: half };
    expect(deploy(10, hostCount(0), [], fleet).mostInFlight).toBe(2);
    expect(deploy(10, hostCount(0), [], { ...fleet, zonal: {} }).mostInFlight).toBe(5);
  });

  it('finds the hosts of a zone wherever they are in the order', () => {
    const fleet = { zones: ['b', 'a', 'b', 'a'], zonal: {} };
    expect(deploy(4, hostCount(0), [], fleet).waves).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it('watches each zone but the last, the first for its own time', () => {
    const fleet = (zonal: NonNullable<Zones['zonal']>) => ({
      zones: zones(['a', 1], ['b', 1], ['c', 1]),
      zonal,
    });
    const own = fleet({ monitorDurationInSeconds: 60, firstZoneMonitorDurationInSeconds: 600 });
    expect(deploy(3, hostCount(0), [], own).waves).toEqual([
      [[0, 1]],
      'watch a for 600 s',
      [[1, 2]],
      'watch b for 60 s',
      [[2, 3]],
    ]);
    const same = deploy(3, hostCount(0), [], fleet({ monitorDurationInSeconds: 60 }));
    expect(same.waves).toContain('watch a for 60 s');
    const first = deploy(3, hostCount(0), [], fleet({ firstZoneMonitorDurationInSeconds: 600 }));
    expect(first.waves.filter((wave) => typeof wave === 'string')).toEqual(['watch a for 600 s']);
    const unwatched = { monitorDurationInSeconds: 60, firstZoneMonitorDurationInSeconds: 0 };
    expect(deploy(3, hostCount(0), [], fleet(unwatched)).waves).not.toContain('watch a for 0 s');
    expect(deploy(3, hostCount(0), [], fleet({})).waves).toHaveLength(3);
  });

  it('does not watch a zone whose failures have used up the fleet', () => {
    const fleet = { zones: zones(['a', 2], ['b', 2]), zonal: { monitorDurationInSeconds: 60 } };
    expect(deploy(4, hostCount(3), [1], fleet)).toMatchObject({ end: 'Failed', waves: [[[0, 2]]] });
  });
});
