import type { EpochMilliseconds } from '../../core/decider.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { load } from '../runtime/history.ts';
import type { Task } from '../runtime/task.ts';
import type { TrafficPorts } from './shift-traffic.ts';

/** Long after the wait is over, so that the table's own expiry only ever removes what nobody will wake. */
const KEEP_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Leaves the token for whoever brings the signal, then reads the log once more: the signal may have come before there
 * was anything to wake.
 */
export async function park(
  ports: Pick<TrafficPorts, 'store' | 'tokens' | 'workflows'>,
  task: Task,
  token: string,
  until: EpochMilliseconds,
): Promise<void> {
  const { deploymentId, enteredAt, executionArn } = task;
  const parked = { deploymentId, entry: `AllowTraffic#${enteredAt}`, token };
  await ports.tokens.park(parked, until + KEEP_MILLISECONDS);
  const state = await load(ports.store, deployment, task.stream);
  if (state.status === 'Absent') return;
  const over = hasEnded(state.status) || state.ending !== undefined || state.executionArn !== executionArn;
  if (!over) return;
  await ports.workflows.fail(token, 'Ending', state.ending?.message ?? 'the deployment is over');
  await ports.tokens.forget(parked);
}
