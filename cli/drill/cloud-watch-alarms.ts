import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';
import type { DrillAlarms } from './drill-ground.ts';

/** `topicArn`: what the alarms notify, where EventBridge does not tell of them. */
export function cloudWatchAlarms(client: Target['client'], topicArn: string | undefined): DrillAlarms {
  const cloudwatch = new CloudWatchClient({ ...clientDefaults, ...client });
  const set = async (AlarmName: string, StateValue: 'OK' | 'ALARM'): Promise<void> => {
    const StateReason = 'A drill of Sluice says so';
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
  };
  return {
    create: async (name) => {
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          AlarmDescription: 'A drill of Sluice is at work; it removes this alarm at its end',
          Namespace: 'Sluice/Drill',
          MetricName: name,
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          // Its metric never has data: the state stays as it is set.
          TreatMissingData: 'ignore',
          AlarmActions: topicArn === undefined ? [] : [topicArn],
        }),
      );
      // To ring must be a change.
      await set(name, 'OK');
    },
    calm: (name) => set(name, 'OK'),
    ring: async (name) => {
      const before = Date.now();
      await set(name, 'ALARM');
      if (topicArn !== undefined) return before;
      // AWS's clock is the log's; the one of this machine may be off by more than what is measured.
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      const [alarm] = MetricAlarms;
      return alarm?.StateValue === 'ALARM' ? (alarm.StateUpdatedTimestamp?.getTime() ?? before) : before;
    },
    delete: async (name) => {
      await unlessMissing(() => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })));
    },
  };
}
