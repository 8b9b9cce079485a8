import { padded, rowKeys } from '../../core/views/row-keys.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { Overdue } from '../../core/deployments/overdue.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { isFleetAtWork, whatIsOverdue } from '../../core/deployments/overdue.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { dynamoHostSigns } from '../adapters/host-signs.ts';
import type { Sweeps } from '../adapters/sweeps.ts';
import { dynamoSweeps } from '../adapters/sweeps.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import { commandTo, execute, stateOf } from '../runtime/execute.ts';
import type { StateMachineArns } from '../runtime/executions.ts';
import { replacementArns, stateMachineArns } from '../runtime/executions.ts';
import { claimedTargets } from '../runtime/fleet-rows.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import { countEvents, metrics } from '../runtime/metrics.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import { endWait, settleWaits } from '../runtime/waits.ts';
import type { OverdueHostPorts } from './overdue-host.ts';
import { sweepHosts } from './overdue-host.ts';

export type OnDeadlinePorts = OverdueHostPorts & {
  readonly sweeps: Pick<Sweeps, 'record'>;
  readonly stateMachineArns: StateMachineArns;
};

/** What one sweep looks after at most; the next one, a minute later, goes on. */
const MOST_OF_A_SWEEP = 100;

/**
 * The sweep: every active deployment has one row in `due`, so what is overdue is one query. A wait whose signal was
 * lost is woken; a workflow that has written nothing past its deadline is repaired. Then come the hosts that deployments
 * are at work on. That it came to its end is recorded.
 */
export function onDeadline(ports: OnDeadlinePorts): () => Promise<{ readonly overdue: number }> {
  return async () => {
    const now = ports.system.now();
    const { pk } = rowKeys.due(0, '');
    // Inclusive of the ids that are due in this very millisecond.
    const { rows } = await ports.rows.query({ pk, to: `${padded(now)}#~`, limit: MOST_OF_A_SWEEP });
    for (const { data } of rows) {
      const { deploymentId } = JSON.parse(data) as { readonly deploymentId: string };
      try {
        await lookAfter(ports, deploymentId);
      } catch (error) {
        // One that cannot be helped now must not keep the others from it.
        logger.error('the sweep failed for a deployment', { deploymentId, error: error as Error });
        ports.metrics.count('FailureCaught');
      }
    }
    const hosts = await sweepHosts(ports);
    await ports.sweeps.record(ports.system.now());
    return { overdue: rows.length + hosts };
  };
}

async function lookAfter(ports: OnDeadlinePorts, deploymentId: string): Promise<void> {
  const state = await load(ports.store, deployment, deploymentStream(deploymentId));
  if (state.status === 'Absent') return;
  const overdue = whatIsOverdue(state, ports.system.now());
  switch (overdue.status) {
    case 'nothing':
      return;
    case 'expired':
      await settleWaits(ports, await decided(ports, deploymentId, { type: 'ExpireDeployment', data: {} }));
      return;
    case 'hook-timed-out':
      await settleWaits(ports, await decided(ports, deploymentId, { type: 'TimeOutHook', data: {} }));
      return;
    case 'wait-over':
      if ((await endWait(ports, state)) === 0) await repairWhenLate(ports, state, overdue);
      return;
    case 'ending':
      if ((await settleWaits(ports, state)) === 0) await continueOrRepair(ports, state, overdue);
      return;
    case 'silent':
      // A hook's answer may be in the log and its wake have been lost.
      if ((await settleWaits(ports, state)) === 0) await continueOrRepair(ports, state, overdue);
      return;
    default:
      overdue satisfies never;
  }
}

type Repairable = Extract<Overdue, { readonly repairable: boolean }>;

/** While hosts are at work, what they do is on record in the streams of the targets and not in the deployment's own. */
async function continueOrRepair(
  ports: OnDeadlinePorts,
  state: ExistingDeployment,
  overdue: Repairable,
): Promise<void> {
  const { deploymentId } = state.created;
  const targets = state.fleet?.wave === undefined ? [] : await claimedTargets(ports.rows, deploymentId);
  if (isFleetAtWork(state, targets, ports.system.now())) {
    await decided(ports, deploymentId, { type: 'ContinueWave', data: {} });
  } else {
    await repairWhenLate(ports, state, overdue);
  }
}

async function repairWhenLate(
  ports: OnDeadlinePorts,
  { created }: ExistingDeployment,
  overdue: Repairable,
): Promise<void> {
  if (!overdue.repairable) return;
  const { deploymentId } = created;
  logger.warn('repaired', { deploymentId, reason: overdue.message });
  await decided(ports, deploymentId, {
    type: 'RepairDeployment',
    data: {
      replacementArns: replacementArns(ports.stateMachineArns, created),
      reason: overdue.message,
      rollbackDeploymentId: ports.system.deploymentId(),
    },
  });
}

async function decided(
  ports: OnDeadlinePorts,
  deploymentId: string,
  command: DeploymentCommand,
): Promise<ExistingDeployment> {
  const issued = {
    id: ports.system.uuid(),
    at: ports.system.now(),
    actor: { type: 'clock', id: 'sweep' },
  } as const;
  const stream = deploymentStream(deploymentId);
  const result = await execute(ports, issued, [commandTo(deployment, stream, command)]);
  countEvents(ports.metrics, result.events);
  const state = stateOf(result, deployment, stream);
  if (state.status === 'Absent') throw new Error(`${stream} is due and does not exist`);
  return state;
}

export const handler = handlerOf('reactions/on-deadline', (variables) => {
  const environment = environmentOf('reactions/on-deadline', variables);
  return onDeadline({
    ...storePorts(environment),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
    sweeps: dynamoSweeps(documentClient(), environment.LIVE_TABLE),
    metrics,
    signs: dynamoHostSigns(documentClient(), environment.LIVE_TABLE),
    stateMachineArns: stateMachineArns(environment),
  });
});
