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

export function cloudWatchAlarms(credentials: Credentials): Alarms {
  const client = new CloudWatchClient({ ...clientDefaults, credentials });
  const time = taskTime(credentials);
  return {
    look: async (names) => {
      try {
        return { status: 'seen', states: await alarmStates(client, names, time) };
      } catch (error) {
        return awsFailureOf(error);
      }
    },
  };
}

/** One state for each name. */
export async function alarmStates(
  client: CloudWatchClient,
  names: readonly string[],
  time: { readonly abortSignal?: AbortSignal } = {},
): Promise<readonly AlarmState[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({
      AlarmNames: names.slice(0, MOST_NAMES),
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    }),
    time,
  );
  const alarms = [...MetricAlarms, ...CompositeAlarms];
  return names.map((name) => {
    const found = alarms.find(({ AlarmName }) => AlarmName === name);
    return { name, state: found === undefined ? 'MISSING' : (found.StateValue ?? 'INSUFFICIENT_DATA') };
  });
}

/** DescribeAlarms answers for 100 names at a time; a group names 50 at most. */
const MOST_NAMES = 100;
