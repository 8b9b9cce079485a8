import { Refusal } from '../../core/refusal.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';
import { accessPorts, storePorts, timePolicy, tokenPorts } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import { taskOf } from '../runtime/task.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { park } from './park.ts';
import { restoreTraffic } from './restore-traffic.ts';
import type { ShiftOutcome, TrafficPorts } from './shift-traffic.ts';
import { shiftTraffic } from './shift-traffic.ts';

/**
 * States AllowTraffic, Postponed and RestoreTraffic: one function, so that the alias is moved by one role, and a restore finds it
 * warm. AllowTraffic answers by its token alone; it never throws, since not every Step Functions would notice.
 */
export function allowTraffic(ports: TrafficPorts): (event: unknown) => Promise<object> {
  return async (event) => {
    const found = await taskOf(ports.rows, event);
    // Started by hand, and nothing came of it: there is nothing to restore.
    if (found.type === 'launch') return {};
    const { task } = found;
    if (task.state === 'RestoreTraffic') return restoreTraffic(ports, task);
    if (task.token === undefined) throw new Error('AllowTraffic waits, so it has a token');
    try {
      if (task.state === 'Postponed') await park(ports, task, 'Postponed', ports.system.now());
      else await answer(ports, task, task.token, await persistently(ports, task));
    } catch (error) {
      logger.error('the shift failed', { deploymentId: task.deploymentId, error: error as Error });
      if (!(error instanceof Refusal)) ports.metrics.count('FailureCaught');
      await ports.workflows.fail(
        task.token,
        'ShiftFailed',
        error instanceof Error ? error.message : String(error),
      );
    }
    return {};
  };
}

/** A lost reply or a broken connection is no reason to end a deployment: what was done is found done. */
const MOST_TRIES = 3;
const PAUSE_MILLISECONDS = 1000;

async function persistently(ports: TrafficPorts, task: Task): Promise<ShiftOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await shiftTraffic(ports, task);
    } catch (error) {
      if (error instanceof Refusal || attempt === MOST_TRIES) throw error;
      logger.warn('the shift is tried again', { deploymentId: task.deploymentId, error: error as Error });
      await ports.system.sleep(attempt * PAUSE_MILLISECONDS);
    }
  }
}

async function answer(ports: TrafficPorts, task: Task, token: string, outcome: ShiftOutcome): Promise<void> {
  const timeoutSeconds = task.timeoutSeconds ?? 0;
  switch (outcome.status) {
    case 'shifted':
      await ports.workflows.succeed(token, { Payload: { next: outcome.next, timeoutSeconds } });
      return;
    case 'postponed': {
      const { waitSeconds } = outcome;
      await ports.workflows.succeed(token, { Payload: { next: 'Postponed', waitSeconds, timeoutSeconds } });
      return;
    }
    case 'bakes':
      await park(ports, task, 'AllowTraffic', outcome.until);
      return;
    case 'ending':
      await ports.workflows.fail(token, 'Ending', outcome.message);
      return;
    default:
      outcome satisfies never;
  }
}

export const handler = handlerOf('lifecycle/allow-traffic', (variables) => {
  const environment = environmentOf('lifecycle/allow-traffic', variables);
  return allowTraffic({
    ...storePorts(environment),
    ...tokenPorts(environment),
    ...accessPorts(),
    workflows: stepFunctions(),
    metrics,
    policy: timePolicy(environment),
  });
});
