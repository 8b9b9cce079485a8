import * as z from 'zod';
import { deployment } from '../../core/deployments/deployment.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { replacementArns } from '../runtime/executions.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { metrics } from '../runtime/metrics.ts';
import { storePorts } from '../runtime/ports.ts';

export type OnExecutionStatusPorts = ExecutePorts & { readonly metrics: Metrics };

/** EventBridge's "Step Functions Execution Status Change". */
const statusChange = z.object({
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

const input = z.object({ deploymentId: z.string() });

/**
 * An execution ended without success. If it was the one that runs its deployment and that has not ended, somebody
 * killed it or it failed at its last task: the deployment is repaired.
 */
export function onExecutionStatus(ports: OnExecutionStatusPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const { detail } = statusChange.parse(event);
    const { executionArn, stateMachineArn, status, error, cause } = detail;
    const started = input.safeParse(JSON.parse(detail.input));
    if (!started.success) {
      logger.warn('an execution of no deployment', { executionArn });
      return;
    }
    const { deploymentId } = started.data;
    const why = [error, cause]
      .filter((text) => text !== undefined && text !== null && text !== '')
      .join(': ');
    const reason = `The execution ${executionArn} ended ${status} before the deployment did${why === '' ? '' : ` (${why})`}.`;
    const issued = {
      id: ports.system.uuid(),
      at: ports.system.now(),
      actor: { type: 'execution', id: executionArn },
    } as const;
    const { events } = await execute(ports, issued, [
      commandTo(deployment, `deployment#${deploymentId}`, {
        type: 'RepairDeployment',
        data: {
          deadExecutionArn: executionArn,
          replacementArns: replacementArns(stateMachineArn, deploymentId),
          reason,
          rollbackDeploymentId: ports.system.deploymentId(),
        },
      }),
    ]);
    if (events.length > 0) ports.metrics.count('DeploymentRepaired');
  };
}

export const handler = handlerOf('reactions/on-execution-status', (variables) =>
  onExecutionStatus({ ...storePorts(environmentOf('reactions/on-execution-status', variables)), metrics }),
);
