import type { TargetRow } from '../../core/views/target-rows.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { claimedTargets } from '../runtime/fleet-rows.ts';
import type { TargetId } from '../runtime/host-commands.ts';
import { decideTarget } from '../runtime/host-commands.ts';
import type { Task } from '../runtime/task.ts';

const REASON = 'The workflow that led this instance through its lifecycle ended before it did.';

/**
 * Of what is in flight although no slot is at work nobody will take care any more: such a target has failed. Usually there
 * is none. Gives the claimed targets as they are then.
 */
export async function loseTargets(
  ports: ExecutePorts & { readonly rows: RowReader },
  { deploymentId, executionArn }: Pick<Task, 'deploymentId' | 'executionArn'>,
): Promise<readonly TargetRow[]> {
  const targets = await claimedTargets(ports.rows, deploymentId);
  const lost = targets.filter(({ status }) => status === 'InProgress');
  for (const { claimed } of lost) {
    await loseTarget(ports, { deploymentId, targetId: claimed.targetId }, executionArn);
  }
  return lost.length === 0 ? targets : claimedTargets(ports.rows, deploymentId);
}

/** Nobody leads this target any more, as an execution has found out. */
export async function loseTarget(ports: ExecutePorts, target: TargetId, executionArn: string): Promise<void> {
  const command = { type: 'LoseTarget', data: { reason: REASON } } as const;
  await decideTarget(ports, target, command, { type: 'execution', id: executionArn });
}
