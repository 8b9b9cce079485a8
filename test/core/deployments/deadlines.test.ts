import { describe, expect, it } from 'vitest';
import { throttlingSeconds, warmingSeconds } from '../../../core/deployments/deadlines.ts';

const times = [0, 1, 2, 3, 4, 1000];

describe('the pause before the next look', () => {
  it('is doubled to a minute while provisioned concurrency warms up', () => {
    expect(times.map((time) => warmingSeconds(time))).toEqual([15, 30, 60, 60, 60, 60]);
  });

  it('is doubled to two minutes while AWS throttles, and spread from half to half as much again', () => {
    expect(times.map((time) => throttlingSeconds(time, 0))).toEqual([8, 15, 30, 60, 60, 60]);
    expect(times.map((time) => throttlingSeconds(time, 0.5))).toEqual([15, 30, 60, 120, 120, 120]);
    expect(times.map((time) => throttlingSeconds(time, 0.999))).toEqual([23, 45, 90, 180, 180, 180]);
  });
});
