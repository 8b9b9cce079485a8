import type { StoredEvent } from '../../core/chain.ts';
import type { RowKey } from '../../core/decider.ts';
import { byStream } from '../../core/verification.ts';
import { keyText, rowKeys } from '../../core/views/row-keys.ts';
import type { StoredRow } from '../adapters/event-store.ts';
import { aggregates } from './aggregates.ts';
import { fold } from './history.ts';
import { stored } from './row-changes.ts';

/** How an append writes the head of a stream. */
export interface StoredHead extends RowKey {
  readonly owner: string;
  readonly version: number;
  readonly hash: string;
}

/** One item of the rows table. */
export type ReadModelItem = StoredRow | StoredHead;

/** A key whose item is not what the log makes of it; `expected` is absent where no stream contributes it. */
export interface Difference {
  readonly expected?: ReadModelItem;
  readonly actual?: ReadModelItem;
}

/** The log contradicts itself: two streams contribute one key, or a stream is of no known kind. */
export class IntegrityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IntegrityError';
  }
}

/**
 * All rows but the heads, made from the log alone: the union of what each stream contributes in its final state, in
 * order of keys. The events may come in any order. Throws IntegrityError.
 */
export function replayRows(events: readonly StoredEvent[]): readonly StoredRow[] {
  const rows = new Map<string, StoredRow>();
  for (const [stream, chain] of byStream(events)) {
    const aggregate = aggregates[stream.slice(0, stream.indexOf('#'))];
    if (aggregate === undefined) throw new IntegrityError(`the stream ${stream} is of no kind that is known`);
    for (const row of aggregate.rows(fold(aggregate, chain))) {
      const other = rows.get(keyText(row));
      if (other !== undefined) {
        throw new IntegrityError(
          `the row ${row.pk} / ${row.sk} has two owners: ${other.owner} and ${stream} both contribute it`,
        );
      }
      rows.set(keyText(row), stored(stream, row));
    }
  }
  return [...rows.values()].sort(byKey);
}

/** The head of each stream, in order of keys. */
export function replayHeads(events: readonly StoredEvent[]): readonly StoredHead[] {
  const heads = [...byStream(events)].flatMap(([stream, chain]) => {
    const last = chain.at(-1);
    return last === undefined
      ? []
      : [{ ...rowKeys.head(stream), owner: stream, version: last.version, hash: last.hash }];
  });
  return heads.sort(byKey);
}

/** Byte for byte, every attribute of every item; in order of keys. */
export function differences(
  expected: readonly ReadModelItem[],
  actual: readonly ReadModelItem[],
): readonly Difference[] {
  const wanted = new Map(expected.map((item) => [keyText(item), item]));
  const found = new Map(actual.map((item) => [keyText(item), item]));
  const keys = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return keys.flatMap((key): Difference[] => {
    const one = wanted.get(key);
    const other = found.get(key);
    if (one !== undefined && other !== undefined) {
      return attributes(one) === attributes(other) ? [] : [{ expected: one, actual: other }];
    }
    if (one !== undefined) return [{ expected: one }];
    return other === undefined ? [] : [{ actual: other }];
  });
}

export function isHead(item: ReadModelItem): item is StoredHead {
  return item.pk.startsWith(HEAD_PREFIX);
}

const HEAD_PREFIX = rowKeys.head('').pk;

/** An item has no order of attributes, so that they are compared by name. */
function attributes(item: ReadModelItem): string {
  return JSON.stringify(Object.entries(item).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function byKey(one: RowKey, other: RowKey): number {
  return keyText(one) < keyText(other) ? -1 : 1;
}
