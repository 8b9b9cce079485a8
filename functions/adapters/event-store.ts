import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredEvent } from '../../core/chain.ts';
import type { RowKey } from '../../core/decider.ts';
import { rowKeys } from '../../core/views/row-keys.ts';

/** A row as it is stored: `data` is a JSON text, so that a replay can be compared byte for byte. */
export interface StoredRow extends RowKey {
  /** The stream that contributes it. */
  readonly owner: string;
  readonly data: string;
}

export interface RowWrite {
  readonly type: 'put' | 'delete';
  readonly row: StoredRow;
  /** Who may own the key before: nobody or the owner itself, or the stream that gives it up in this append. */
  readonly from: string;
}

/** Everything of one transaction. */
export interface Append {
  readonly events: readonly StoredEvent[];
  readonly rows: readonly RowWrite[];
  readonly required: readonly RowKey[];
}

export type AppendOutcome =
  | { readonly status: 'appended' }
  /** Another event is there already: our own, after a lost reply, or somebody else's. */
  | { readonly status: 'conflict' }
  /** Too much at once: wait and try the same again. */
  | { readonly status: 'busy' }
  | { readonly status: 'taken'; readonly row: StoredRow; readonly existing: StoredRow }
  | { readonly status: 'missing'; readonly key: RowKey };

/** The log and the rows, written together. */
export interface EventStore {
  /** The events of a stream from `fromVersion` on (1 if not given), in order; read consistently. */
  readonly load: (stream: string, fromVersion?: number) => Promise<readonly StoredEvent[]>;
  /** Throws AppendTooLarge beyond DynamoDB's limits. */
  readonly append: (append: Append) => Promise<AppendOutcome>;
}

/** A transaction takes 100 actions and 4 MB; both are DynamoDB's own limits. */
export const MOST_ACTIONS = 100;
export const MOST_BYTES = 4_000_000;

export class AppendTooLarge extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AppendTooLarge';
  }
}

/** Throws where one transaction cannot take it, before anything is sent. */
export function assertFits(append: Append): void {
  const streams = new Set(append.events.map(({ stream }) => stream));
  const actions = append.events.length + streams.size + append.rows.length + append.required.length;
  if (actions > MOST_ACTIONS) {
    throw new AppendTooLarge(`an append of ${actions} actions is over the ${MOST_ACTIONS} of a transaction`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(append));
  if (bytes > MOST_BYTES) {
    throw new AppendTooLarge(`an append of ${bytes} bytes is over the ${MOST_BYTES} of a transaction`);
  }
}

/** The head of each stream after the append, with the version that must be there before. */
export function headsOf(append: Append): readonly {
  readonly stream: string;
  readonly version: number;
  readonly hash: string;
  readonly before: number;
}[] {
  const streams = [...new Set(append.events.map(({ stream }) => stream))];
  return streams.map((stream) => {
    const events = append.events.filter((event) => event.stream === stream);
    const last = events.reduce((latest, event) => (event.version > latest.version ? event : latest));
    return { stream, version: last.version, hash: last.hash, before: last.version - events.length };
  });
}

export interface TableNames {
  readonly log: string;
  readonly rows: string;
}

export function dynamoEventStore(client: DynamoDBDocumentClient, tables: TableNames): EventStore {
  return {
    load: async (stream, fromVersion = 1) => {
      const events: StoredEvent[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tables.log,
            ConsistentRead: true,
            KeyConditionExpression: '#stream = :stream AND #version >= :from',
            ExpressionAttributeNames: { '#stream': 'stream', '#version': 'version' },
            ExpressionAttributeValues: { ':stream': stream, ':from': fromVersion },
            ExclusiveStartKey,
          }),
        );
        events.push(...((page.Items ?? []) as StoredEvent[]));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return events;
    },
    append: async (append) => {
      assertFits(append);
      const actions = transaction(append, tables);
      try {
        await client.send(new TransactWriteCommand({ TransactItems: actions.map(({ item }) => item) }));
        return { status: 'appended' };
      } catch (error) {
        if (error instanceof TransactionCanceledException) return outcomeOf(error, actions);
        if (error instanceof Error && error.name === 'TransactionInProgressException')
          return { status: 'busy' };
        throw error;
      }
    },
  };
}

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

type Action =
  | { readonly type: 'event' | 'head'; readonly item: Item }
  | { readonly type: 'row'; readonly item: Item; readonly row: StoredRow }
  | { readonly type: 'required'; readonly item: Item; readonly key: RowKey };

function transaction(append: Append, tables: TableNames): readonly Action[] {
  return [
    ...append.events.map((event): Action => {
      const Put = {
        TableName: tables.log,
        Item: { ...event },
        ConditionExpression: 'attribute_not_exists(#stream)',
        ExpressionAttributeNames: { '#stream': 'stream' },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      };
      return { type: 'event', item: { Put } };
    }),
    ...headsOf(append).map(({ stream, version, hash, before }): Action => {
      // A tail that was cut off must not be written over: the head remembers how long the stream was.
      const Put = {
        TableName: tables.rows,
        Item: { ...rowKeys.head(stream), owner: stream, version, hash },
        ConditionExpression: before === 0 ? 'attribute_not_exists(pk)' : '#version = :before',
        ...(before === 0
          ? {}
          : {
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':before': before },
            }),
      };
      return { type: 'head', item: { Put } };
    }),
    ...append.rows.map(({ type, row, from }): Action => {
      const condition = {
        TableName: tables.rows,
        ConditionExpression: 'attribute_not_exists(pk) OR #owner = :from',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':from': from },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      };
      const { pk, sk } = row;
      const item: Item =
        type === 'put'
          ? { Put: { ...condition, Item: { ...row } } }
          : { Delete: { ...condition, Key: { pk, sk } } };
      return { type: 'row', item, row };
    }),
    ...append.required.map(({ pk, sk }): Action => {
      const ConditionCheck = {
        TableName: tables.rows,
        Key: { pk, sk },
        ConditionExpression: 'attribute_exists(pk)',
      };
      return { type: 'required', item: { ConditionCheck }, key: { pk, sk } };
    }),
  ];
}

/**
 * Which condition failed is told by its index. An event that exists outweighs all else: whoever came first has moved
 * the rows as well, so they say nothing. A missing parent comes before a taken key. A head that disagrees alone means that the log was tampered with.
 */
function outcomeOf(error: TransactionCanceledException, actions: readonly Action[]): AppendOutcome {
  const reasons: readonly CancellationReason[] = error.CancellationReasons ?? [];
  const failed = actions.flatMap((action, index) => {
    const reason = reasons[index];
    return reason?.Code === 'ConditionalCheckFailed' ? [{ action, reason }] : [];
  });
  if (failed.some(({ action }) => action.type === 'event')) return { status: 'conflict' };
  for (const { action } of failed) {
    if (action.type === 'required') return { status: 'missing', key: action.key };
  }
  for (const { action, reason } of failed) {
    if (action.type === 'row')
      return { status: 'taken', row: action.row, existing: storedRow(reason, action.row) };
  }
  if (failed.length > 0) throw new Error('the head of a stream disagrees with its log: run `sluice verify`');
  if (reasons.some(({ Code }) => Code !== undefined && BUSY.has(Code))) return { status: 'busy' };
  throw error;
}

const BUSY: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

function storedRow({ Item }: CancellationReason, { pk, sk }: RowKey): StoredRow {
  return { pk, sk, owner: Item?.['owner']?.S ?? '', data: Item?.['data']?.S ?? '{}' };
}
