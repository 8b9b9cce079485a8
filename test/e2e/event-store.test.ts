import { afterAll } from 'vitest';
import { dynamoEventStore } from '../../functions/adapters/event-store.ts';
import { dynamoRowReader } from '../../functions/adapters/row-reader.ts';
import { eventStoreContract } from '../contract/event-store.contract.ts';
import { dynamodb } from './cloud.ts';
import { ownTables } from './own-tables.ts';

const made = ownTables();
afterAll(async () => (await made).drop());

eventStoreContract('DynamoDB', async () => {
  const tables = await made;
  return { store: dynamoEventStore(dynamodb, tables), rows: dynamoRowReader(dynamodb, tables.rows) };
});
