import { describe, expect, it } from 'vitest';
import type { RowQuery, RowReader } from '../../../functions/adapters/row-reader.ts';
import { everyRow } from '../../../functions/adapters/row-reader.ts';

const SORT_KEYS = ['a', 'b', 'c', 'd', 'e'];

/** Answers in pages, and keeps what it was asked. */
function paged(asked: RowQuery[]): Pick<RowReader, 'query'> {
  return {
    query: async (query) => {
      asked.push(query);
      const { pk, after = '', limit } = query;
      const rest = SORT_KEYS.filter((sk) => sk > after).map((sk) => ({ pk, sk, data: '{}', owner: 'list' }));
      return { rows: rest.slice(0, limit), more: rest.length > limit };
    },
  };
}

async function sortKeys(query: RowQuery, asked: RowQuery[] = []): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { sk } of everyRow(paged(asked), query)) found.push(sk);
  return found;
}

describe('every row of a partition', () => {
  it('is read page by page, once and in order', async () => {
    const asked: RowQuery[] = [];
    expect(await sortKeys({ pk: 'list', limit: 2 }, asked)).toEqual(SORT_KEYS);
    expect(asked.map(({ after }) => after)).toEqual([undefined, 'b', 'd']);
  });

  it('begins behind the position that was given', async () => {
    expect(await sortKeys({ pk: 'list', limit: 2, after: 'b' })).toEqual(['c', 'd', 'e']);
  });

  it('asks for no further page than is wanted', async () => {
    const asked: RowQuery[] = [];
    for await (const { sk } of everyRow(paged(asked), { pk: 'list', limit: 2 })) if (sk === 'b') break;
    expect(asked).toHaveLength(1);
  });
});
