import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PollsSeen } from '../../core/hosts/polling.ts';
import { signKeys } from './sign-keys.ts';

/** What is known of agents from their polls. Kept for the moment: nothing is decided by it but words. */
export interface HostPresences {
  readonly of: (hostIdentifier: string) => Promise<PollsSeen | undefined>;
  readonly record: (hostIdentifier: string, presence: PollsSeen) => Promise<void>;
}

/** A host that has not been heard of for so long is one that was taken away. */
const KEEP_MILLISECONDS = 90 * 24 * 60 * 60 * 1000;

export function dynamoHostPresences(client: DynamoDBDocumentClient, TableName: string): HostPresences {
  const key = signKeys.presence;
  return {
    of: async (hostIdentifier) => {
      const Key = key(hostIdentifier);
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      if (Item === undefined) return undefined;
      const { pk: _, sk: __, expiresAt: ___, ...presence } = Item;
      return presence as PollsSeen;
    },
    record: async (hostIdentifier, presence) => {
      const expiresAt = Math.ceil((presence.lastPolledAt + KEEP_MILLISECONDS) / 1000);
      await client.send(
        new PutCommand({ TableName, Item: { ...key(hostIdentifier), ...presence, expiresAt } }),
      );
    },
  };
}
