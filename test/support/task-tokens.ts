import { serviceError } from './asl-error.ts';
import type { Ending } from './asl-states.ts';

export interface TaskTokens {
  /** Counted, so that a run is the same each time. */
  readonly issue: () => string;
  /** From here on the token ends the task. Returns how to make it over. */
  readonly open: (token: string, ending: Ending) => () => void;
  /** How to end the task that waits. Throws TaskTimedOut where it is over, else TaskDoesNotExist or InvalidToken. */
  readonly waiting: (token: string) => Ending;
}

const PREFIX = 'task-token-';

export function createTaskTokens(): TaskTokens {
  const issued = new Map<string, Ending | undefined>();
  return {
    issue: () => {
      const token = `${PREFIX}${issued.size + 1}`;
      issued.set(token, undefined);
      return token;
    },
    open: (token, ending) => {
      issued.set(token, ending);
      return () => issued.set(token, undefined);
    },
    waiting: (token) => {
      const ending = issued.get(token);
      if (ending !== undefined) return ending;
      if (issued.has(token)) throw serviceError('TaskTimedOut', `the task of ${token} is over`);
      throw serviceError(token.startsWith(PREFIX) ? 'TaskDoesNotExist' : 'InvalidToken', token);
    },
  };
}
