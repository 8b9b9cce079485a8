import { describe, expect, it } from 'vitest';
import { alarmConfigurationOf, checkAlarmLimit, noAlarms } from '../../../core/alarms/alarm-configuration.ts';
import type { AlarmConfigurationInput } from '../../../core/registry/shapes.ts';
import { refusalOf } from '../given.ts';

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

describe('an alarm configuration', () => {
  it('has every member filled in', () => {
    expect(alarmConfigurationOf({})).toEqual(noAlarms);
    expect(alarmConfigurationOf({ enabled: true, alarms: named('errors') })).toEqual({
      enabled: true,
      ignorePollAlarmFailure: false,
      alarms: named('errors'),
    });
  });

  it('keeps its list while disabled', () => {
    const disabled = { enabled: false, ignorePollAlarmFailure: true, alarms: named('errors', 'latency') };
    expect(alarmConfigurationOf(disabled)).toEqual(disabled);
  });

  it.each<[RegExp, AlarmConfigurationInput]>([
    [/enabled without alarms/, { enabled: true }],
    [/enabled without alarms/, { enabled: true, alarms: [] }],
    [/"errors" is named twice/, { enabled: true, alarms: named('errors', 'latency', 'errors') }],
    [/"errors" is named twice/, { enabled: false, alarms: named('errors', 'errors') }],
    [/has no name/, { enabled: true, alarms: named('') }],
    [/has no name/, { enabled: true, alarms: [{}] }],
    [/256 characters/, { enabled: true, alarms: named('x'.repeat(256)) }],
  ])('is refused: %s', (message, input) => {
    const refusal = refusalOf(() => alarmConfigurationOf(input));
    expect(refusal.code).toBe('InvalidAlarmConfigException');
    expect(refusal.message).toMatch(message);
  });

  it('may name 50 alarms, and not one more', () => {
    const alarms = (count: number) => named(...Array.from({ length: count }, (_, index) => `alarm ${index}`));
    expect(() => checkAlarmLimit({ alarms: alarms(50) })).not.toThrow();
    expect(refusalOf(() => checkAlarmLimit({ alarms: alarms(51) })).code).toBe(
      'AlarmsLimitExceededException',
    );
  });
});
