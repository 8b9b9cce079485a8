import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { CannotDo } from './command.ts';
import type { Target } from './target.ts';

/** Events of one stream, that of a deployment or of a target. */
export interface Places {
  readonly stream: string;
  readonly versions: readonly number[];
}

/** The function of the installation that publishes events. */
export interface Publisher {
  /** In the order given; answers how many. Throws CannotDo where the function failed. */
  readonly publish: (places: readonly Places[]) => Promise<number>;
}

/** As long as the function itself may take, and a little. */
const LONGEST_CALL_MILLISECONDS = 310_000;

const answer = z.object({ published: z.int() });

export function lambdaPublisher({
  client,
  notifyFunctionName,
}: Pick<Target, 'client' | 'notifyFunctionName'>): Publisher {
  const lambda = new LambdaClient({
    ...clientDefaults,
    requestHandler: { ...clientDefaults.requestHandler, requestTimeout: LONGEST_CALL_MILLISECONDS },
    ...client,
  });
  return {
    publish: async (places) => {
      if (notifyFunctionName === undefined) {
        throw new CannotDo('the stack has no function that publishes. Deploy it again: npx cdk deploy');
      }
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: notifyFunctionName,
          Payload: JSON.stringify({ republish: places }),
        }),
      );
      const said = Payload?.transformToString() ?? '';
      if (FunctionError !== undefined) {
        throw new CannotDo(`the function ${notifyFunctionName} failed: ${said}. Its log says more`);
      }
      return answer.parse(JSON.parse(said)).published;
    },
  };
}
