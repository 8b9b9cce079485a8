import type { Fact } from '../../core/decider.ts';

/**
 * What our own alarms watch. `FailureCaught`: a bug or an outage that was answered instead of thrown, so that Lambda's
 * own count of errors says nothing of it.
 */
export type MetricName = 'TrafficLeftWeighted' | 'DeploymentRepaired' | 'DeadLetter' | 'FailureCaught';

export interface Metrics {
  readonly count: (name: MetricName) => void;
}

/** The namespace and the one dimension are what infra's alarms name. */
export const NAMESPACE = 'Sluice';

/** Counts what the end or the repair of a deployment tells about Sluice itself. */
export function countEvents({ count }: Metrics, events: readonly Fact[]): void {
  for (const { type } of events) {
    if (type === 'TrafficLeftWeighted') count('TrafficLeftWeighted');
    if (type === 'ExecutionReplaced') count('DeploymentRepaired');
  }
}

/** A line in CloudWatch's embedded metric format, which CloudWatch Logs turns into the metric. */
export function metricLine(name: MetricName, stackName: string, now: number): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: NAMESPACE, Dimensions: [['Stack']], Metrics: [{ Name: name, Unit: 'Count' }] },
      ],
    },
    Stack: stackName,
    [name]: 1,
  });
}

export const metrics: Metrics = {
  count: (name) => {
    if (process.env['SLUICE_LOG'] === 'silent') return;
    process.stdout.write(`${metricLine(name, process.env['SLUICE_STACK'] ?? 'unknown', Date.now())}\n`);
  },
};
