import * as z from 'zod';
import type { Issued } from '../../core/decider.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { requireDeploymentId, checkDeploymentId, quoted } from '../../core/registry/names.ts';
import { Refusal } from '../../core/refusal.ts';
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

/** PutLifecycleEventHookExecutionStatus: the callback of a validation function, which the id itself authorizes. */
export async function answerHook(
  ports: ExecutePorts & WaitPorts,
  issued: Issued,
  input: z.infer<typeof hookStatusInput>,
): Promise<{ readonly lifecycleEventHookExecutionId: string }> {
  const deploymentId = requireDeploymentId(input.deploymentId);
  checkDeploymentId(deploymentId);
  const status = statusOf(input.status);
  const { lifecycleEventHookExecutionId = '' } = input;
  const hookExecutionIdHash = ports.system.sha256(lifecycleEventHookExecutionId);
  const stream = `deployment#${deploymentId}`;
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

function statusOf(status: string | undefined): 'Succeeded' | 'Failed' {
  if (status === 'Succeeded' || status === 'Failed') return status;
  throw new Refusal(
    'InvalidLifecycleEventHookExecutionStatusException',
    `The status ${quoted(status ?? '')} is invalid. A validation function answers Succeeded or Failed.`,
  );
}
