import { isRollbackWanted } from '../deployments/rollback.ts';
import { unreachable } from '../unreachable.ts';
import type { DeploymentRow } from './deployment-rows.ts';

/**
 * The member `rollbackInfo` of GetDeployment: of a rollback, of a deployment that has one, and of one that should have
 * had one; absent on all others. `rollback` is the row of the deployment that rolls this one back, read just now, so
 * that the words follow its fate. Both ids keep their places in the sentence, since people read them out of it.
 */
export function rollbackInfo(row: DeploymentRow, rollback: DeploymentRow | undefined) {
  const { deploymentId, rollbackOf } = row.created;
  if (rollbackOf !== undefined) {
    return {
      rollbackTriggeringDeploymentId: rollbackOf.deploymentId,
      rollbackMessage: `Deployment ${deploymentId} was triggered to roll back deployment ${rollbackOf.deploymentId}.`,
    };
  }
  if (row.end?.status !== 'Early') return undefined;
  const ended = row.end.rollback;
  switch (ended.status) {
    case 'triggered':
      return {
        rollbackDeploymentId: ended.deploymentId,
        rollbackMessage:
          `Deployment ${deploymentId} was terminated and an automatic rollback with the id ` +
          `${ended.deploymentId} was triggered${fate(rollback)}.`,
      };
    case 'none': {
      if (row.ending === undefined || !isRollbackWanted(row, row.ending)) return undefined;
      return {
        rollbackMessage: `Deployment ${deploymentId} was terminated and no automatic rollback was possible. ${ended.reason}`,
      };
    }
    default:
      return unreachable(ended);
  }
}

function fate(rollback: DeploymentRow | undefined): string {
  switch (rollback?.status) {
    case 'Succeeded':
      return ' and succeeded';
    case 'Failed':
    case 'Stopped':
      return ' and failed';
    default:
      return '';
  }
}
