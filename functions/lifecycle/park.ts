import type { EpochMilliseconds } from '../../core/decider.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { load } from '../runtime/history.ts';
import type { Task } from '../runtime/task.ts';
import type { WaitPorts } from '../runtime/waits.ts';
import { entryOf } from '../runtime/waits.ts';

/** Long after the wait is over, so that the table's own expiry only ever removes what nobody will wake. */
const KEEP_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Leaves the token for whoever brings the signal, then reads the log once more: the signal may have come before there
 * was anything to wake.
 */
export async function park(
  ports: Pick<ExecutePorts, 'store'> & WaitPorts,
  task: Task,
  state: 'AllowTraffic' | 'Postponed' | 'MonitorZone',
  until: EpochMilliseconds,
): Promise<void> {
  const { deploymentId, executionArn, token } = task;
  if (token === undefined) throw new Error(`${state} waits, so it has a token`);
  const parked = { deploymentId, entry: entryOf(state, task), token };
  await ports.tokens.park(parked, until + KEEP_MILLISECONDS);
  const now = await load(ports.store, deployment, task.stream);
  if (now.status === 'Absent') return;
  const over = hasEnded(now.status) || now.ending !== undefined || now.executionArn !== executionArn;
  if (!over) return;
  await ports.workflows.fail(token, 'Ending', now.ending?.message ?? 'the deployment is over');
  await ports.tokens.forget(parked);
}
