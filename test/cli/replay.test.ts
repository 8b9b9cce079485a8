import { beforeEach, describe, expect, it } from 'vitest';
import { chainText } from '../../core/chain.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { isHead } from '../../functions/runtime/replay.ts';
import { system } from '../../functions/runtime/system.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { type MemoryTables, memoryTables, sluice } from './memory-tables.ts';

const store = await goldenHistory();
const DEPLOYMENT = 'deployment#d-GOLDEN001';
const ROW = rowKeys.deployment('d-GOLDEN001');
const STRAY = { pk: 'deployments', sk: 'stray', owner: 'deployment#d-NOTTHERE0', data: '{}' };
let tables: MemoryTables;
beforeEach(() => {
  tables = memoryTables(store);
});

const check = async () => sluice(tables, ['replay', '--check']);

describe('sluice replay --check', () => {
  it('finds the rows that were written along with each append to be those of a replay', async () => {
    const { code, printed } = await check();
    expect(code).toBe(0);
    expect(printed.join()).toMatch(/^\d+ streams, \d+ rows: the rows are what the log says$/);
  });

  it('names every difference, writes nothing and exits 1', async () => {
    damage();
    const before = [...tables.rows];
    const { code, printed } = await check();
    expect(code).toBe(1);
    expect(printed).toEqual([
      'applications / shop of application#a0000000-0000-4000-8000-000000000001 is missing',
      'deployment#d-GOLDEN001 / deployment of deployment#d-GOLDEN001 differs',
      'deployments / stray of deployment#d-NOTTHERE0 is contributed by no stream',
      expect.stringMatching(/: 3 differences\. `sluice replay` mends them\.$/),
    ]);
    expect(tables.rows).toEqual(before);
  });

  it('sees an attribute too many, and one space', async () => {
    tables.rows = tables.rows.map((row) => (isRow(row) ? { ...row, extra: 1 } : row));
    expect((await check()).code).toBe(1);
    tables = memoryTables(store);
    tables.rows = tables.rows.map((row) =>
      isRow(row) && !isHead(row) ? { ...row, data: `${row.data} ` } : row,
    );
    expect((await check()).code).toBe(1);
  });

  it('takes only what is found twice for a difference, since the log may be in use', async () => {
    damage();
    const meanwhile = () => (tables.rows = memoryTables(store).rows);
    expect((await sluice(tables, ['replay', '--check'], meanwhile)).code).toBe(0);
  });
});

describe('sluice replay', () => {
  it('puts what is missing or differs, deletes what no stream contributes, and then there is no difference', async () => {
    damage();
    const { code, printed } = await sluice(tables, ['replay']);
    expect(code).toBe(0);
    expect(printed.join()).toMatch(/: 2 put, 1 deleted$/);
    expect((await check()).code).toBe(0);
  });

  it('makes everything from nothing, heads last', async () => {
    tables.rows = [];
    const headLast: boolean[] = [];
    const watched = {
      ...tables,
      mend: async (mending: Parameters<MemoryTables['mend']>[0]) => {
        const { expected } = mending.changes.at(-1) ?? {};
        headLast.push(expected !== undefined && isHead(expected));
        return tables.mend(mending);
      },
    };
    expect((await sluice(watched, ['replay'])).code).toBe(0);
    expect(headLast).toEqual(tables.rows.filter(isHead).map(() => true));
    expect((await check()).code).toBe(0);
  });

  it('leaves a stream that grows meanwhile for the next run, and exits 1', async () => {
    damage();
    const grown = {
      ...tables,
      mend: async (mending: Parameters<MemoryTables['mend']>[0]) =>
        mending.head.stream === DEPLOYMENT ? ('moved-on' as const) : tables.mend(mending),
    };
    const { code, printed } = await sluice(grown, ['replay']);
    expect(code).toBe(1);
    expect(printed.at(-1)).toMatch(
      /^1 difference left, because the stream has grown meanwhile\. Run it again\.$/,
    );
  });

  it('writes over a head that disagrees with the log only where it is told to', async () => {
    tables.log = tables.log.filter(({ stream, version }) => stream !== DEPLOYMENT || version < 11);
    const before = [...tables.rows];
    const refused = await sluice(tables, ['replay']);
    expect(refused.code).toBe(1);
    expect(refused.noted.join()).toMatch(
      /the head of deployment#d-GOLDEN001 says version 11, and the log does not/,
    );
    expect(tables.rows).toEqual(before);
    expect((await sluice(tables, ['replay', '--overwrite-heads'])).code).toBe(0);
    expect((await check()).code).toBe(0);
  });

  it('makes nothing of an altered log', async () => {
    tables.log = tables.log.map((event) =>
      event.stream === DEPLOYMENT ? { ...event, at: event.at + 1 } : event,
    );
    const { code, noted } = await sluice(tables, ['replay']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(
      /the log is not whole, nothing was written: deployment#d-GOLDEN001@1: it was altered/,
    );
  });

  it('makes nothing of a log in which two streams own one row', async () => {
    const [created] = tables.log.filter(({ type }) => type === 'ApplicationCreated');
    if (created === undefined) throw new Error('the golden log creates an application');
    const data = created.data.replace('"store"', '"shop"').replace('000000000001"', '000000000009"');
    const { hash: _, ...other } = { ...created, stream: 'application#other', data };
    tables.log.push({ ...other, hash: system.sha256(chainText(other)) });
    const { code, noted } = await sluice(tables, ['replay', '--check']);
    expect(code).toBe(1);
    expect(noted.join()).toMatch(
      /row applications \/ shop has two owners: application#a0.* and application#other/,
    );
  });

  it('makes nothing of a stream of an unknown kind', async () => {
    const [event] = tables.log;
    if (event === undefined) throw new Error('the golden log is not empty');
    const { hash: _, ...other } = { ...event, stream: 'mystery#1' };
    tables.log.push({ ...other, hash: system.sha256(chainText(other)) });
    expect((await check()).noted.join()).toMatch(/the stream mystery#1 is of no kind that is known/);
  });
});

/** One row is gone, one is altered, and one is there that nobody contributes. */
function damage(): void {
  const name = rowKeys.applicationName('shop');
  tables.rows = tables.rows
    .filter(({ pk, sk }) => pk !== name.pk || sk !== name.sk)
    .map((row) =>
      isRow(row) && !isHead(row) ? { ...row, data: row.data.replace('Succeeded', 'Failed') } : row,
    );
  tables.rows.push(STRAY);
}

function isRow({ pk, sk }: { readonly pk: string; readonly sk: string }): boolean {
  return pk === ROW.pk && sk === ROW.sk;
}
