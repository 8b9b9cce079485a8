import {
  DescribeExecutionCommand,
  SFNClient,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';
import { clientDefaults } from './aws-clients.ts';

/** Step Functions: executions, and the tokens of their tasks that wait. */
export interface Workflows {
  /** Starting the same execution again is a success; the same name with another input throws. */
  readonly start: (stateMachineArn: string, name: string, input: object) => Promise<void>;
  /** An execution that is over or gone is left as it is. */
  readonly stop: (executionArn: string, error: string, cause: string) => Promise<void>;
  readonly succeed: (token: string, output: object) => Promise<TokenSent>;
  /** Takes the task's Catch for `error`. */
  readonly fail: (token: string, error: string, cause: string) => Promise<TokenSent>;
}

/** `over`: nobody waits with this token any more. */
export type TokenSent = 'sent' | 'over';

/** Step Functions takes 32,768 characters of cause; people read the first lines. */
const LONGEST_CAUSE = 2000;

export function stepFunctions(): Workflows {
  const client = new SFNClient(clientDefaults);
  return {
    start: async (stateMachineArn, name, input) => {
      const text = JSON.stringify(input);
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: text }));
      } catch (error) {
        // AWS says so when the running one has another input or has ended; the emulator says it of the same as well.
        if (!isNamed(error, 'ExecutionAlreadyExists')) throw error;
        const executionArn = executionArnOf(stateMachineArn, name);
        const existing = await client.send(new DescribeExecutionCommand({ executionArn }));
        if (existing.input !== text) throw error;
      }
    },
    stop: async (executionArn, error, cause) => {
      try {
        await client.send(
          new StopExecutionCommand({ executionArn, error, cause: cause.slice(0, LONGEST_CAUSE) }),
        );
      } catch (failure) {
        // AWS stops what has ended without a word; the emulator says that it is not running.
        const isOver = failure instanceof Error && failure.message.includes('not running');
        if (!isOver && !isNamed(failure, 'ExecutionDoesNotExist')) throw failure;
      }
    },
    succeed: (token, output) =>
      sent(() =>
        client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) })),
      ),
    fail: (token, error, cause) =>
      sent(() =>
        client.send(
          new SendTaskFailureCommand({ taskToken: token, error, cause: cause.slice(0, LONGEST_CAUSE) }),
        ),
      ),
  };
}

async function sent(send: () => Promise<unknown>): Promise<TokenSent> {
  try {
    await send();
    return 'sent';
  } catch (error) {
    if (['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'].some((name) => isNamed(error, name)))
      return 'over';
    throw error;
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && (error.name === name || error.name === `${name}Exception`);
}
