import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';

export interface Alarms {
  /** Those of the names that there are. */
  readonly describe: (names: readonly string[]) => Promise<readonly Alarm[]>;
}

export interface Alarm {
  readonly name: string;
  /** The ARNs that it notifies when it rings; none where its actions are switched off. */
  readonly notifies: readonly string[];
}

/** DescribeAlarms answers for so many names at a time. */
const NAMES_AT_A_TIME = 100;

export function cloudWatchAlarms(client: Target['client']): Alarms {
  const cloudwatch = new CloudWatchClient({ ...clientDefaults, ...client });
  return {
    describe: async (names) => {
      const found: Alarm[] = [];
      for (let start = 0; start < names.length; start += NAMES_AT_A_TIME) {
        const { MetricAlarms = [], CompositeAlarms = [] } = await cloudwatch.send(
          new DescribeAlarmsCommand({
            AlarmNames: names.slice(start, start + NAMES_AT_A_TIME),
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: NAMES_AT_A_TIME,
          }),
        );
        for (const { AlarmName = '', AlarmActions = [], ActionsEnabled } of [
          ...MetricAlarms,
          ...CompositeAlarms,
        ]) {
          found.push({ name: AlarmName, notifies: ActionsEnabled === false ? [] : AlarmActions });
        }
      }
      return found;
    },
  };
}
