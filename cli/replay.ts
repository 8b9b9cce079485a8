import type { StoredEvent } from '../core/chain.ts';
import { byStream, firstBrokenLink, linkOf } from '../core/verification.ts';
import { MOST_ACTIONS } from '../functions/adapters/event-store.ts';
import type { Difference, ReadModelItem, StoredHead } from '../functions/runtime/replay.ts';
import { IntegrityError, differences, isHead, replayHeads, replayRows } from '../functions/runtime/replay.ts';
import { system } from '../functions/runtime/system.ts';
import { CannotDo, type Command, type ExitCode, type Invocation } from './command.ts';
import { counted } from './lines.ts';
import { type Mending, type Tables, headOf } from './tables.ts';

export const replay: Command = {
  name: 'replay',
  summary: 'rebuilds the read model from the log; with --check only compares the two',
  options: { check: { type: 'boolean' }, 'overwrite-heads': { type: 'boolean' } },
  help: `Folds every stream of the log, and makes the rows and heads what the log says: puts those that are missing or differ,
deletes those that no stream contributes. Nothing else is touched, and it may run while Sluice is in use: a stream
that grows meanwhile is left for the next run. It reads both tables whole.

--check only compares, byte for byte. A head that disagrees with the log may be the only trace of a tail that was cut
off; replay refuses to write then, unless --overwrite-heads is given. See \`sluice verify\`.

Example: sluice replay --check

Exit code: 0 where the rows are (now) what the log says, else 1.`,
  run: rebuild,
};

async function rebuild(invocation: Invocation): Promise<ExitCode> {
  const { values, terminal, connect } = invocation;
  const { tables } = await connect();
  const compared = await steadyDifferences(tables, invocation.sleep);
  const { streams, rows, found } = compared;
  const looked = `${counted(streams, 'stream')}, ${counted(rows, 'row')}`;
  if (found.length === 0) {
    terminal.print(`${looked}: the rows are what the log says`);
    return 0;
  }
  if (values['check'] === true) {
    for (const difference of found) terminal.print(differenceLine(difference));
    terminal.print(`${looked}: ${counted(found.length, 'difference')}. \`sluice replay\` mends them.`);
    return 1;
  }
  if (values['overwrite-heads'] !== true) refuseForeignHeads(found);
  const { written, left } = await mended(tables, compared);
  const puts = written.filter(({ expected }) => expected !== undefined).length;
  terminal.print(`${looked}: ${puts} put, ${written.length - puts} deleted`);
  if (left > 0)
    terminal.print(
      `${counted(left, 'difference')} left, because the stream has grown meanwhile. Run it again.`,
    );
  return left === 0 ? 0 : 1;
}

interface Comparison {
  readonly streams: number;
  readonly rows: number;
  readonly found: readonly Difference[];
  /** What the log says, by stream. */
  readonly heads: ReadonlyMap<string, StoredHead>;
}

/** Long enough for an append that was under way to be seen by both scans. */
const BETWEEN_COMPARISONS_MILLISECONDS = 500;

/** A log in use grows between the scans of the two tables: only a difference that is found twice is one. */
async function steadyDifferences(tables: Tables, sleep: Invocation['sleep']): Promise<Comparison> {
  const first = await comparison(tables);
  if (first.found.length === 0) return first;
  await sleep(BETWEEN_COMPARISONS_MILLISECONDS);
  const second = await comparison(tables);
  const before = new Set(first.found.map((difference) => JSON.stringify(difference)));
  return { ...second, found: second.found.filter((difference) => before.has(JSON.stringify(difference))) };
}

async function comparison(tables: Tables): Promise<Comparison> {
  const events: StoredEvent[] = [];
  for await (const event of tables.events()) events.push(event);
  refuseBrokenChain(events);
  const heads = replayHeads(events);
  const rows = rowsOf(events);
  const actual: ReadModelItem[] = [];
  for await (const item of tables.items('all')) actual.push(item);
  return {
    streams: heads.length,
    rows: rows.length,
    found: differences([...rows, ...heads], actual),
    heads: new Map(heads.map((head) => [head.owner, head])),
  };
}

/** What is made of an altered log is worth nothing. */
function refuseBrokenChain(events: readonly StoredEvent[]): void {
  const links = events.map((event) => linkOf(event, system.sha256));
  for (const chain of byStream(links).values()) {
    const broken = firstBrokenLink(chain);
    if (broken === undefined) continue;
    throw new CannotDo(
      `the log is not whole, nothing was written: ${broken.stream}@${broken.version}: ${broken.message}. ` +
        'Run `sluice verify`.',
    );
  }
}

function rowsOf(events: readonly StoredEvent[]): ReturnType<typeof replayRows> {
  try {
    return replayRows(events);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    throw new CannotDo(`the log contradicts itself, nothing was written: ${error.message}.`);
  }
}

function differenceLine({ expected, actual }: Difference): string {
  const { pk, sk, owner } = expected ?? actual ?? { pk: '', sk: '', owner: '' };
  const what =
    actual === undefined ? 'is missing' : expected === undefined ? 'is contributed by no stream' : 'differs';
  return `${pk} / ${sk} of ${owner} ${what}`;
}

function refuseForeignHeads(found: readonly Difference[]): void {
  for (const { actual } of found) {
    if (actual === undefined || !isHead(actual)) continue;
    const { stream, version } = headOf(actual);
    throw new CannotDo(
      `the head of ${stream} says version ${version}, and the log does not: perhaps its tail was cut off. Nothing was ` +
        'written. Run `sluice verify`; --overwrite-heads makes the heads what the log says, and removes that trace.',
    );
  }
}

async function mended(
  tables: Tables,
  { found, heads }: Comparison,
): Promise<{ readonly written: readonly Difference[]; readonly left: number }> {
  const written: Difference[] = [];
  for (const mending of mendings(found, heads)) {
    if ((await tables.mend(mending)) === 'written') written.push(...mending.changes);
  }
  return { written, left: found.length - written.length };
}

/**
 * Stream by stream, each in as few transactions as it fits. The head of a stream comes last: until it is there no
 * append succeeds, so that nobody builds on half of the rows.
 */
function mendings(found: readonly Difference[], heads: ReadonlyMap<string, StoredHead>): readonly Mending[] {
  const streams = new Map<string, { readonly rows: Difference[]; readonly heads: Difference[] }>();
  for (const difference of found) {
    const { stream, isOfHead } = placeOf(difference);
    const group = streams.get(stream) ?? { rows: [], heads: [] };
    streams.set(stream, group);
    (isOfHead ? group.heads : group.rows).push(difference);
  }
  return [...streams].flatMap(([stream, group]) => {
    const [headChange] = group.heads;
    const asRead =
      headChange === undefined ? heads.get(stream) : (headChange.actual as StoredHead | undefined);
    return parts([...group.rows, ...group.heads]).map((changes) => ({ changes, head: { stream, asRead } }));
  });
}

function placeOf({ expected, actual }: Difference): { readonly stream: string; readonly isOfHead: boolean } {
  const item = expected ?? actual;
  if (item === undefined) throw new Error('a difference has two sides, or one');
  return isHead(item)
    ? { stream: headOf(item).stream, isOfHead: true }
    : { stream: item.owner, isOfHead: false };
}

/** One action of each transaction is left for the check of the head. */
function parts(changes: readonly Difference[]): readonly (readonly Difference[])[] {
  const size = MOST_ACTIONS - 1;
  return Array.from({ length: Math.ceil(changes.length / size) }, (_, index) =>
    changes.slice(index * size, (index + 1) * size),
  );
}
