import type { StoredEvent } from '../core/chain.ts';
import type { EpochMilliseconds } from '../core/decider.ts';
import type { Head } from '../core/verification.ts';
import type { RowReader } from '../functions/adapters/row-reader.ts';
import type { Difference, ReadModelItem, StoredHead } from '../functions/runtime/replay.ts';

/** What the commands read and mend of an installation's two tables. All reads are consistent, none is a snapshot. */
export interface Tables {
  /** The events of a stream from `fromVersion` on, in order. */
  readonly load: (stream: string, fromVersion: number) => Promise<readonly StoredEvent[]>;
  /** The first event of a stream, which says who began it. */
  readonly first: (stream: string) => Promise<StoredEvent | undefined>;
  /** Single rows and parts of lists. */
  readonly reader: RowReader;
  /** The whole log, in no order: it reads, and costs, everything there is. */
  readonly events: () => AsyncIterable<StoredEvent>;
  /** Which events of deployments and of targets there are from then on, in no order. It reads everything, and says how much that was. */
  readonly placesSince: (from: EpochMilliseconds) => Promise<PlacesSince>;
  /** All rows and heads, or the heads alone, in no order. It reads everything as well. */
  readonly items: (which: 'all' | 'heads') => AsyncIterable<ReadModelItem>;
  readonly head: (stream: string) => Promise<Head | undefined>;
  /** All or nothing. `moved-on`: something is no longer as it was read, so that nothing was written. */
  readonly mend: (mending: Mending) => Promise<'written' | 'moved-on'>;
}

export interface PlacesSince {
  readonly places: readonly { readonly stream: string; readonly version: number }[];
  /** Request units that DynamoDB bills. */
  readonly readUnits: number;
}

/** Items of one stream to be put (`expected`) or deleted, where they still are as they were read (`actual`). */
export interface Mending {
  readonly changes: readonly Difference[];
  /** The stream's head as it was read: that it still is so shows that the stream has not grown meanwhile. */
  readonly head: { readonly stream: string; readonly asRead: StoredHead | undefined };
}

export function headOf({ pk, version, hash }: StoredHead): Head {
  return { stream: pk.slice(pk.indexOf('#') + 1), version, hash };
}
