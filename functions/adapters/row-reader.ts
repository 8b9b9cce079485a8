import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RowKey } from '../../core/decider.ts';
import type { StoredRow } from './event-store.ts';

/** Part of one partition, in ascending order of the sort key; all bounds are optional. */
export interface RowQuery {
  readonly pk: string;
  /** Inclusive. */
  readonly from?: string;
  /** Inclusive. */
  readonly to?: string;
  /** Exclusive: the last sort key of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface RowPage {
  readonly rows: readonly StoredRow[];
  /** Whether there are further ones. */
  readonly more: boolean;
}

/** The read model. Every read is consistent, so that an answer holds what the call before it wrote. */
export interface RowReader {
  readonly get: (key: RowKey) => Promise<StoredRow | undefined>;
  readonly query: (query: RowQuery) => Promise<RowPage>;
  readonly count: (pk: string) => Promise<number>;
}

export function dynamoRowReader(client: DynamoDBDocumentClient, table: string): RowReader {
  return {
    get: async ({ pk, sk }) => {
      const answer = await client.send(
        new GetCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }),
      );
      return answer.Item as StoredRow | undefined;
    },
    query: async ({ pk, from, to, after, limit }) => {
      const rows: StoredRow[] = [];
      const start = after !== undefined && (from === undefined || after > from) ? after : from;
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const answer = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression:
              start === undefined && to === undefined ? 'pk = :pk' : 'pk = :pk AND sk BETWEEN :from AND :to',
            ExpressionAttributeValues: {
              ':pk': pk,
              ...(start === undefined && to === undefined
                ? {}
                : { ':from': start ?? FIRST_SORT_KEY, ':to': to ?? LAST_SORT_KEY }),
            },
            // One more than wanted tells whether there is more; another because `after` itself is left out below.
            Limit: limit - rows.length + 2,
            ExclusiveStartKey,
          }),
        );
        rows.push(
          ...((answer.Items ?? []) as StoredRow[]).filter(({ sk }) => after === undefined || sk > after),
        );
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined && rows.length <= limit);
      return { rows: rows.slice(0, limit), more: rows.length > limit };
    },
    count: async (pk) => {
      let total = 0;
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const answer = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            Select: 'COUNT',
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': pk },
            ExclusiveStartKey,
          }),
        );
        total += answer.Count ?? 0;
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return total;
    },
  };
}

/** All rows that the query bounds, in order; its limit is how many are read at a time. */
export async function* everyRow(
  rows: Pick<RowReader, 'query'>,
  query: RowQuery,
): AsyncGenerator<StoredRow, void, undefined> {
  let { after } = query;
  for (;;) {
    const page = await rows.query({ ...query, after });
    yield* page.rows;
    if (!page.more) return;
    after = page.rows.at(-1)?.sk;
  }
}

/** Sort keys are printable text, so these lie before and behind all of them. */
const FIRST_SORT_KEY = ' ';
const LAST_SORT_KEY = '\uffff';
