import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { EpochMilliseconds } from '../../core/decider.ts';

/** A task of a workflow that waits to be woken. */
export interface ParkedToken {
  readonly deploymentId: string;
  /** State name and time of entry: the next wait of the same deployment is another entry. */
  readonly entry: string;
  readonly token: string;
}

/** The tokens of waits. Never rebuilt and never read for an answer: a lost one is what the sweep is for. */
export interface ParkedTokens {
  readonly park: (parked: ParkedToken, expiresAt: EpochMilliseconds) => Promise<void>;
  readonly of: (deploymentId: string) => Promise<readonly ParkedToken[]>;
  /** Only if it is still the same token: another wait may have been parked meanwhile. */
  readonly forget: (parked: ParkedToken) => Promise<void>;
}

export function dynamoParkedTokens(client: DynamoDBDocumentClient, table: string): ParkedTokens {
  const key = ({ deploymentId, entry }: ParkedToken) => ({ pk: `waits#${deploymentId}`, sk: entry });
  return {
    park: async (parked, expiresAt) => {
      const Item = { ...key(parked), token: parked.token, expiresAt: Math.ceil(expiresAt / 1000) };
      await client.send(new PutCommand({ TableName: table, Item }));
    },
    of: async (deploymentId) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': `waits#${deploymentId}` },
        }),
      );
      return ((Items ?? []) as { sk: string; token: string }[]).map(({ sk, token }) => ({
        deploymentId,
        entry: sk,
        token,
      }));
    },
    forget: async (parked) => {
      try {
        await client.send(
          new DeleteCommand({
            TableName: table,
            Key: key(parked),
            ConditionExpression: '#token = :token',
            ExpressionAttributeNames: { '#token': 'token' },
            ExpressionAttributeValues: { ':token': parked.token },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
