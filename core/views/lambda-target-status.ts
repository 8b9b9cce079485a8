import type { DeploymentRow } from './deployment-rows.ts';
import { hasEnded } from '../deployments/deployment-status.ts';

/** Every status of the API's model; a Lambda target is never Ready or Unknown. */
export const TARGET_STATUSES = [
  'Pending',
  'InProgress',
  'Succeeded',
  'Failed',
  'Skipped',
  'Unknown',
  'Ready',
] as const;

export type TargetStatus = (typeof TARGET_STATUSES)[number];

/** The status of the one target of a Lambda deployment, read off its lifecycle events. */
export function lambdaTargetStatus({
  status,
  lifecycleEvents,
}: Pick<DeploymentRow, 'status' | 'lifecycleEvents'>): TargetStatus {
  const statuses = lifecycleEvents.map((event) => event.status);
  if (statuses.includes('Failed')) return 'Failed';
  if (statuses.every((one) => one === 'Succeeded')) return 'Succeeded';
  const started = statuses.some((one) => one === 'Succeeded' || one === 'InProgress');
  // Ended between two events: none of them failed, and yet the target did not get through.
  if (hasEnded(status)) return started ? 'Failed' : 'Skipped';
  if (started) return 'InProgress';
  return statuses.includes('Pending') ? 'Pending' : 'Skipped';
}

/** The member `deploymentOverview`: how many targets are in each status. A Lambda deployment has one. */
export function lambdaDeploymentOverview(row: Pick<DeploymentRow, 'status' | 'lifecycleEvents'>) {
  const none = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
  return { ...none, [lambdaTargetStatus(row)]: 1 };
}
