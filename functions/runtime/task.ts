import * as z from 'zod';
import type { EpochMilliseconds, Issued } from '../../core/decider.ts';
import type { System } from './system.ts';

/**
 * What a workflow hands to each of its tasks: which execution it is and what it was started with, never what has
 * happened so far. Newer releases may add members; a task must take what the previous release's workflow sends.
 */
const taskInput = z.object({
  executionArn: z.string().min(1),
  input: z.object({ deploymentId: z.string().min(1) }),
  enteredAt: z.string().min(1),
  /** Which state it is, where one function serves two. */
  state: z.enum(['AllowTraffic', 'RestoreTraffic']).optional(),
  /** Of a task that waits. */
  token: z.string().min(1).optional(),
  timeoutSeconds: z.number().optional(),
  /** The state's data: holds `error` when the workflow came here by a Catch. */
  data: z
    .object({ error: z.object({ Error: z.string(), Cause: z.string() }).partial().optional() })
    .optional(),
});

export interface Task {
  readonly deploymentId: string;
  readonly stream: string;
  readonly executionArn: string;
  readonly enteredAt: EpochMilliseconds;
  readonly state?: 'AllowTraffic' | 'RestoreTraffic';
  readonly token?: string;
  readonly timeoutSeconds?: number;
  /** What the workflow caught, in words. */
  readonly error?: string;
}

/** Throws a ZodError on anything that no workflow of ours sends. */
export function taskOf(event: unknown): Task {
  const { executionArn, input, enteredAt, state, token, timeoutSeconds, data } = taskInput.parse(event);
  const error = data?.error;
  return {
    deploymentId: input.deploymentId,
    stream: `deployment#${input.deploymentId}`,
    executionArn,
    enteredAt: Date.parse(enteredAt),
    ...(state === undefined ? {} : { state }),
    ...(token === undefined ? {} : { token }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(error === undefined
      ? {}
      : { error: `${error.Error ?? 'Error'}: ${error.Cause ?? ''}`.slice(0, 1000) }),
  };
}

/** A command of a task: its actor is the execution. */
export function issuedBy(task: Pick<Task, 'executionArn'>, system: System): Issued {
  return { id: system.uuid(), at: system.now(), actor: { type: 'execution', id: task.executionArn } };
}
