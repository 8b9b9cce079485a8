import type { StoredEvent } from '../core/chain.ts';
import type { TargetEvent } from '../core/deployments/target-events.ts';
import { targetOfStream, targetStream } from '../core/deployments/target-stream.ts';
import type { TargetRow } from '../core/views/target-rows.ts';
import { targetTimeline } from '../core/views/target-timeline.ts';
import type { TimelineEntry } from '../core/views/timeline.ts';
import { claimedTargets } from '../functions/runtime/fleet-rows.ts';
import { inBatches } from '../functions/runtime/in-batches.ts';
import { recorded } from '../functions/runtime/history.ts';
import { tellLocalTime } from './lines.ts';
import type { Tables } from './tables.ts';

/** The claimed targets of a fleet as they were read last. Another object only where something has changed. */
export interface FleetLog {
  readonly targets: readonly TargetRow[];
  /** What has happened to them, in the order of time as far as it was read at once. Empty where nobody asked for it. */
  readonly events: readonly StoredEvent[];
}

export const NO_FLEET: FleetLog = { targets: [], events: [] };

/** Each target has a stream of its own, so that it is read only where its row has changed. */
export async function grownFleet(
  tables: Pick<Tables, 'load' | 'reader'>,
  deploymentId: string,
  before: FleetLog,
  { withEvents }: { readonly withEvents: boolean },
): Promise<FleetLog> {
  const targets = await claimedTargets(tables.reader, deploymentId);
  const known = new Map(before.targets.map((row) => [row.claimed.targetId, JSON.stringify(row)]));
  const changed = targets.filter((row) => known.get(row.claimed.targetId) !== JSON.stringify(row));
  if (changed.length === 0) return before;
  if (!withEvents) return { targets, events: [] };
  const versions = new Map<string, number>();
  for (const { stream, version } of before.events) versions.set(stream, version);
  const loaded = await inBatches(changed, STREAMS_AT_ONCE, ({ claimed }) => {
    const stream = targetStream(deploymentId, claimed.targetId);
    return tables.load(stream, (versions.get(stream) ?? 0) + 1);
  });
  const news = loaded.flat().sort((one, other) => one.at - other.at);
  return { targets, events: [...before.events, ...news] };
}

/** Enough to hide the way to the table, and few enough not to be throttled by it. */
const STREAMS_AT_ONCE = 20;

/** The entries of events of targets, for people on this machine; a failure says where all is that was written. */
export function targetEntriesOf(events: readonly StoredEvent[], createdAt: number): readonly TimelineEntry[] {
  const known = events.map((event) => recorded<TargetEvent>(event));
  return targetTimeline(known, createdAt, tellLocalTime).map((entry, index) => {
    const event = known[index];
    if (event?.type !== 'HostEventFailed' || event.data.outputKey === undefined) return entry;
    const { deploymentId, targetId } = targetOfStream(event.stream) ?? {};
    const command = `sluice output ${deploymentId} ${targetId} --event ${event.data.lifecycleEventName}`;
    return { ...entry, sentence: `${entry.sentence} (whole output: ${command})` };
  });
}

/** Two lists in the order of time as one; what happened at the same moment stays in the order of the lists. */
export function byTime<Item extends { readonly at: number }>(
  one: readonly Item[],
  other: readonly Item[],
): readonly Item[] {
  return [...one, ...other].sort((a, b) => a.at - b.at);
}
