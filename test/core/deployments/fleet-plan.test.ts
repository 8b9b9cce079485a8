import { describe, expect, it } from 'vitest';
import type { TargetResult } from '../../../core/deployments/fleet-plan.ts';
import { minimumHealthy, nextStep, positionAt } from '../../../core/deployments/fleet-plan.ts';
import { allAtOnce, deploy, halfAtATime, hostCount, oneAtATime, percent, upTo } from './deployed-by-plan.ts';

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
