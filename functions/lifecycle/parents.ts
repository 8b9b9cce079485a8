import type { DeploymentCreated } from '../../core/deployments/deployment-events.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Refused } from './alias-failure.ts';

/** Why a deployment whose application or group is gone cannot go on. A rollback needs neither. */
export async function withoutParents(
  rows: RowReader,
  created: DeploymentCreated,
): Promise<Refused | undefined> {
  const { rollbackOf, applicationId, applicationName, deploymentGroupId, deploymentGroupName } = created;
  if (rollbackOf !== undefined) return undefined;
  if ((await rows.get(rowKeys.application(applicationId))) === undefined) {
    const message = `The application ${applicationName} no longer exists.`;
    return { status: 'refused', code: 'APPLICATION_MISSING', message };
  }
  if ((await rows.get(rowKeys.deploymentGroup(deploymentGroupId))) === undefined) {
    const message = `The deployment group ${deploymentGroupName} no longer exists.`;
    return { status: 'refused', code: 'DEPLOYMENT_GROUP_MISSING', message };
  }
  return undefined;
}
