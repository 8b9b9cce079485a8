import type { TargetClaimed } from '../../core/deployments/target-events.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { AttemptRow } from '../../core/views/target-rows.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { claimedTarget } from '../runtime/fleet-rows.ts';

/** Deployments that failed on the host one after the other without installing anything; one read unit holds them. */
const MOST_ATTEMPTS = 5;

/**
 * The deployment of the group that was the last to pass Install on the host, whatever became of it then: agents of other
 * makes run the ApplicationStop of that one's revision. Undefined where it is not among the last few, or there is none.
 */
export async function installedOn(
  rows: Pick<RowReader, 'get' | 'query'>,
  { deploymentGroupId, targetArn, targetId }: TargetClaimed,
): Promise<string | undefined> {
  const { pk } = rowKeys.attemptOnHost(deploymentGroupId, targetArn, 0, '');
  const page = await rows.query({ pk, limit: MOST_ATTEMPTS });
  for (const { data } of page.rows) {
    const { deploymentId, status } = JSON.parse(data) as AttemptRow;
    if (status === 'Succeeded' || (await hasInstalled(rows, deploymentId, targetId))) return deploymentId;
  }
  return undefined;
}

async function hasInstalled(
  rows: Pick<RowReader, 'get'>,
  deploymentId: string,
  targetId: string,
): Promise<boolean> {
  const attempted = await claimedTarget(rows, deploymentId, targetId);
  return (attempted?.lifecycleEvents ?? []).some(
    ({ lifecycleEventName, status }) => lifecycleEventName === 'Install' && status === 'Succeeded',
  );
}
