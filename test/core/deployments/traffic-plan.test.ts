import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TrafficRoutingConfig, trafficPlan } from '../../../core/deployments/traffic-plan.ts';

const canary = (canaryPercentage: number, canaryInterval: number): TrafficRoutingConfig => ({
  type: 'TimeBasedCanary',
  timeBasedCanary: { canaryPercentage, canaryInterval },
});
const linear = (linearPercentage: number, linearInterval: number): TrafficRoutingConfig => ({
  type: 'TimeBasedLinear',
  timeBasedLinear: { linearPercentage, linearInterval },
});

describe('the traffic plan', () => {
  it('is one step when all traffic moves at once', () => {
    expect(trafficPlan({ type: 'AllAtOnce' })).toEqual([{ weight: 100 }]);
  });

  it('of a canary is its percentage, a bake, and the rest', () => {
    expect(trafficPlan(canary(10, 5))).toEqual([{ weight: 10, bakeMinutes: 5 }, { weight: 100 }]);
  });

  it('of ten percent every minute is ten steps, the last without a bake', () => {
    const plan = trafficPlan(linear(10, 1));
    expect(plan.map(({ weight }) => weight)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(plan.map(({ bakeMinutes }) => bakeMinutes)).toEqual([...Array(9).fill(1), undefined]);
  });

  it('ends with whatever reaches a hundred', () => {
    expect(trafficPlan(linear(33, 960)).map(({ weight }) => weight)).toEqual([33, 66, 99, 100]);
    expect(trafficPlan(linear(60, 7)).map(({ weight }) => weight)).toEqual([60, 100]);
    expect(trafficPlan(linear(99, 7)).map(({ weight }) => weight)).toEqual([99, 100]);
  });

  const percentages = fc.integer({ min: 1, max: 99 });
  const validConfigs = fc.oneof(
    fc.constant<TrafficRoutingConfig>({ type: 'AllAtOnce' }),
    fc.tuple(percentages, fc.integer({ min: 1, max: 2880 })).map(([p, m]) => canary(p, m)),
    percentages.chain((p) =>
      fc.integer({ min: 1, max: Math.floor(2880 / Math.floor(100 / p)) }).map((m) => linear(p, m)),
    ),
  );

  it('only ever raises the weight, ends at a hundred, and bakes 2880 minutes at the most', () => {
    fc.assert(
      fc.property(validConfigs, (config) => {
        const plan = trafficPlan(config);
        const weights = plan.map(({ weight }) => weight);
        expect(weights.every((weight, index) => weight > (weights[index - 1] ?? 0))).toBe(true);
        expect(weights.at(-1)).toBe(100);
        expect(
          plan.slice(0, -1).every(({ bakeMinutes }) => bakeMinutes !== undefined && bakeMinutes >= 1),
        ).toBe(true);
        expect(plan.at(-1)).toEqual({ weight: 100 });
        expect(plan.reduce((sum, { bakeMinutes = 0 }) => sum + bakeMinutes, 0)).toBeLessThanOrEqual(2880);
      }),
    );
  });
});
