import * as z from 'zod';
import type { Issued } from '../../core/decider.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { requireDeploymentId, checkDeploymentId, quoted } from '../../core/registry/names.ts';
import { Refusal } from '../../core/refusal.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { ExecutePorts } from './execute.ts';
import { commandTo, execute, stateOf } from './execute.ts';
import { logger } from './log.ts';
import type { WaitPorts } from './waits.ts';
import { settleWaits } from './waits.ts';

export const hookStatusInput = z.object({
  deploymentId: z.string().exactOptional(),
  lifecycleEventHookExecutionId: z.string().exactOptional(),
  status: z.string().exactOptional(),
});

export type AnswerHookPorts = ExecutePorts & WaitPorts & { readonly rows: RowReader };

/** PutLifecycleEventHookExecutionStatus: the callback of a validation function, which the id itself authorizes. */
export async function answerHook(
  ports: AnswerHookPorts,
  issued: Issued,
  input: z.infer<typeof hookStatusInput>,
): Promise<{ readonly lifecycleEventHookExecutionId: string }> {
  const deploymentId = requireDeploymentId(input.deploymentId);
  checkDeploymentId(deploymentId);
  const status = statusOf(input.status);
  const { lifecycleEventHookExecutionId = '' } = input;
  const hookExecutionIdHash = ports.system.sha256(lifecycleEventHookExecutionId);
  // One row tells whether the id is any: a stranger's guess costs no more, and learns nothing of deployments.
  const hook = await ports.rows.get(rowKeys.hook(hookExecutionIdHash));
  if (hook === undefined || hookDeployment(hook.data) !== deploymentId) throw unknownId();
  const stream = deploymentStream(deploymentId);
  const result = await execute(ports, issued, [
    commandTo(deployment, stream, {
      type: 'AnswerHook',
      data: { hookExecutionIdHash, way: 'callback', status },
    }),
  ]);
  const state = stateOf(result, deployment, stream);
  if (state.status !== 'Absent' && !hasEnded(state.status)) {
    // The answer is in the log: a wait that is not woken now is woken by the sweep.
    await settleWaits(ports, state).catch((error: unknown) => {
      logger.error('the wait of a hook was not woken', { deploymentId, error: error as Error });
    });
  }
  return { lifecycleEventHookExecutionId };
}

function hookDeployment(data: string): string {
  return (JSON.parse(data) as { readonly deploymentId: string }).deploymentId;
}

function unknownId(): Refusal {
  return new Refusal(
    'InvalidLifecycleEventHookExecutionIdException',
    'The lifecycleEventHookExecutionId is none of this deployment. Give the one that the event of the function holds.',
  );
}

function statusOf(status: string | undefined): 'Succeeded' | 'Failed' {
  if (status === 'Succeeded' || status === 'Failed') return status;
  throw new Refusal(
    'InvalidLifecycleEventHookExecutionStatusException',
    `The status ${quoted(status ?? '')} is invalid. A validation function answers Succeeded or Failed.`,
  );
}
