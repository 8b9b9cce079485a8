import { answerHook, hookStatusInput } from '../runtime/answer-hook.ts';
import { operation } from './operation.ts';

/** The same as on `POST /hooks`, for callers who sign. */
export const putLifecycleEventHookExecutionStatus = operation({
  name: 'PutLifecycleEventHookExecutionStatus',
  input: hookStatusInput,
  handle: (input, { ports, issued }) => answerHook(ports, issued, input),
});
