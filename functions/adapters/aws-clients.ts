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

export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(clientDefaults), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
