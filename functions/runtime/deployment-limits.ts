import { deployment } from '../../core/deployments/deployment.ts';
import type { DeploymentGroupRow } from '../../core/registry/deployment-group.ts';
import { Refusal } from '../../core/refusal.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';

/**
 * A group has one active deployment at most. The append refuses a second one whatever happens; asked before, it is
 * answered before the role is tried. Throws DeploymentLimitExceededException, whose text clients parse for the id.
 */
export async function refuseBusyGroup(
  rows: RowReader,
  { deploymentGroupId, deploymentGroupName }: DeploymentGroupRow,
): Promise<void> {
  const key = rowKeys.activeDeployment(deploymentGroupId);
  const lock = await rows.get(key);
  if (lock === undefined) return;
  const { deploymentId } = JSON.parse(lock.data) as { readonly deploymentId: string };
  const refusal = deployment.taken(
    { ...key, data: { deploymentGroupName } },
    { ...key, data: { deploymentId } },
  );
  throw refusal ?? new Error(`the lock of ${deploymentGroupId} is held without a refusal`);
}

/** The service's own quota of deployments that are active at once, per account and region. */
export const ACTIVE_DEPLOYMENTS_PER_ACCOUNT = 1300;

/** Every active deployment has one row in the partition of what is due. Throws DeploymentLimitExceededException. */
export async function checkAccountLimit(rows: RowReader): Promise<void> {
  const active = await rows.count(rowKeys.due(0, '').pk);
  if (active < ACTIVE_DEPLOYMENTS_PER_ACCOUNT) return;
  throw new Refusal(
    'DeploymentLimitExceededException',
    `There are ${active} active deployments, and at most ${ACTIVE_DEPLOYMENTS_PER_ACCOUNT} may be. ` +
      'Wait until one has ended.',
  );
}
