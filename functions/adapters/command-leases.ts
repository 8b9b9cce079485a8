import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EpochMilliseconds } from '../../core/decider.ts';
import { signKeys } from './sign-keys.ts';

/** That a command has been handed to an agent, which may now acknowledge it. */
export interface CommandLease {
  readonly handOuts: number;
  /** Until then nobody else is handed it. */
  readonly until: EpochMilliseconds;
}

/** Of the commands that hosts have; kept for the moment. */
export interface CommandLeases {
  readonly of: (hostCommandIdentifier: string) => Promise<CommandLease | undefined>;
  /** `false`: another poll of the same host was quicker. */
  readonly take: (
    hostCommandIdentifier: string,
    before: CommandLease | undefined,
    lease: CommandLease,
  ) => Promise<boolean>;
  /** The agent says that it is at work on it. */
  readonly heartbeat: (hostCommandIdentifier: string, at: EpochMilliseconds) => Promise<void>;
}

/** A command lives for hours at most. */
const KEEP_MILLISECONDS = 24 * 60 * 60 * 1000;

export function dynamoCommandLeases(client: DynamoDBDocumentClient, TableName: string): CommandLeases {
  const key = signKeys.lease;
  const expiry = (at: EpochMilliseconds) => ({ expiresAt: Math.ceil((at + KEEP_MILLISECONDS) / 1000) });
  return {
    of: async (id) => {
      const { Item } = await client.send(new GetCommand({ TableName, Key: key(id), ConsistentRead: true }));
      return Item === undefined
        ? undefined
        : { handOuts: Number(Item['handOuts'] ?? 0), until: Number(Item['until'] ?? 0) };
    },
    take: async (id, before, { handOuts, until }) => {
      const condition =
        before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'handOuts = :handOuts',
              ExpressionAttributeValues: { ':handOuts': before.handOuts },
            };
      const Item = { ...key(id), handOuts, until, ...expiry(until) };
      try {
        await client.send(new PutCommand({ TableName, Item, ...condition }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    heartbeat: async (id, at) => {
      // From its acknowledgement on it is never handed out again, so that what the item said before is of no use.
      await client.send(new PutCommand({ TableName, Item: { ...key(id), heartbeatAt: at, ...expiry(at) } }));
    },
  };
}
