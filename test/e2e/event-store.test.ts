import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { dynamoEventStore } from '../../functions/adapters/event-store.ts';
import { dynamoRowReader } from '../../functions/adapters/row-reader.ts';
import { eventStoreContract } from '../contract/event-store.contract.ts';
import { dynamodb } from './cloud.ts';

/** Tables of its own: what the contract writes is no event of Sluice. */
const run = randomUUID().slice(0, 8);
const tables = { log: `contract-log-${run}`, rows: `contract-rows-${run}` };

const made = Promise.all([
  create(tables.log, ['stream', 'S'], ['version', 'N']),
  create(tables.rows, ['pk', 'S'], ['sk', 'S']),
]);

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

afterAll(async () => {
  for (const TableName of Object.values(tables)) await dynamodb.send(new DeleteTableCommand({ TableName }));
});

eventStoreContract('DynamoDB', async () => {
  await made;
  return { store: dynamoEventStore(dynamodb, tables), rows: dynamoRowReader(dynamodb, tables.rows) };
});
