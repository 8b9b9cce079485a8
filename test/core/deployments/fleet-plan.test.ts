import { describe, expect, it } from 'vitest';
import type { Positions } from '../../../core/deployments/fleet-events.ts';
import type { FleetProgress, TargetResult } from '../../../core/deployments/fleet-plan.ts';
import {
  forbidsAnyStart,
  isFleetSuccessful,
  minimumHealthy,
  nextStep,
  positionAt,
} from '../../../core/deployments/fleet-plan.ts';
import type { MinimumHealthyHosts } from '../../../core/registry/minimum-healthy-hosts.ts';

interface Config {
  readonly name: string;
  readonly minimum: MinimumHealthyHosts;
}

const hostCount = (value: number): Config => ({ name: 'own', minimum: { type: 'HOST_COUNT', value } });
const percent = (value: number): Config => ({ name: 'own', minimum: { type: 'FLEET_PERCENT', value } });
const predefined = (name: string, minimum: MinimumHealthyHosts): Config => ({
  name: `CodeDeployDefault.${name}`,
  minimum,
});
const allAtOnce = predefined('AllAtOnce', { type: 'HOST_COUNT', value: 0 });
const halfAtATime = predefined('HalfAtATime', { type: 'FLEET_PERCENT', value: 50 });
const oneAtATime = predefined('OneAtATime', { type: 'MOST_CONCURRENCY', value: 1 });

interface Told {
  readonly end: 'Succeeded' | 'Failed' | 'invalid';
  readonly counts: { readonly succeeded: number; readonly failed: number; readonly skipped: number };
  readonly mostInFlight: number;
  /** The most that were failed or in flight at once. */
  readonly mostUnavailable: number;
  /** How many were in flight at once at the most once the first had failed. */
  readonly mostAfterFailure: number;
  readonly waves: readonly (Positions | string)[];
}

type Zones = Pick<FleetProgress, 'zones' | 'zonal'>;

/** Slots claim what is next, and the host that began first is always the first to end: as `fails` says. */
function deploy(hosts: number, config: Config, fails: readonly number[] = [], zones?: Zones): Told {
  const minimum = minimumHealthy(config.name, config.minimum, hosts);
  const results: TargetResult[] = Array.from({ length: hosts }, () => 'unclaimed');
  const of = (wanted: TargetResult) => results.filter((result) => result === wanted).length;
  const most = { inFlight: 0, unavailable: 0, afterFailure: 0 };
  const waves: (Positions | string)[] = [];
  let lastZone: FleetProgress['lastZone'];
  const told = (end: Told['end']): Told => ({
    end,
    counts: { succeeded: of('succeeded'), failed: of('failed'), skipped: of('unclaimed') },
    mostInFlight: most.inFlight,
    mostUnavailable: most.unavailable,
    mostAfterFailure: most.afterFailure,
    waves,
  });
  if (forbidsAnyStart(minimum, hosts)) return told('invalid');
  for (;;) {
    const step = nextStep({
      results,
      zones: zones?.zones ?? results.map(() => undefined),
      minimumHealthy: minimum,
      ...(zones?.zonal === undefined ? {} : { zonal: zones.zonal }),
      ...(lastZone === undefined ? {} : { lastZone }),
    });
    if (step.type === 'exhausted') return told('Failed');
    if (step.type === 'done')
      return told(isFleetSuccessful(of('succeeded'), minimum, hosts) ? 'Succeeded' : 'Failed');
    if (step.type === 'watch-zone') {
      waves.push(`watch ${step.zone} for ${step.seconds} s`);
      lastZone = { zone: step.zone, isWatched: true };
      continue;
    }
    waves.push(step.positions);
    if (step.zone !== undefined) lastZone = { zone: step.zone, isWatched: false };
    runWave(step, results, fails, () => {
      most.inFlight = Math.max(most.inFlight, of('in-flight'));
      most.unavailable = Math.max(most.unavailable, of('in-flight') + of('failed'));
      if (of('failed') > 0) most.afterFailure = Math.max(most.afterFailure, of('in-flight'));
    });
  }
}

