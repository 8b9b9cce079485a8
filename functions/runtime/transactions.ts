import type { StoredEvent } from '../../core/chain.ts';
import type { Row, RowKey } from '../../core/decider.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { deploymentIdOfStream } from '../../core/deployments/deployment-stream.ts';
import type { TargetEvent } from '../../core/deployments/target-events.ts';
import { targetOfStream } from '../../core/deployments/target-stream.ts';
import { type FlatItem, itemBytes } from '../../core/cost/write-units.ts';
import { chunkOf } from '../../core/views/deployment-rows.ts';
import { keyText, rowKeys } from '../../core/views/row-keys.ts';
import { headsOf } from '../adapters/event-store.ts';
import { aggregates } from './aggregates.ts';
import { recorded } from './history.ts';
import { IntegrityError } from './replay.ts';
import { rowChanges, stored } from './row-changes.ts';

/** What one append wrote, told by the log that it left. */
export interface Transaction {
  readonly cause: string;
  readonly items: readonly TransactionItem[];
}

export interface TransactionItem {
  /** The stream that it was written for: what is written along with a new deployment is written for that one. */
  readonly stream: string;
  /** The larger of the item before and after; of one that was only checked, its key. */
  readonly size:
    | { readonly type: 'bytes'; readonly bytes: number }
    | { readonly type: 'checked'; readonly key: RowKey };
}

/**
 * The appends that these streams tell of: their events of one cause were written together. All streams of such a cause
 * must be given, each from its first event on. Tries that came to nothing have left no trace.
 */
export function transactionsOf(streams: readonly (readonly StoredEvent[])[]): readonly Transaction[] {
  const byCause = new Map<string, Part[]>();
  for (const part of streams.flatMap(partsOf)) {
    byCause.set(part.cause, [...(byCause.get(part.cause) ?? []), part]);
  }
  return [...byCause].map(([cause, parts]) => ({ cause, items: itemsOf(parts) }));
}

/** What one append did to one stream. */
interface Part {
  readonly stream: string;
  readonly cause: string;
  readonly events: readonly StoredEvent[];
  /** The first event of the stream. */
  readonly beginning: StoredEvent | undefined;
  readonly before: readonly Row[];
  readonly after: readonly Row[];
}

function partsOf(events: readonly StoredEvent[]): readonly Part[] {
  const stream = events[0]?.stream ?? '';
  const aggregate = aggregates[stream.slice(0, stream.indexOf('#'))];
  if (events.length === 0) return [];
  if (aggregate === undefined) throw new IntegrityError(`the stream ${stream} is of no kind that is known`);
  const parts: Part[] = [];
  let state = aggregate.initial;
  for (let start = 0; start < events.length;) {
    const cause = events[start]?.cause ?? '';
    const following = events.findIndex((event, index) => index > start && event.cause !== cause);
    const end = following === -1 ? events.length : following;
    const own = events.slice(start, end);
    const before = aggregate.rows(state);
    state = own.reduce((folded, event) => aggregate.evolve(folded, recorded(event)), state);
    parts.push({ stream, cause, events: own, beginning: events[0], before, after: aggregate.rows(state) });
    start = end;
  }
  return parts;
}

function itemsOf(parts: readonly Part[]): readonly TransactionItem[] {
  const events = parts.flatMap((part) => part.events);
  const changes = rowChanges(parts);
  const before = new Map(
    parts.flatMap((part) =>
      part.before.map((row) => [keyText(row), itemBytes({ ...stored(part.stream, row) })]),
    ),
  );
  const created = events.find(({ stream, version }) => version === 1 && isDeployment(stream));
  const writtenFor = (stream: string): string =>
    isDeployment(stream) || created === undefined ? stream : created.stream;
  const written = (stream: string, bytes: number): TransactionItem => ({
    stream: writtenFor(stream),
    size: { type: 'bytes', bytes },
  });
  return [
    ...events.map((event) => written(event.stream, itemBytes({ ...event }))),
    ...headsOf({ events, rows: changes, required: [] }).map(({ stream, version, hash }) =>
      written(stream, itemBytes({ ...rowKeys.head(stream), owner: stream, version, hash })),
    ),
    ...changes.map(({ type, row }) => {
      const after = type === 'put' ? itemBytes({ ...row } satisfies FlatItem) : 0;
      return written(row.owner, Math.max(after, before.get(keyText(row)) ?? 0));
    }),
    ...parts.flatMap(({ stream, events: appended, beginning }) =>
      appended.flatMap((event) =>
        requiredBy(event, beginning).map((key): TransactionItem => ({
          stream,
          size: { type: 'checked', key },
        })),
      ),
    ),
  ];
}

/** `beginning` is the first event of its stream. */
function requiredBy(event: StoredEvent, beginning: StoredEvent | undefined): readonly RowKey[] {
  if (isDeployment(event.stream)) return parentsOf(event);
  if (targetOfStream(event.stream) === undefined || beginning === undefined) return [];
  const claimed = recorded<TargetEvent>(beginning);
  return claimed.type === 'TargetClaimed' && beginsSomething(event)
    ? [rowKeys.openChunk(claimed.data.deploymentId, chunkOf(claimed.data.position))]
    : [];
}

/** Nothing new begins in a deployment that is about to end. */
function beginsSomething(event: StoredEvent): boolean {
  const { type } = recorded<TargetEvent>(event);
  return type === 'TargetClaimed' || type === 'HostCommandQueued';
}

/** A deployment requires its application and its group; a rollback requires nobody. */
function parentsOf(stored: StoredEvent): readonly RowKey[] {
  const event = recorded<DeploymentEvent>(stored);
  if (event.type !== 'DeploymentCreated' || event.data.creator !== 'user') return [];
  return [
    rowKeys.application(event.data.applicationId),
    rowKeys.deploymentGroup(event.data.deploymentGroupId),
  ];
}

function isDeployment(stream: string): boolean {
  return deploymentIdOfStream(stream) !== undefined;
}
