import * as z from 'zod';
import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { lifecycleEvent } from '../../core/deployments/hooks.ts';
import type { HookedEventName } from '../../core/deployments/lifecycle.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import type { StateMachineArns } from '../runtime/executions.ts';
import { replacementArns, stateMachineArns } from '../runtime/executions.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import type { HostCommandPorts } from '../runtime/host-commands.ts';
import { settleTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { countEvents, metrics } from '../runtime/metrics.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import { launchedBy, startedInput } from '../runtime/task.ts';

export type OnExecutionStatusPorts = HostCommandPorts & {
  readonly metrics: Metrics;
  /** Replacements are executions of them. */
  readonly stateMachineArns: StateMachineArns;
};

/** EventBridge's "Step Functions Execution Status Change". */
const statusChange = z.object({
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    /** Absent where it was too large for the event. */
    input: z.string().nullish(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/** What a parent hands to the child execution that calls a hook. */
const hookInput = z.object({
  state: z.enum(['BeforeAllowTraffic', 'AfterAllowTraffic']),
  executionArn: z.string(),
  input: z.unknown(),
});

/** What a slot hands to the execution that leads one target through its lifecycle. */
const instanceInput = z.object({
  deploymentId: z.string().min(1),
  targetId: z.string().min(1),
  executionArn: z.string(),
});

/**
 * An execution ended without success. If it was the one that runs its deployment and that has not ended, somebody
 * killed it or it failed at its last task: the deployment is repaired. So it is when the child failed that was to call a
 * hook and did not: nobody else knows the token that the parent waits with. Where it led one target of a fleet, only
 * that target has failed. Of a slot nothing follows: it is not the execution that runs the deployment.
 */
export function onExecutionStatus(ports: OnExecutionStatusPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const { detail } = statusChange.parse(event);
    const { executionArn, status, error, cause } = detail;
    const input = jsonOf(detail.input ?? '{}');
    const why = [error, cause]
      .filter((text) => text !== undefined && text !== null && text !== '')
      .join(': ');
    const ended = `The execution ${executionArn} ended ${status}`;
    const because = why === '' ? '' : ` (${why})`;
    const instance = instanceInput.safeParse(input);
    if (instance.success) {
      const reason = `${ended} before the lifecycle of ${instance.data.targetId} did${because}.`;
      const actor = { type: 'execution', id: executionArn } as const;
      await settleTarget(ports, instance.data, { type: 'LoseTarget', data: { reason } }, actor);
      return;
    }
    const child = hookInput.safeParse(input);
    const ran = child.success ? child.data : { executionArn, input };
    const state = await deploymentOf(ports, ran);
    if (state === undefined) return;
    if (child.success && !isUncalled(state, child.data.state)) return;
    const reason = `${ended} before the deployment did${because}.`;
    await repair(ports, state, { executionArn, deadExecutionArn: ran.executionArn, reason });
  };
}

async function repair(
  ports: OnExecutionStatusPorts,
  { created }: ExistingDeployment,
  {
    executionArn,
    deadExecutionArn,
    reason,
  }: { readonly executionArn: string; readonly deadExecutionArn: string; readonly reason: string },
): Promise<void> {
  const issued = {
    id: ports.system.uuid(),
    at: ports.system.now(),
    actor: { type: 'execution', id: executionArn },
  } as const;
  const { events } = await execute(ports, issued, [
    commandTo(deployment, deploymentStream(created.deploymentId), {
      type: 'RepairDeployment',
      data: {
        deadExecutionArn,
        replacementArns: replacementArns(ports.stateMachineArns, created),
        reason,
        rollbackDeploymentId: ports.system.deploymentId(),
      },
    }),
  ]);
  countEvents(ports.metrics, events);
}

/** Undefined where the execution never had one: somebody started it by hand, and it was refused. */
async function deploymentOf(
  { rows, store }: OnExecutionStatusPorts,
  { executionArn, input }: { readonly executionArn: string; readonly input?: unknown },
): Promise<ExistingDeployment | undefined> {
  const own = startedInput.safeParse(input);
  const deploymentId = own.success ? own.data.deploymentId : await launchedBy(rows, executionArn);
  if (deploymentId === undefined) return undefined;
  const state = await load(store, deployment, deploymentStream(deploymentId));
  if (state.status !== 'Absent') return state;
  logger.warn('an execution of no deployment', { executionArn });
  return undefined;
}

/** Once the function has been called, its answer may still come: the deadline of the hook is for that. */
function isUncalled(state: ExistingDeployment, name: HookedEventName): boolean {
  return lifecycleEvent(state, name)?.status === 'Pending';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const handler = handlerOf('reactions/on-execution-status', (variables) => {
  const environment = environmentOf('reactions/on-execution-status', variables);
  return onExecutionStatus({
    ...storePorts(environment),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
    metrics,
    stateMachineArns: stateMachineArns(environment),
  });
});
