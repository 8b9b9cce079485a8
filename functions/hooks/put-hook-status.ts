import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Refusal } from '../../core/refusal.ts';
import { withoutNulls } from '../../core/registry/shapes.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import type { AnswerHookPorts } from '../runtime/answer-hook.ts';
import { answerHook, hookStatusInput } from '../runtime/answer-hook.ts';
import type { ApiRequest } from '../runtime/aws-json.ts';
import { bodyOf, operationNameOf, refused, respond, targetOf } from '../runtime/aws-json.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';

export type HookStatusPorts = AnswerHookPorts;

const OPERATION = 'PutLifecycleEventHookExecutionStatus';

/**
 * `POST /hooks`: the one operation that needs no signature, because the id that a validation function was called with
 * is what authorizes its answer. A function written for CodeDeploy signs for another service, and still gets here.
 */
export function putHookStatus(
  ports: HookStatusPorts,
): (request: ApiRequest) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request) => {
    const { requestId } = request.requestContext;
    try {
      if (operationNameOf(targetOf(request)) !== OPERATION) {
        throw new Refusal('UnknownOperationException', `Only ${OPERATION} is answered here.`);
      }
      const read = hookStatusInput.safeParse(withoutNulls(bodyOf(request)));
      if (!read.success) throw new Refusal('SerializationException', 'The members of the request are texts.');
      const actor = { type: 'user', id: 'validation function' } as const;
      const issued = { id: ports.system.uuid(), at: ports.system.now(), actor };
      const output = await answerHook(ports, issued, read.data);
      logger.info('answered', { requestId, deploymentId: read.data.deploymentId });
      return respond(requestId, 200, JSON.stringify(output));
    } catch (error) {
      return refused(request, error);
    }
  };
}

export const handler = handlerOf('hooks/put-hook-status', (variables) => {
  const environment = environmentOf('hooks/put-hook-status', variables);
  return putHookStatus({
    ...storePorts(environment),
    ...tokenPorts(environment),
    workflows: stepFunctions(),
  });
});
