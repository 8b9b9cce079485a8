import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { EpochMilliseconds } from '../../core/decider.ts';

/** When the sweep last came to its end, for whoever wonders whether it still comes. No decision is taken by it. */
export interface Sweeps {
  readonly record: (at: EpochMilliseconds) => Promise<void>;
  readonly last: () => Promise<EpochMilliseconds | undefined>;
}

export function dynamoSweeps(client: DynamoDBDocumentClient, liveTable: string): Sweeps {
  const Key = { pk: 'sweep', sk: 'last' };
  return {
    record: async (at) => {
      await client.send(new PutCommand({ TableName: liveTable, Item: { ...Key, at } }));
    },
    last: async () => {
      const { Item } = await client.send(new GetCommand({ TableName: liveTable, Key, ConsistentRead: true }));
      return Item?.['at'] as EpochMilliseconds | undefined;
    },
  };
}
