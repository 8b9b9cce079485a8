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
      await knownDeployment(ports, deploymentIdOf(input.deploymentId));
    }
    return answerHook(ports, issued, input);
  },
});
