import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

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
 * For what a task does with a group's rights: the workflow itself waits and tries again when AWS takes no more requests,
 * and lets a stop or an alarm in meanwhile, so the client gives up sooner. Three attempts take nine seconds at most, of
 * which the pauses between them are three and the pace of the adaptive mode six.
 */
export const taskClientDefaults = { ...clientDefaults, maxAttempts: 3 } as const;

/**
 * The time for all calls of one client of a task. With the nine seconds of AssumeRole before and those of an attempt
 * that is under way it ends before the shortest timeout of a task, 45 s: a function that is cut off would fail its
 * deployment. What it ends is an AbortError, which counts as throttling.
 */
const TASK_CALLS_MILLISECONDS = 25_000;

export function taskTime(): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(TASK_CALLS_MILLISECONDS) };
}

export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientDefaults), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
