import type { Usage } from '../../core/cost/prices.ts';
import { API_REQUEST_DOLLARS, READ_UNIT_DOLLARS, dollars } from '../../core/cost/prices.ts';

/** All that one deployment to a fleet has come to. */
export interface FleetRun {
  readonly hosts: number;
  /** How many of them may be down at once. */
  readonly slots: number;
  /** From its creation to its end. */
  readonly seconds: number;
  /** Of a host, from its claim to its end. */
  readonly medianSecondsInFlight: number;
  /** Of the hosts at the gateway, polls included. */
  readonly apiCalls: number;
  readonly readUnits: number;
  /** Events of the longest history of an execution. */
  readonly longestHistory: number;
  readonly usage: Usage;
}

const PER_HOST = ['seconds', 'apiCalls', 'transitions', 'writeUnits', 'readUnits', 'dollars'] as const;

type PerHost = Readonly<Record<(typeof PER_HOST)[number], number>>;

export interface FleetRow extends Pick<
  FleetRun,
  'hosts' | 'slots' | 'seconds' | 'medianSecondsInFlight' | 'longestHistory'
> {
  readonly perHost: PerHost;
  /** Of each figure per host, to that of the smallest fleet. */
  readonly ratios: PerHost;
}

/** A row for each run, the smallest fleet first. */
export function fleetRows(runs: readonly FleetRun[]): readonly FleetRow[] {
  const sorted = [...runs].sort((one, other) => one.hosts - other.hosts);
  return sorted.map((run) => {
    const perHost = perHostOf(run);
    const smallest = perHostOf(sorted[0] ?? run);
    const ratios = Object.fromEntries(
      PER_HOST.map((kind) => [kind, perHost[kind] / smallest[kind]]),
    ) as PerHost;
    const { hosts, slots, seconds, medianSecondsInFlight, longestHistory } = run;
    return { hosts, slots, seconds, medianSecondsInFlight, longestHistory, perHost, ratios };
  });
}

function perHostOf({ hosts, seconds, apiCalls, readUnits, usage }: FleetRun): PerHost {
  const all = {
    seconds,
    apiCalls,
    transitions: usage.stateTransitions,
    writeUnits: usage.writeRequestUnits,
    readUnits,
    dollars: dollars(usage) + apiCalls * API_REQUEST_DOLLARS + readUnits * READ_UNIT_DOLLARS,
  };
  return Object.fromEntries(PER_HOST.map((kind) => [kind, all[kind] / hosts])) as PerHost;
}

export interface Limit {
  readonly says: string;
  readonly found: string;
  readonly isMet: boolean;
}

/** How far a figure per host may be from that of the smallest fleet. */
const TOLERANCE = 0.2;
const MOST_TRANSITIONS_OF_A_HOST = 12;
/** Step Functions ends an execution at 25,000. */
const MOST_EVENTS_OF_A_HISTORY = 10_000;

/** What does not depend on the machine has to be flat: so not the time. */
const FLAT = { apiCalls: 'API calls', transitions: 'transitions', writeUnits: 'write units' } as const;

export function fleetLimits(rows: readonly FleetRow[]): readonly Limit[] {
  const most = (of: (row: FleetRow) => number): number => Math.max(...rows.map(of));
  const transitions = most(({ perHost }) => perHost.transitions);
  const longest = most(({ longestHistory }) => longestHistory);
  const flat = (Object.keys(FLAT) as (keyof typeof FLAT)[]).map((kind): Limit => {
    const farthest = most(({ ratios }) => Math.abs(ratios[kind] - 1));
    return {
      says: `${FLAT[kind]} per host flat within ±${TOLERANCE * 100} %`,
      found: `${(farthest * 100).toFixed(1)} % off at most`,
      isMet: farthest <= TOLERANCE,
    };
  });
  return [
    ...flat,
    {
      says: `at most ${MOST_TRANSITIONS_OF_A_HOST} transitions per host`,
      found: transitions.toFixed(2),
      isMet: transitions <= MOST_TRANSITIONS_OF_A_HOST,
    },
    {
      says: `no history over ${MOST_EVENTS_OF_A_HISTORY.toLocaleString('en-US')} events`,
      found: String(longest),
      isMet: longest <= MOST_EVENTS_OF_A_HISTORY,
    },
  ];
}
