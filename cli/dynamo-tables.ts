import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type {
  DynamoDBDocumentClient,
  ScanCommandInput,
  TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { GetCommand, ScanCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredEvent } from '../core/chain.ts';
import type { EpochMilliseconds } from '../core/decider.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import { TARGET_STREAMS } from '../core/deployments/target-stream.ts';
import { rowKeys } from '../core/views/row-keys.ts';
import { type TableNames, dynamoEventStore } from '../functions/adapters/event-store.ts';
import { dynamoRowReader } from '../functions/adapters/row-reader.ts';
import { type Difference, type ReadModelItem, type StoredHead, isHead } from '../functions/runtime/replay.ts';
import { type Mending, type PlacesSince, type Tables, headOf } from './tables.ts';

export function dynamoTables(client: DynamoDBDocumentClient, names: TableNames): Tables {
  const store = dynamoEventStore(client, names);
  return {
    load: (stream, fromVersion) => store.load(stream, fromVersion),
    first: async (stream) => {
      const Key = { stream, version: 1 };
      const { Item } = await client.send(new GetCommand({ TableName: names.log, Key, ConsistentRead: true }));
      return Item as StoredEvent | undefined;
    },
    reader: dynamoRowReader(client, names.rows),
    events: () => scan<StoredEvent>(client, { TableName: names.log }),
    placesSince: (from) => placesSince(client, names.log, from),
    items: (which) =>
      scan<ReadModelItem>(client, {
        TableName: names.rows,
        ...(which === 'all'
          ? {}
          : {
              FilterExpression: 'begins_with(pk, :head)',
              ExpressionAttributeValues: { ':head': rowKeys.head('').pk },
            }),
      }),
    head: async (stream) => {
      const Key = { ...rowKeys.head(stream) };
      const { Item } = await client.send(
        new GetCommand({ TableName: names.rows, Key, ConsistentRead: true }),
      );
      return Item === undefined ? undefined : headOf(Item as StoredHead);
    },
    mend: async (mending) => {
      try {
        await client.send(new TransactWriteCommand({ TransactItems: [...transaction(mending, names.rows)] }));
        return 'written';
      } catch (error) {
        if (error instanceof TransactionCanceledException && hasMovedOn(error)) return 'moved-on';
        throw error;
      }
    },
  };
}

async function placesSince(
  client: DynamoDBDocumentClient,
  TableName: string,
  from: EpochMilliseconds,
): Promise<PlacesSince> {
  const places: { stream: string; version: number }[] = [];
  let readUnits = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        ConsistentRead: true,
        FilterExpression:
          '(begins_with(#stream, :deployments) OR begins_with(#stream, :targets)) AND #at >= :from',
        ProjectionExpression: '#stream, #version',
        ExpressionAttributeNames: { '#stream': 'stream', '#version': 'version', '#at': 'at' },
        ExpressionAttributeValues: {
          ':deployments': deploymentStream(''),
          ':targets': TARGET_STREAMS,
          ':from': from,
        },
        ReturnConsumedCapacity: 'TOTAL',
        ExclusiveStartKey,
      }),
    );
    places.push(...((page.Items ?? []) as typeof places));
    readUnits += page.ConsumedCapacity?.CapacityUnits ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return { places, readUnits };
}

async function* scan<Item>(
  client: DynamoDBDocumentClient,
  input: ScanCommandInput,
): AsyncGenerator<Item, void, undefined> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ ...input, ConsistentRead: true, ExclusiveStartKey }));
    yield* (page.Items ?? []) as Item[];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

function transaction({ changes, head }: Mending, table: string): readonly Item[] {
  const writes = changes.map((change) => write(change, table));
  const changesHead = changes.some(({ expected, actual }) =>
    [expected, actual].some((item) => item && isHead(item)),
  );
  if (changesHead) return writes;
  const Key = { ...rowKeys.head(head.stream) };
  return [...writes, { ConditionCheck: { TableName: table, Key, ...asRead(head.asRead) } }];
}

function write({ expected, actual }: Difference, table: string): Item {
  const condition = { TableName: table, ...asRead(actual) };
  if (expected !== undefined) return { Put: { ...condition, Item: { ...expected } } };
  if (actual === undefined) throw new Error('a difference has two sides, or one');
  return { Delete: { ...condition, Key: { pk: actual.pk, sk: actual.sk } } };
}

/** The condition that an item is still as it was read. */
function asRead(item: ReadModelItem | undefined): {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
} {
  if (item === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const attributes = Object.entries(item);
  return {
    ConditionExpression: attributes.map((_, index) => `#a${index} = :a${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map(([name], index) => [`#a${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      attributes.map(([, value], index) => [`:a${index}`, value as unknown]),
    ),
  };
}

const MOVED_ON: ReadonlySet<string> = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

function hasMovedOn({ CancellationReasons = [] }: TransactionCanceledException): boolean {
  return CancellationReasons.some(({ Code }) => Code !== undefined && MOVED_ON.has(Code));
}
