import type { RowReader } from '../adapters/row-reader.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { claimedTargets } from '../runtime/fleet-rows.ts';
import { decideTarget } from '../runtime/host-commands.ts';
import type { Task } from '../runtime/task.ts';

const REASON = 'The workflow that led this instance through its lifecycle ended before it did.';

/**
 * Of what is in flight although no slot is at work nobody will take care any more: such a target has failed. Usually there
 * is none.
 */
export async function loseTargets(
  ports: ExecutePorts & { readonly rows: RowReader },
  { deploymentId, executionArn }: Pick<Task, 'deploymentId' | 'executionArn'>,
): Promise<void> {
  for (const { status, claimed } of await claimedTargets(ports.rows, deploymentId)) {
    if (status !== 'InProgress') continue;
    const { targetId } = claimed;
    await decideTarget(
      ports,
      { deploymentId, targetId },
      { type: 'LoseTarget', data: { reason: REASON } },
      { type: 'execution', id: executionArn },
    );
  }
}
