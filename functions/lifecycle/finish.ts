import type { FinishDeployment } from '../../core/deployments/deployment-commands.ts';
import type { FleetEnd } from '../../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { Refusal } from '../../core/refusal.ts';
import { fleetEnd, summaryOf } from '../../core/views/fleet-summary.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import type { AccessPorts } from '../runtime/group-access.ts';
import { accessOf } from '../runtime/group-access.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { countEvents, metrics } from '../runtime/metrics.ts';
import { accessPorts, storePorts } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import { taskOf } from '../runtime/task.ts';
import { decide } from './decide.ts';
import { loseTargets } from './lose-targets.ts';
import { lookAtAlarms, unseen } from './look-at-alarms.ts';

export type FinishPorts = ExecutePorts &
  AccessPorts & { readonly rows: RowReader; readonly metrics: Metrics };

/** State Finish: says how the deployment ended, and creates its rollback in the same transaction. May run twice. */
export function finish(ports: FinishPorts): (event: unknown) => Promise<{ readonly deploymentId?: string }> {
  return async (event) => {
    const found = await taskOf(ports.rows, event);
    // Started by hand, and nothing came of it: there is nothing to finish.
    if (found.type === 'launch') return {};
    const { task } = found;
    const state = await load(ports.store, deployment, task.stream);
    if (state.status === 'Absent') {
      throw new Refusal('DeploymentDoesNotExistException', `There is no deployment ${task.deploymentId}.`);
    }
    if (hasEnded(state.status)) return { deploymentId: task.deploymentId };
    await lookOnceMore(ports, task, state);
    const ended = await endOfFleet(ports, task, state);
    const rollbackDeploymentId = ports.system.deploymentId();
    const { executionArn, error } = task;
    const { events } = await decide(ports, task, {
      type: 'FinishDeployment',
      data: { executionArn, rollbackDeploymentId, ...ended, ...(error === undefined ? {} : { error }) },
    });
    countEvents(ports.metrics, events);
    return { deploymentId: task.deploymentId };
  };
}

/** Who is still in flight by now has nobody to lead him: the end of the workflow is the end of its targets. */
async function endOfFleet(
  ports: FinishPorts,
  task: Task,
  state: ExistingDeployment,
): Promise<Pick<FinishDeployment, keyof FleetEnd | 'unreached'>> {
  if (state.fleet === undefined) return {};
  const summary = summaryOf(await loseTargets(ports, task));
  return { ...fleetEnd(state.fleet.admitted.targets, summary), unreached: summary.unreached };
}

/** Alarms are watched until the end, so the last thing before it is a look. */
async function lookOnceMore(ports: FinishPorts, task: Task, state: ExistingDeployment): Promise<void> {
  const { alarms } = state.created;
  if (state.ending !== undefined || task.error !== undefined || alarms.names.length === 0) return;
  const granted = await accessOf(ports, state.created);
  // Nobody saw it ring: it is not the role's fault that there were too many requests.
  if (granted.status === 'refused' && granted.code === 'THROTTLED') return;
  const look =
    granted.status === 'granted'
      ? await lookAtAlarms(granted.access.alarms, alarms)
      : unseen(alarms, granted.message);
  if (look.status === 'ringing') await decide(ports, task, { type: 'RaiseAlarm', data: look.alarm });
}

export const handler = handlerOf('lifecycle/finish', (variables) =>
  finish({ ...storePorts(environmentOf('lifecycle/finish', variables)), ...accessPorts(), metrics }),
);
