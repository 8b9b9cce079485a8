import { deployment } from '../../core/deployments/deployment.ts';
import { target } from '../../core/deployments/target.ts';
import { revision } from '../../core/registry/revision.ts';
import type { Aggregates } from './execute.ts';
import { erased } from './execute.ts';

/** What workflows and reactions write: deployments with their targets, and the revision that a rollback registers. Nothing else loads. */
export const deploymentAggregates: Aggregates = {
  [deployment.name]: erased(deployment),
  [revision.name]: erased(revision),
  [target.name]: erased(target),
};
