import { expect, it } from 'vitest';
import { timeScaleFrom } from '../../scripts/time-scale.ts';

it('takes the option before the environment before the default', () => {
  expect(timeScaleFrom('10', { SLUICE_TIME_SCALE: '20' }, 1)).toBe(10);
  expect(timeScaleFrom(undefined, { SLUICE_TIME_SCALE: '20' }, 1)).toBe(20);
  expect(timeScaleFrom(undefined, {}, 60)).toBe(60);
});

it.each(['0', '-1', '0.5', 'fast', '100000'])('refuses %s', (text) => {
  expect(() => timeScaleFrom(text, {}, 1)).toThrow(text);
});
