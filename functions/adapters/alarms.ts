import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { clientDefaults, taskTime } from './aws-clients.ts';
import type { AwsFailure } from './aws-failure.ts';
import { awsFailureOf } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

/** A look at alarms, with the rights of the group's service role. */
export interface Alarms {
  readonly look: (
    names: readonly string[],
  ) => Promise<{ readonly status: 'seen'; readonly states: readonly AlarmState[] } | AwsFailure>;
}

export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'MISSING';
}

/** DescribeAlarms answers for 100 names at a time; a group names 50 at most. */
const MOST_NAMES = 100;

export function cloudWatchAlarms(credentials: Credentials): Alarms {
  const client = new CloudWatchClient({ ...clientDefaults, credentials });
  const time = taskTime();
  return {
    look: async (names) => {
      try {
        const answer = await client.send(
          new DescribeAlarmsCommand({
            AlarmNames: names.slice(0, MOST_NAMES),
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          }),
          time,
        );
        const alarms = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
        const states = names.map((name): AlarmState => {
          const found = alarms.find(({ AlarmName }) => AlarmName === name);
          return { name, state: found === undefined ? 'MISSING' : (found.StateValue ?? 'INSUFFICIENT_DATA') };
        });
        return { status: 'seen', states };
      } catch (error) {
        return awsFailureOf(error);
      }
    },
  };
}