function runWave(
  { positions, slots }: { readonly positions: Positions; readonly slots: number },
  results: TargetResult[],
  fails: readonly number[],
  look: () => void,
): void {
  let claims = 0;
  const inFlight: number[] = [];
  const claim = (): void => {
    const position = positionAt(positions, claims);
    if (position === undefined) return;
    claims += 1;
    results[position] = 'in-flight';
    inFlight.push(position);
    look();
  };
  for (let slot = 0; slot < slots; slot += 1) claim();
  for (let ended = inFlight.shift(); ended !== undefined; ended = inFlight.shift()) {
    results[ended] = fails.includes(ended) ? 'failed' : 'succeeded';
    look();
    if (!fails.includes(ended)) claim();
  }
}

const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

describe('a predefined configuration', () => {
  it.each([
    [1, oneAtATime, 0, 1],
    [2, oneAtATime, 1, 1],
    [5, oneAtATime, 4, 1],
    [9, oneAtATime, 8, 1],
    [10, oneAtATime, 9, 1],
    [1, halfAtATime, 0, 1],
    [2, halfAtATime, 1, 1],
    [5, halfAtATime, 3, 2],
    [9, halfAtATime, 5, 4],
    [10, halfAtATime, 5, 5],
    [1, allAtOnce, 0, 1],
    [2, allAtOnce, 0, 2],
    [5, allAtOnce, 0, 5],
    [9, allAtOnce, 0, 9],
    [10, allAtOnce, 0, 10],
  ])('of %i hosts under %o keeps %i healthy and has %i in flight at once', (hosts, config, minimum, most) => {
    expect(minimumHealthy(config.name, config.minimum, hosts)).toBe(minimum);
    const told = deploy(hosts, config);
    expect(told).toMatchObject({ end: 'Succeeded', mostInFlight: most, counts: { succeeded: hosts } });
  });

  it('AllAtOnce succeeds with one host, HalfAtATime with half of them rounded up', () => {
    for (const hosts of [2, 5, 10]) {
      expect(deploy(hosts, allAtOnce, upTo(hosts - 1)).end).toBe('Succeeded');
      expect(deploy(hosts, allAtOnce, upTo(hosts)).end).toBe('Failed');
      const enough = Math.ceil(hosts / 2);
      expect(deploy(hosts, halfAtATime, upTo(hosts - enough, enough)).end).toBe('Succeeded');
      expect(deploy(hosts, halfAtATime, upTo(hosts - enough + 1, enough - 1)).end).toBe('Failed');
    }
  });

  it('OneAtATime lets the last host fail, no other one, and not the only one', () => {
    for (const hosts of [2, 5, 10]) {
      for (const failing of upTo(hosts))
        expect(deploy(hosts, oneAtATime, [failing]).end).toBe(failing === hosts - 1 ? 'Succeeded' : 'Failed');
    }
    for (const config of [oneAtATime, halfAtATime, allAtOnce])
      expect(deploy(1, config, [0]).end).toBe('Failed');
  });

  it('only HalfAtATime spares a fleet of one the rounding: half of it as an own configuration forbids any start', () => {
    expect(deploy(1, percent(50)).end).toBe('invalid');
  });
});

