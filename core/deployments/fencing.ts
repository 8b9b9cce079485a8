import { Refusal } from '../refusal.ts';
import type { ExistingDeployment } from './deployment-state.ts';

/**
 * Only the recorded execution may write: one that a repair replaced may still be running somewhere. Before the first
 * admission there is none, and the first to come is it.
 */
export function fence(state: ExistingDeployment, executionArn: string): void {
  if (state.executionArn === undefined || state.executionArn === executionArn) return;
  throw new Refusal(
    'DeploymentAlreadyStartedException',
    `Deployment ${state.created.deploymentId} is run by ${state.executionArn}, no longer by ${executionArn}.`,
  );
}
