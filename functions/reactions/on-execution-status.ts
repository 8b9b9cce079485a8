import * as z from 'zod';
import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { lifecycleEvent } from '../../core/deployments/hooks.ts';
import type { HookedEventName } from '../../core/deployments/lifecycle.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { replacementArns } from '../runtime/executions.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { logger } from '../runtime/log.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { countEvents, metrics } from '../runtime/metrics.ts';
import { storePorts } from '../runtime/ports.ts';
import { launchedBy, startedInput } from '../runtime/task.ts';

export type OnExecutionStatusPorts = ExecutePorts & {
  readonly rows: RowReader;
  readonly metrics: Metrics;
  /** The machine that runs deployments: replacements are executions of it. */
  readonly stateMachineArn: string;
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

/**
 * An execution ended without success. If it was the one that runs its deployment and that has not ended, somebody
 * killed it or it failed at its last task: the deployment is repaired. So it is when the child failed that was to call a
 * hook and did not: nobody else knows the token that the parent waits with.
 */
export function onExecutionStatus(ports: OnExecutionStatusPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const { detail } = statusChange.parse(event);
    const { executionArn, status, error, cause } = detail;
    const input = jsonOf(detail.input ?? '{}');
    const child = hookInput.safeParse(input);
    const ran = child.success ? child.data : { executionArn, input };
    const deploymentId = await deploymentOf(ports, ran);
    if (deploymentId === undefined) return;
    if (child.success && !(await isUncalled(ports, deploymentId, child.data.state))) return;
    const why = [error, cause]
      .filter((text) => text !== undefined && text !== null && text !== '')
      .join(': ');
    const reason = `The execution ${executionArn} ended ${status} before the deployment did${why === '' ? '' : ` (${why})`}.`;
    await repair(ports, deploymentId, { executionArn, deadExecutionArn: ran.executionArn, reason });
  };
}

async function repair(
  ports: OnExecutionStatusPorts,
  deploymentId: string,
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
    commandTo(deployment, deploymentStream(deploymentId), {
      type: 'RepairDeployment',
      data: {
        deadExecutionArn,
        replacementArns: replacementArns(ports.stateMachineArn, deploymentId),
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
): Promise<string | undefined> {
  const own = startedInput.safeParse(input);
  const deploymentId = own.success ? own.data.deploymentId : await launchedBy(rows, executionArn);
  if (deploymentId === undefined) return undefined;
  const state = await load(store, deployment, deploymentStream(deploymentId));
  if (state.status !== 'Absent') return deploymentId;
  logger.warn('an execution of no deployment', { executionArn });
  return undefined;
}

/** Once the function has been called, its answer may still come: the deadline of the hook is for that. */
async function isUncalled(
  { store }: OnExecutionStatusPorts,
  deploymentId: string,
  name: HookedEventName,
): Promise<boolean> {
  const state = await load(store, deployment, deploymentStream(deploymentId));
  return state.status !== 'Absent' && lifecycleEvent(state, name)?.status === 'Pending';
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
    metrics,
    stateMachineArn: environment.LAMBDA_STATE_MACHINE_ARN,
  });
});
