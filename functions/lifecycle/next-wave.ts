import { withUnreached } from '../../core/deployments/agent-issue.ts';
import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { nobody } from '../../core/first-few.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { resultsOf } from '../runtime/fleet-rows.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { storePorts, timePolicy } from '../runtime/ports.ts';
import { taskOf } from '../runtime/task.ts';
import { decide } from './decide.ts';
import { loseTargets } from './lose-targets.ts';

export type NextWavePorts = ExecutePorts & { readonly rows: RowReader; readonly policy: TimePolicy };

/** What the workflow reads of the answer. */
export type NextWave =
  | {
      readonly deploymentId: string;
      readonly next: 'RunWave';
      readonly wave: number;
      /** The numbers of the slots, an item of the map each. */
      readonly slots: readonly number[];
    }
  | { readonly deploymentId: string; readonly next: 'MonitorZone'; readonly timeoutSeconds: number }
  | { readonly deploymentId: string; readonly next: 'Finish' };

/**
 * State NextWave: no slot is at work any more, so it is seen what comes next: targets that wait, a zone that has to be
 * watched, or the end. May run twice.
 */
export function nextWave(ports: NextWavePorts): (event: unknown) => Promise<NextWave> {
  return async (event) => {
    const found = await taskOf(ports.rows, event);
    if (found.type === 'launch') throw new Error('an execution without a deployment has no waves');
    const { task } = found;
    const { deploymentId, executionArn } = task;
    const before = await load(ports.store, deployment, task.stream);
    if (before.status === 'Absent') throw new Error(`there is no deployment ${deploymentId}`);
    if (hasEnded(before.status) || before.ending !== undefined) return { deploymentId, next: 'Finish' };
    const claimed = await loseTargets(ports, task);
    const results = resultsOf(before.fleetTargets ?? [], claimed);
    const { state, events } = await decide(ports, task, {
      type: 'BeginWave',
      data: {
        executionArn,
        results,
        unreached: claimed.reduce(withUnreached, nobody),
        policy: ports.policy,
      },
    });
    return answer(deploymentId, state, events.at(-1)?.type, ports.system.now());
  };
}

function answer(
  deploymentId: string,
  { ending, fleet }: ExistingDeployment,
  happened: string | undefined,
  now: number,
): NextWave {
  if (ending !== undefined) return { deploymentId, next: 'Finish' };
  if (happened === 'WaveStarted' && fleet?.wave !== undefined) {
    const { wave, slots } = fleet.wave;
    return { deploymentId, next: 'RunWave', wave, slots: Array.from({ length: slots }, (_, slot) => slot) };
  }
  const endsAt = fleet?.watching?.endsAt ?? 0;
  if (endsAt > now) {
    return {
      deploymentId,
      next: 'MonitorZone',
      timeoutSeconds: Math.max(1, Math.ceil((endsAt - now) / 1000)),
    };
  }
  return { deploymentId, next: 'Finish' };
}

export const handler = handlerOf('lifecycle/next-wave', (variables) => {
  const environment = environmentOf('lifecycle/next-wave', variables);
  return nextWave({ ...storePorts(environment), policy: timePolicy(environment) });
});
