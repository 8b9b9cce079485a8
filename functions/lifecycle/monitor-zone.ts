import { deployment } from '../../core/deployments/deployment.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import { taskOf } from '../runtime/task.ts';
import type { WaitPorts } from '../runtime/waits.ts';
import { park } from './park.ts';

export type MonitorZonePorts = ExecutePorts & WaitPorts & { readonly rows: RowReader };

/**
 * State MonitorZone: waits while the zone that is done is watched. The state's own timeout is its end; an alarm or a stop
 * ends it sooner.
 */
export function monitorZone(ports: MonitorZonePorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const found = await taskOf(ports.rows, event);
    if (found.type === 'launch') throw new Error('an execution without a deployment watches no zone');
    const { task } = found;
    try {
      const state = await load(ports.store, deployment, task.stream);
      const endsAt = state.status === 'Absent' ? undefined : state.fleet?.watching?.endsAt;
      await park(ports, task, 'MonitorZone', endsAt ?? ports.system.now());
    } catch (error) {
      // What is thrown by a task that waits is heard by nobody until it times out.
      logger.error('a zone could not be watched', { error: error as Error });
      if (task.token !== undefined) await ports.workflows.fail(task.token, 'NotParked', String(error));
    }
  };
}

export const handler = handlerOf('lifecycle/monitor-zone', (variables) => {
  const environment = environmentOf('lifecycle/monitor-zone', variables);
  return monitorZone({ ...storePorts(environment), ...tokenPorts(environment), workflows: stepFunctions() });
});