describe('the worked examples', () => {
  it.each([
    ['the third fails', hostCount(9), [2], 1, 'Failed', { succeeded: 2, failed: 1, skipped: 7 }],
    ['only the tenth fails', hostCount(9), [9], 1, 'Succeeded', { succeeded: 9, failed: 1, skipped: 0 }],
    ['one fails early', hostCount(8), [0], 2, 'Succeeded', { succeeded: 9, failed: 1, skipped: 0 }],
    [
      'the last is the second to fail',
      hostCount(8),
      [0, 9],
      2,
      'Succeeded',
      { succeeded: 8, failed: 2, skipped: 0 },
    ],
    [
      'a second fails while hosts wait',
      hostCount(8),
      [0, 3],
      2,
      'Failed',
      { succeeded: 2, failed: 2, skipped: 6 },
    ],
    ['all is fine', hostCount(3), [], 7, 'Succeeded', { succeeded: 10, failed: 0, skipped: 0 }],
    ['nine fail', hostCount(0), upTo(9), 10, 'Succeeded', { succeeded: 1, failed: 9, skipped: 0 }],
    ['ten fail', hostCount(0), upTo(10), 10, 'Failed', { succeeded: 0, failed: 10, skipped: 0 }],
    ['nothing may be touched', percent(95), [], 0, 'invalid', { succeeded: 0, failed: 0, skipped: 10 }],
  ] as const)('of ten hosts: %s', (_, config, fails, mostInFlight, end, counts) => {
    expect(deploy(10, config, fails)).toMatchObject({ end, counts, mostInFlight });
  });

  it('of ten hosts with 8 healthy: after the first failure they go on one at a time', () => {
    expect(deploy(10, hostCount(8), [0]).mostAfterFailure).toBe(1);
  });

  it('of ten hosts with 85 %: any failure but the last one fails the deployment', () => {
    for (const failing of upTo(10)) {
      const told = deploy(10, percent(85), [failing]);
      expect(told).toMatchObject({ mostInFlight: 1, end: failing === 9 ? 'Succeeded' : 'Failed' });
    }
  });

  it('of nine hosts with 40 %: five in flight, and whoever may fail, it succeeds with four and not with fewer', () => {
    for (let chosen = 0; chosen < 2 ** 9; chosen += 1) {
      const told = deploy(
        9,
        percent(40),
        upTo(9).filter((host) => (chosen & (1 << host)) !== 0),
      );
      expect(told.mostInFlight).toBe(5);
      expect(told.mostUnavailable).toBeLessThanOrEqual(5);
      expect(told.end).toBe(told.counts.succeeded >= 4 ? 'Succeeded' : 'Failed');
    }
  });

  it('of nine hosts with 6 healthy: three failures while hosts wait fail it', () => {
    const told = deploy(9, hostCount(6), [0, 2, 4]);
    expect(told).toMatchObject({ mostInFlight: 3, end: 'Failed', counts: { failed: 3 } });
    expect(told.counts.skipped).toBeGreaterThan(0);
  });

  it('of nine hosts HalfAtATime: four failures in the first four leave five untouched', () => {
    const counts = { succeeded: 0, failed: 4, skipped: 5 };
    expect(deploy(9, halfAtATime, upTo(4))).toMatchObject({ mostInFlight: 4, end: 'Failed', counts });
  });

  it('of one host, and of three, OneAtATime', () => {
    expect(deploy(1, oneAtATime, [0])).toMatchObject({ mostInFlight: 1, end: 'Failed' });
    expect(deploy(3, oneAtATime, [2])).toMatchObject({ mostInFlight: 1, end: 'Succeeded' });
  });
});

describe('a fleet', () => {
  it('of which all have the revision already is not forbidden by any minimum, and succeeds', () => {
    for (const config of [hostCount(3), percent(99), oneAtATime])
      expect(deploy(0, config)).toMatchObject({ end: 'Succeeded', mostInFlight: 0 });
  });

  it('starts nothing where the minimum is all of it or more', () => {
    expect(deploy(3, hostCount(3)).end).toBe('invalid');
    expect(deploy(3, hostCount(4)).end).toBe('invalid');
    expect(deploy(3, hostCount(2)).end).toBe('Succeeded');
  });

  it('that fails says how many failed, how many must stay healthy and how many were spared', () => {
    const results: readonly TargetResult[] = ['succeeded', 'failed', 'unclaimed', 'unclaimed'];
    const step = nextStep({ results, zones: [], minimumHealthy: 3 });
    expect(step.type === 'exhausted' && step.message).toBe(
      'Too many instances failed: 1 of 4, where at least 3 must stay healthy. 2 were not touched.',
    );
  });

  it('goes on with what a wave has left, wherever that is', () => {
    const results: readonly TargetResult[] = ['unclaimed', 'succeeded', 'unclaimed', 'unclaimed', 'failed'];
    const step = nextStep({ results, zones: [], minimumHealthy: 2 });
    expect(step).toEqual({
      type: 'wave',
      positions: [
        [0, 1],
        [2, 4],
      ],
      slots: 2,
    });
    expect(
      upTo(4).map((n) =>
        positionAt(
          [
            [0, 1],
            [2, 4],
          ],
          n,
        ),
      ),
    ).toEqual([0, 2, 3, undefined]);
  });
});

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
