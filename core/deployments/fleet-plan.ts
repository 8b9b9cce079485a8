import type { MinimumHealthyHosts } from '../registry/minimum-healthy-hosts.ts';
import type { FleetOrder, Positions } from './fleet-events.ts';

/** What is known of the target at a position. */
export type TargetResult = 'unclaimed' | 'in-flight' | 'succeeded' | 'failed';

export interface FleetProgress {
  /** Of each position, in order. */
  readonly results: readonly TargetResult[];
  /** Of each position; undefined for a host outside of EC2. */
  readonly zones: readonly (string | undefined)[];
  readonly minimumHealthy: number;
  /** Absent where zones do not matter. */
  readonly zonal?: NonNullable<FleetOrder['zonal']>;
  /** The zone of the last wave, and whether it has been watched since. */
  readonly lastZone?: { readonly zone: string; readonly isWatched: boolean };
}

export type NextStep =
  | { readonly type: 'wave'; readonly positions: Positions; readonly slots: number; readonly zone?: string }
  | { readonly type: 'watch-zone'; readonly zone: string; readonly seconds: number }
  /** More hosts failed than the minimum leaves room for, and hosts are waiting. */
  | { readonly type: 'exhausted'; readonly message: string }
  | { readonly type: 'done' };

/**
 * How many of `targets` hosts must stay healthy. The two predefined configurations that count by the fleet never forbid
 * a fleet of one, which rounding up would.
 */
export function minimumHealthy(
  configName: string,
  { type, value }: MinimumHealthyHosts,
  targets: number,
): number {
  switch (type) {
    case 'HOST_COUNT':
      return value;
    case 'MOST_CONCURRENCY':
      return Math.max(0, targets - value);
    case 'FLEET_PERCENT':
      return configName === HALF_AT_A_TIME && targets === 1 ? 0 : Math.ceil((value * targets) / 100);
    default:
      return type satisfies never;
  }
}

const HALF_AT_A_TIME = 'CodeDeployDefault.HalfAtATime';

/** Whether nothing could ever be touched. Where nothing has to be, nothing is forbidden. */
export function forbidsAnyStart(minimum: number, targets: number): boolean {
  return targets > 0 && minimum >= targets;
}

/** The first zone of which nothing could ever be touched, so that the deployment could not but fail when its turn comes. */
export function zoneThatForbidsAnyStart(
  zonal: NonNullable<FleetOrder['zonal']>,
  zones: FleetProgress['zones'],
): { readonly zone: string; readonly minimum: number; readonly hosts: number } | undefined {
  const counts = new Map<string, number>();
  for (const zone of zones) counts.set(zone ?? '', (counts.get(zone ?? '') ?? 0) + 1);
  return [...counts]
    .map(([zone, hosts]) => ({ zone, hosts, minimum: minimumOfZone(zonal, hosts) }))
    .find(({ hosts, minimum }) => forbidsAnyStart(minimum, hosts));
}

/** How a fleet that is done ended: the last host may fail where the others are enough. */
export function isFleetSuccessful(succeeded: number, minimum: number, targets: number): boolean {
  return targets === 0 || succeeded >= Math.max(minimum, 1);
}

/**
 * What comes next when no target is in flight. The budget is what may be unavailable at once: a failure takes one of it
 * away for good, so that never more than `targets - minimum` hosts are failed or being worked on.
 */
export function nextStep(progress: FleetProgress): NextStep {
  const { results, zones, zonal, lastZone } = progress;
  const open = results.flatMap((result, position) => (result === 'unclaimed' ? [position] : []));
  const [first] = open;
  if (first === undefined) return { type: 'done' };
  const budget = results.length - progress.minimumHealthy - count(results, 'failed');
  if (budget <= 0) return { type: 'exhausted', message: exhausted(progress) };
  if (zonal === undefined)
    return { type: 'wave', positions: runs(open), slots: Math.min(budget, open.length) };

  const zone = zones[first] ?? '';
  const inZone = (position: number): boolean => (zones[position] ?? '') === zone;
  const seconds = monitorSeconds(zonal, zones, lastZone?.zone);
  if (lastZone !== undefined && lastZone.zone !== zone && !lastZone.isWatched && seconds > 0)
    return { type: 'watch-zone', zone: lastZone.zone, seconds };
  const ofZone = results.filter((_, position) => inZone(position));
  const minimum = minimumOfZone(zonal, ofZone.length);
  const budgetOfZone = ofZone.length - minimum - count(ofZone, 'failed');
  if (budgetOfZone <= 0) return { type: 'exhausted', message: exhaustedZone(zone, ofZone, minimum) };
  const waiting = open.filter(inZone);
  return {
    type: 'wave',
    positions: runs(waiting),
    slots: Math.min(budget, budgetOfZone, waiting.length),
    zone,
  };
}

/** The n-th position of a wave, n from 0; undefined where there are no more. */
export function positionAt(positions: Positions, n: number): number | undefined {
  let left = n;
  for (const [from, to] of positions) {
    if (left < to - from) return from + left;
    left -= to - from;
  }
  return undefined;
}

function minimumOfZone(
  { minimumHealthyHostsPerZone: perZone }: NonNullable<FleetOrder['zonal']>,
  hosts: number,
) {
  return perZone === undefined ? 0 : minimumHealthy('', perZone, hosts);
}

/** The first zone may be watched for another time than the others. */
function monitorSeconds(
  { monitorDurationInSeconds = 0, firstZoneMonitorDurationInSeconds }: NonNullable<FleetOrder['zonal']>,
  zones: FleetProgress['zones'],
  zone: string | undefined,
): number {
  const isFirst = zone === (zones[0] ?? '');
  return isFirst ? (firstZoneMonitorDurationInSeconds ?? monitorDurationInSeconds) : monitorDurationInSeconds;
}

function runs(positions: readonly number[]): Positions {
  const found: [number, number][] = [];
  for (const position of positions) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === position) last[1] += 1;
    else found.push([position, position + 1]);
  }
  return found;
}

function count(results: readonly TargetResult[], wanted: TargetResult): number {
  return results.filter((result) => result === wanted).length;
}

function exhausted({ results, minimumHealthy: minimum }: FleetProgress): string {
  const spared = count(results, 'unclaimed');
  return (
    `Too many instances failed: ${count(results, 'failed')} of ${results.length}, where at least ${minimum} must stay healthy. ` +
    `${spared} ${spared === 1 ? 'was' : 'were'} not touched.`
  );
}

function exhaustedZone(zone: string, ofZone: readonly TargetResult[], minimum: number): string {
  return (
    `Too many instances of the zone ${zone} failed, or too few may be touched: ${count(ofZone, 'failed')} of ${ofZone.length} failed, ` +
    `where at least ${minimum} must stay healthy.`
  );
}
