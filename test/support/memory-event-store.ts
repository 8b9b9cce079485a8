import type { StoredEvent } from '../../core/chain.ts';
import { keyText } from '../../core/views/row-keys.ts';
import type { Append, AppendOutcome, EventStore, StoredRow } from '../../functions/adapters/event-store.ts';
import { assertFits, headsOf } from '../../functions/adapters/event-store.ts';
import type { RowPage, RowQuery, RowReader } from '../../functions/adapters/row-reader.ts';

export interface MemoryEventStore extends EventStore {
  readonly rows: RowReader;
  /** All rows but the heads, in key order. */
  readonly allRows: () => readonly StoredRow[];
  readonly allEvents: () => readonly StoredEvent[];
  /** All that were accepted, in order. */
  readonly allAppends: () => readonly Append[];
}

/** The same promises as DynamoDB keeps, without it: both pass test/contract/event-store.contract.ts. */
export function memoryEventStore(): MemoryEventStore {
  const streams = new Map<string, StoredEvent[]>();
  const rows = new Map<string, StoredRow>();
  const heads = new Map<string, { readonly version: number; readonly hash: string }>();
  const appends: Append[] = [];

  const outcome = (append: Append): AppendOutcome => {
    for (const { stream, version } of append.events) {
      if (streams.get(stream)?.some((event) => event.version === version)) return { status: 'conflict' };
    }
    for (const key of append.required) {
      if (!rows.has(keyText(key))) return { status: 'missing', key };
    }
    for (const { row, from } of append.rows) {
      const existing = rows.get(keyText(row));
      if (existing !== undefined && existing.owner !== from) return { status: 'taken', row, existing };
    }
    for (const { stream, before } of headsOf(append)) {
      if ((heads.get(stream)?.version ?? 0) !== before) {
        throw new Error('the head of a stream disagrees with its log: run `sluice verify`');
      }
    }
    return { status: 'appended' };
  };

  return {
    load: async (stream, fromVersion = 1) =>
      (streams.get(stream) ?? []).filter(({ version }) => version >= fromVersion),
    append: async (append) => {
      assertFits(append);
      const result = outcome(append);
      if (result.status !== 'appended') return result;
      appends.push(append);
      for (const event of append.events) {
        streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
      }
      for (const { type, row } of append.rows) {
        if (type === 'put') rows.set(keyText(row), row);
        else rows.delete(keyText(row));
      }
      for (const { stream, version, hash } of headsOf(append)) heads.set(stream, { version, hash });
      return result;
    },
    rows: {
      get: async (key) => rows.get(keyText(key)),
      query: async (query) => page([...rows.values()], query),
      count: async (pk) => [...rows.values()].filter((row) => row.pk === pk).length,
    },
    allRows: () => [...rows.values()].sort(byKey),
    allEvents: () => [...streams.values()].flat(),
    allAppends: () => appends,
  };
}

function page(rows: readonly StoredRow[], { pk, from, to, after, limit }: RowQuery): RowPage {
  const found = rows
    .filter((row) => row.pk === pk)
    .filter(({ sk }) => (from === undefined || sk >= from) && (to === undefined || sk <= to))
    .filter(({ sk }) => after === undefined || sk > after)
    .sort(byKey);
  const shown = found.slice(0, limit);
  return { rows: shown, more: found.length > shown.length };
}

function byKey(one: StoredRow, other: StoredRow): number {
  return keyText(one) < keyText(other) ? -1 : 1;
}
