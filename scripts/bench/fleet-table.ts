import type { FleetRow, Limit } from './fleet-figures.ts';

const NOTES = `
  Per host: calls of its agent at the gateway, and its share of the transitions of Step Functions, of the units that DynamoDB
  says it consumed, and of the dollars at list prices. In brackets the multiple of the first line. Time is what this machine
  makes of it, and no limit. "in flight": from a host's claim to its end, the median. Transitions and histories are counted
  by the interpreter of the workflows for the same hosts and slots: the emulator keeps no histories of a map's children.
  Hosts ask from their turn on: what one costs that waits is in docs/hosts.md.`;

const COLUMNS: readonly (readonly [heading: string, cell: (row: FleetRow) => string])[] = [
  ['hosts', ({ hosts }) => hosts.toLocaleString('en-US')],
  ['at once', ({ slots }) => String(slots)],
  ['time', ({ seconds }) => `${seconds.toFixed(0)} s`],
  ['in flight', ({ medianSecondsInFlight: seconds }) => `${seconds.toFixed(1)} s`],
  ['s/host', (row) => withRatio(row, 'seconds', 2)],
  ['calls', (row) => withRatio(row, 'apiCalls', 1)],
  ['transitions', (row) => withRatio(row, 'transitions', 2)],
  ['writes', (row) => withRatio(row, 'writeUnits', 0)],
  ['reads', (row) => withRatio(row, 'readUnits', 0)],
  ['dollars', (row) => withRatio(row, 'dollars', 6)],
  ['longest history', ({ longestHistory }) => String(longestHistory)],
];

/** The table for people, with each limit and whether it is met below it. */
export function fleetTable(rows: readonly FleetRow[], limits: readonly Limit[]): string {
  const table = [
    COLUMNS.map(([heading]) => heading),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '),
  );
  const judged = limits.map(
    ({ says, found, isMet }) => `  ${isMet ? 'met    ' : 'NOT MET'}  ${says.padEnd(48)}${found}`,
  );
  return [...lines.map((line) => `  ${line}`), NOTES, '', ...judged, ''].join('\n');
}

function withRatio({ perHost, ratios }: FleetRow, kind: keyof FleetRow['perHost'], digits: number): string {
  return `${perHost[kind].toFixed(digits)} (${ratios[kind].toFixed(2)})`;
}
