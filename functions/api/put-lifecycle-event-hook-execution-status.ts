import { Refusal } from '../../core/refusal.ts';
import { answerHook, hookStatusInput } from '../runtime/answer-hook.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import { operation } from './operation.ts';

/** The same as on `POST /hooks`, for callers who sign. */
export const putLifecycleEventHookExecutionStatus = operation({
  name: 'PutLifecycleEventHookExecutionStatus',
  input: hookStatusInput,
  handle: async (input, { ports, issued }) => {
    // Who signs may know which deployments there are.
    if (input.deploymentId !== undefined && input.deploymentId !== '') {
      const deploymentId = deploymentIdOf(input.deploymentId);
      const { row } = await knownDeployment(ports, deploymentId);
      if (row.created.computePlatform === 'Server') throw withoutHooks(deploymentId);
    }
    return answerHook(ports, issued, input);
  },
});

function withoutHooks(deploymentId: string): Refusal {
  return new Refusal(
    'UnsupportedActionForDeploymentTypeException',
    `The deployment ${deploymentId} goes to instances and calls no validation functions: their agents say how it goes.`,
  );
}
