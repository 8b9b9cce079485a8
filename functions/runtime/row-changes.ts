import type { Row } from '../../core/decider.ts';
import type { RowWrite, StoredRow } from '../adapters/event-store.ts';

export interface StreamRows {
  readonly stream: string;
  readonly before: readonly Row[];
  readonly after: readonly Row[];
}

/**
 * The writes that turn the rows before an append into the rows after it, one per key. Where one stream gives a key up
 * and another takes it in the same append, it is handed over by one put, so that nobody slips in between.
 */
export function rowChanges(streams: readonly StreamRows[]): readonly RowWrite[] {
  const puts = new Map<string, RowWrite>();
  const deletes = new Map<string, RowWrite>();
  for (const { stream, before, after } of streams) {
    const old = byKey(stream, before);
    const next = byKey(stream, after);
    for (const [key, row] of next) {
      if (old.get(key)?.data === row.data) continue;
      if (puts.has(key)) throw new Error(`two streams contribute the row ${key}`);
      puts.set(key, { type: 'put', row, from: stream });
    }
    for (const [key, row] of old) {
      if (!next.has(key)) deletes.set(key, { type: 'delete', row, from: stream });
    }
  }
  for (const [key, { from }] of deletes) {
    const put = puts.get(key);
    if (put === undefined) continue;
    puts.set(key, { ...put, from });
    deletes.delete(key);
  }
  return [...puts.values(), ...deletes.values()];
}

export function stored(stream: string, { pk, sk, data }: Row): StoredRow {
  return { pk, sk, owner: stream, data: JSON.stringify(data) };
}

function byKey(stream: string, rows: readonly Row[]): Map<string, StoredRow> {
  const found = new Map<string, StoredRow>();
  for (const row of rows) {
    const key = `${row.pk} / ${row.sk}`;
    if (found.has(key)) throw new Error(`${stream} contributes the row ${key} twice`);
    found.set(key, stored(stream, row));
  }
  return found;
}
