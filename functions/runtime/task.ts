import * as z from 'zod';
import type { EpochMilliseconds, Issued } from '../../core/decider.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { System } from './system.ts';

/**
 * What a workflow hands to each of its tasks: which execution it is and what it was started with, never what has
 * happened so far. Newer releases may add members; a task must take what the previous release's workflow sends.
 */
const taskInput = z.object({
  executionArn: z.string().min(1),
  /** What the execution was started with: by our own reaction, or by hand. */
  input: z.unknown(),
  /** ISO 8601: the start of the execution, and the entry into the state. */
  startedAt: z.string().optional(),
  enteredAt: z.string().min(1),
  /** Which state it is, where one function serves several. */
  state: z
    .enum([
      'BeforeAllowTraffic',
      'AllowTraffic',
      'Postponed',
      'AfterAllowTraffic',
      'RestoreTraffic',
      'MonitorZone',
    ])
    .optional(),
  /** Of a task that waits. */
  token: z.string().min(1).optional(),
  timeoutSeconds: z.number().optional(),
  /** Of Admit: the definition has a state for an admission that is postponed; that of release 0.1.0 has none. */
  mayPostpone: z.boolean().optional(),
  /** The state's data: holds `error` when the workflow came here by a Catch. */
  data: z
    .object({ error: z.object({ Error: z.string(), Cause: z.string() }).partial().optional() })
    .optional(),
});

/** How our own reaction starts an execution. */
export const startedInput = z.object({ deploymentId: z.string().min(1) });

export interface Task {
  readonly deploymentId: string;
  readonly stream: string;
  readonly executionArn: string;
  readonly enteredAt: EpochMilliseconds;
  readonly state?:
    | 'BeforeAllowTraffic'
    | 'AllowTraffic'
    | 'Postponed'
    | 'AfterAllowTraffic'
    | 'RestoreTraffic'
    | 'MonitorZone';
  readonly token?: string;
  readonly timeoutSeconds?: number;
  readonly mayPostpone?: boolean;
  /** What the workflow caught, in words. */
  readonly error?: string;
}

/** A task whose execution has no deployment: one that was started by hand and not accepted, or not yet. */
export type HandLaunched = Omit<Task, 'deploymentId' | 'stream'> & {
  readonly input: unknown;
  readonly startedAt: string;
};

export type TaskOrLaunch =
  | { readonly type: 'task'; readonly task: Task }
  | { readonly type: 'launch'; readonly launch: HandLaunched };

/** Throws a ZodError on anything that no workflow of ours sends. */
export async function taskOf(rows: Pick<RowReader, 'get'>, event: unknown): Promise<TaskOrLaunch> {
  const { input, startedAt = '', enteredAt, data, ...rest } = taskInput.parse(event);
  const error = data?.error;
  const task = {
    ...withoutUndefined(rest),
    enteredAt: Date.parse(enteredAt),
    ...(error === undefined
      ? {}
      : { error: `${error.Error ?? 'Error'}: ${error.Cause ?? ''}`.slice(0, 1000) }),
  };
  const own = startedInput.safeParse(input);
  const deploymentId = own.success ? own.data.deploymentId : await launchedBy(rows, rest.executionArn);
  if (deploymentId === undefined) return { type: 'launch', launch: { ...task, input, startedAt } };
  return { type: 'task', task: { ...task, deploymentId, stream: deploymentStream(deploymentId) } };
}

/** The deployment that an execution was started for by hand; undefined where it has created none. */
export async function launchedBy(
  rows: Pick<RowReader, 'get'>,
  executionArn: string,
): Promise<string | undefined> {
  const row = await rows.get(rowKeys.execution(executionArn));
  return row === undefined
    ? undefined
    : (JSON.parse(row.data) as { readonly deploymentId: string }).deploymentId;
}

/** A command of a task: its actor is the execution. */
export function issuedBy(task: Pick<Task, 'executionArn'>, system: System): Issued {
  return { id: system.uuid(), at: system.now(), actor: { type: 'execution', id: task.executionArn } };
}

type Optional = Pick<
  z.infer<typeof taskInput>,
  'executionArn' | 'state' | 'token' | 'timeoutSeconds' | 'mayPostpone'
>;

function withoutUndefined({ executionArn, state, token, timeoutSeconds, mayPostpone }: Optional) {
  return {
    executionArn,
    ...(state === undefined ? {} : { state }),
    ...(token === undefined ? {} : { token }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(mayPostpone === undefined ? {} : { mayPostpone }),
  };
}
