import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { SluiceFunction } from './sluice-function.ts';

export interface OwnAlarmsProps {
  readonly stackName: string;
  readonly functions: readonly SluiceFunction[];
  readonly deadLetters: Queue;
  readonly unpublished: Queue;
}

/** What Sluice says about itself. None notifies anybody: who should hear of it differs from account to account. */
export class OwnAlarms extends Construct {
  constructor(scope: Construct, id: string, props: OwnAlarmsProps) {
    super(scope, id);
    for (const each of props.functions) {
      this.rings(`${each.node.id}Errors`, {
        metric: each.metricErrors({ period: PERIOD, statistic: 'Sum' }),
        because: `Sluice's function ${each.entry} failed: a bug, or a limit of the account. Its log says which.`,
      });
    }
    this.rings('DeadLetters', {
      metric: props.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      because:
        'Events of the log to which Sluice could not react. Mend the cause, then send the messages again.',
    });
    this.rings('Unpublished', {
      metric: props.unpublished.metricApproximateNumberOfMessagesVisible({
        period: PERIOD,
        statistic: 'Maximum',
      }),
      because:
        'Events of deployments that could not be published. Mend the cause, then run `sluice republish --since` the time of the first.',
    });
    for (const [metricName, because] of Object.entries(OWN_METRICS)) {
      this.rings(metricName, {
        metric: new Metric({
          namespace: 'Sluice',
          metricName,
          dimensionsMap: { Stack: props.stackName },
          period: PERIOD,
          statistic: 'Sum',
        }),
        because,
      });
    }
  }

  private rings(id: string, about: { readonly metric: IMetric; readonly because: string }): void {
    new Alarm(this, id, {
      metric: about.metric,
      alarmDescription: about.because,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

/** The finest that these metrics offer without further cost. */
const PERIOD = Duration.minutes(1);

/** What functions/runtime/metrics.ts counts and nothing else shows. */
const OWN_METRICS = {
  TrafficLeftWeighted:
    'A deployment ended, but nobody could move its alias to one version. Its TrafficLeftWeighted event holds the command to run.',
  DeploymentRepaired:
    'The workflow of a deployment died or fell silent, and a fresh one has put its traffic back. Its ExecutionReplaced event says why.',
  FailureCaught:
    'A bug or an outage that was answered and not thrown. The logs of the functions say which, under level ERROR.',
} as const;
