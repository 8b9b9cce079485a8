import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Credentials } from './service-roles.ts';

/**
 * Every client tries again with growing, jittered pauses and slows down when it is throttled: five attempts take some
 * seconds, which every task's timeout allows for.
 */
export const clientDefaults = {
  retryMode: 'adaptive',
  maxAttempts: 5,
  // A connection that hangs must not use up the time of its task; every call of ours is answered in a second or two.
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/**
 * For AssumeRole, with which the work of a task begins: three attempts take nine seconds at most, of which the pauses are
 * three and the pace of the adaptive mode six. Whoever asks has a way of his own to wait for longer.
 */
export const roleClientDefaults = { ...clientDefaults, maxAttempts: 3 } as const;

/**
 * The time for all calls of a task, whichever clients make them. With AssumeRole before, and the ten seconds that an
 * attempt's pause and pace may take beyond it, a task ends before the shortest timeout of one, 45 s: a function that is
 * cut off would fail its deployment. What it ends is an AbortError, which counts as throttling: the workflow waits, lets
 * a stop or an alarm in meanwhile, and tries again.
 */
const TASK_CALLS_MILLISECONDS = 20_000;

export interface TaskTime {
  readonly abortSignal: AbortSignal;
}

/** Every task assumes the role anew, so that its credentials tell which clients are its own. */
const taskTimes = new WeakMap<Credentials, TaskTime>();

/** It begins with the first client that is made with the credentials. */
export function taskTime(credentials: Credentials): TaskTime {
  const time = taskTimes.get(credentials) ?? { abortSignal: AbortSignal.timeout(TASK_CALLS_MILLISECONDS) };
  taskTimes.set(credentials, time);
  return time;
}

export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientDefaults), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
