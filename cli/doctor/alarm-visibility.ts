import type { Alarm } from '../account/alarms.ts';
import { counted } from '../lines.ts';
import type { Check, Examination, Group } from './examination.ts';
import { type Found, green, red, yellow } from './finding.ts';
import { groupWords, namedBy } from './groups.ts';
import { isEmulated } from './place.ts';

/** Every alarm that a group names is there, and Sluice hears of it when it rings. */
export const alarmVisibilityCheck: Check = {
  name: 'alarms',
  action: 'cloudwatch:DescribeAlarms',
  look: async (examination) => {
    const watchers = namedBy(await examination.groups(), ({ alarmConfiguration: { enabled, alarms } }) =>
      enabled ? alarms.map(({ name }) => name) : [],
    );
    if (watchers.size === 0) return [green('no group names one yet')];
    const present = await examination.account.alarms.describe([...watchers.keys()]);
    const areAllHeard = await hearsEveryAlarm(examination);
    const found = [...watchers].flatMap(([name, groups]) => {
      const alarm = present.find((each) => each.name === name);
      return wrongWith(name, groups, alarm, areAllHeard, examination);
    });
    return found.length > 0
      ? found
      : [green(`${counted(watchers.size, 'alarm')} there, and heard when they ring`)];
  },
};

/** In an account of AWS every alarm makes an event; the emulator makes none. */
async function hearsEveryAlarm({ account, identity, resources }: Examination): Promise<boolean> {
  if (isEmulated(identity)) return false;
  const rule = (await resources()).find(
    ({ type, logicalId }) => type === 'AWS::Events::Rule' && logicalId.includes('AlarmRings'),
  );
  return rule !== undefined && (await account.rules.state(rule.physicalId)) === 'enabled';
}

function wrongWith(
  name: string,
  groups: readonly Group[],
  alarm: Alarm | undefined,
  areAllHeard: boolean,
  { outputs }: Examination,
): readonly Found[] {
  if (alarm === undefined) {
    const words = `there is no alarm ${name}, which ${groupWords(groups)} would be stopped by`;
    const remedy = 'Create it in this account and region, or take its name from the alarms of the group.';
    const isIgnored = groups.every(({ settings }) => settings.alarmConfiguration.ignorePollAlarmFailure);
    return [isIgnored ? yellow(words, remedy) : red(`${words}: their deployments fail`, remedy)];
  }
  const topicArn = outputs['AlarmTopicArn'] ?? '';
  if (areAllHeard || alarm.notifies.includes(topicArn)) return [];
  return [
    yellow(
      `the alarm ${name} of ${groupWords(groups)} does not notify Sluice, which sees it only before each traffic step`,
      `Add ${topicArn} to its alarm actions: aws cloudwatch put-metric-alarm … --alarm-actions ${topicArn}`,
    ),
  ];
}
