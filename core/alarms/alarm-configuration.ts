import { Refusal } from '../refusal.ts';
import { quoted } from '../registry/names.ts';
import type { AlarmConfigurationInput } from '../registry/shapes.ts';

/** Which CloudWatch alarms stop a deployment. The list is kept while `enabled` is false. */
export type AlarmConfiguration = {
  readonly enabled: boolean;
  /** True: a deployment goes on although the state of its alarms cannot be read. */
  readonly ignorePollAlarmFailure: boolean;
  readonly alarms: readonly { readonly name: string }[];
};

export const noAlarms: AlarmConfiguration = { enabled: false, ignorePollAlarmFailure: false, alarms: [] };

/** The current quota; the older model text says 10. */
export const ALARMS_PER_GROUP = 50;

/** CloudWatch's own limit of an alarm's name. */
const ALARM_NAME_LENGTH_CHARACTERS = 255;

/** Of a group, or as the override of one deployment. Throws InvalidAlarmConfigException. */
export function alarmConfigurationOf(input: AlarmConfigurationInput): AlarmConfiguration {
  const { enabled = false, ignorePollAlarmFailure = false } = input;
  const alarms = (input.alarms ?? []).map(({ name }) => ({ name: alarmName(name) }));
  const seen = new Set<string>();
  for (const { name } of alarms) {
    if (seen.has(name)) throw invalid(`the alarm ${quoted(name)} is named twice. Name each alarm once`);
    seen.add(name);
  }
  if (enabled && alarms.length === 0) {
    throw invalid('it is enabled without alarms. Name an alarm, or set enabled to false');
  }
  return { enabled, ignorePollAlarmFailure, alarms };
}

/** Throws AlarmsLimitExceededException; apart from the rest because limits are checked after existence. */
export function checkAlarmLimit({ alarms }: Pick<AlarmConfiguration, 'alarms'>): void {
  if (alarms.length > ALARMS_PER_GROUP) {
    throw new Refusal(
      'AlarmsLimitExceededException',
      `The alarm configuration names ${alarms.length} alarms, and at most ${ALARMS_PER_GROUP} may be. ` +
        'Combine some into a composite alarm.',
    );
  }
}

function alarmName(name: string | undefined): string {
  if (name === undefined || name === '') throw invalid('an alarm has no name. Give its name');
  if (name.length > ALARM_NAME_LENGTH_CHARACTERS) {
    throw invalid(
      `the alarm name ${quoted(name)} has ${name.length} characters, and at most ` +
        `${ALARM_NAME_LENGTH_CHARACTERS} may be`,
    );
  }
  return name;
}

function invalid(detail: string): Refusal {
  return new Refusal('InvalidAlarmConfigException', `The alarm configuration is invalid: ${detail}.`);
}
