import { columns, counted, elapsed, oneLine } from '../lines.ts';

/** One thing that a drill shows. */
export interface Point {
  /** "alarm → stop in the log" */
  readonly name: string;
  readonly result: 'held' | 'failed' | 'not shown';
  readonly seen: string;
  /** What it took, where that says something. */
  readonly milliseconds?: number;
  /** What to do about it, of one that failed. */
  readonly remedy?: string;
}

/** As it is found: one line, and below it the remedy. */
export function pointLines({ name, result, seen, milliseconds, remedy }: Point): readonly string[] {
  const took = milliseconds === undefined ? '' : duration(milliseconds);
  const line = `${MARKS[result]}  ${took.padStart(TOOK_WIDTH)}  ${name}: ${oneLine(seen)}`;
  return remedy === undefined
    ? [line]
    : [line, `${' '.repeat(TOOK_WIDTH + MARK_WIDTH + 4)}${oneLine(remedy)}`];
}

/** "310 ms", "2.4s": what is measured is mostly shorter than the tenths of a second of other lines. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.max(0, Math.round(milliseconds))} ms` : elapsed(milliseconds);
}

const MARK_WIDTH = 9;
/** "2m 05s" */
const TOOK_WIDTH = 7;

const MARKS = {
  held: 'ok       ',
  failed: 'FAILED   ',
  'not shown': 'not shown',
} as const;

/** All of them once more, and the sum. */
export function pointTable(points: readonly Point[]): readonly string[] {
  const rows = points.map(({ name, result, milliseconds }) => [
    name,
    milliseconds === undefined ? '' : duration(milliseconds),
    result === 'failed' ? 'FAILED' : result,
  ]);
  return ['', ...columns([['point', 'took', 'result'], ...rows]), '', sum(points)];
}

function sum(points: readonly Point[]): string {
  const count = (wanted: Point['result']) => points.filter(({ result }) => result === wanted).length;
  const held = `${counted(count('held'), 'point')} held`;
  const others = [
    count('failed') > 0 ? `${count('failed')} FAILED` : '',
    count('not shown') > 0 ? `${count('not shown')} not shown` : '',
  ].filter((part) => part !== '');
  return [held, ...others].join(', ');
}

export function hasFailed(points: readonly Point[]): boolean {
  return points.some(({ result }) => result === 'failed');
}
