import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';

/** What our own alarms watch, written to the log in CloudWatch's embedded metric format. */
export interface Metrics {
  readonly count: (name: 'TrafficLeftWeighted' | 'DeploymentRepaired' | 'DeadLetter') => void;
}

/** The namespace and the dimension are what infra's alarms name. */
export const metrics: Metrics = {
  count: (name) => {
    const one = new PowertoolsMetrics({ namespace: 'Sluice', singleMetric: true });
    one.addDimension('Stack', process.env['SLUICE_STACK'] ?? 'unknown');
    one.addMetric(name, MetricUnit.Count, 1);
    one.publishStoredMetrics();
  },
};
