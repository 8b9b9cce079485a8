import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import type { TableNames } from '../../functions/adapters/event-store.ts';
import { dynamodb } from './cloud.ts';

/** A log and rows of a test's own: what it writes there is no event of Sluice, and nobody reacts to it. */
export interface OwnTables extends TableNames {
  readonly drop: () => Promise<void>;
}

export async function ownTables(): Promise<OwnTables> {
  const run = randomUUID().slice(0, 8);
  const names = { log: `own-log-${run}`, rows: `own-rows-${run}` };
  await Promise.all([
    create(names.log, ['stream', 'S'], ['version', 'N']),
    create(names.rows, ['pk', 'S'], ['sk', 'S']),
  ]);
  return {
    ...names,
    drop: async () => {
      for (const TableName of Object.values(names)) {
        await dynamodb.send(new DeleteTableCommand({ TableName }));
      }
    },
  };
}

async function create(
  TableName: string,
  [hash, hashType]: readonly [string, 'S'],
  [range, rangeType]: readonly [string, 'S' | 'N'],
): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: hash, KeyType: 'HASH' },
        { AttributeName: range, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: hash, AttributeType: hashType },
        { AttributeName: range, AttributeType: rangeType },
      ],
    }),
  );
}
