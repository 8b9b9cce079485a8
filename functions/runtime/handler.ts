import type { Context } from 'aws-lambda';
import { logger } from './log.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The entry of a Lambda function: `build` makes the handler from the environment, once per worker and at the first
 * call, so that a test can import the file without an environment. Every call logs a line, also the quiet ones; but not
 * of a function that is called by every host every second, which says itself what is worth a line.
 */
export function handlerOf<Event, Answer>(
  name: string,
  build: (variables: Variables) => (event: Event, context: Context) => Promise<Answer>,
  { logsEachCall = true } = {},
): (event: Event, context: Context) => Promise<Answer> {
  let built: ReturnType<typeof build> | undefined;
  return async (event, context) => {
    const startedAt = Date.now();
    try {
      built ??= build(process.env);
      const answer = await built(event, context);
      if (logsEachCall) logger.info('done', { function: name, milliseconds: Date.now() - startedAt });
      return answer;
    } catch (error) {
      logger.error('failed', { function: name, event: describe(event), error: error as Error });
      throw error;
    }
  };
}

/** Of an event only what says which deployment it was: a token or a body does not belong into a log. */
function describe(event: unknown): object {
  const { executionArn, enteredAt, state } = (event ?? {}) as Record<string, unknown>;
  return { executionArn, enteredAt, state };
}
