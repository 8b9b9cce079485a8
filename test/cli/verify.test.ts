import { beforeEach, describe, expect, it } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { type MemoryTables, memoryTables, sluice } from './memory-tables.ts';

const store = await goldenHistory();
const STREAM = 'deployment#d-GOLDEN001';
let tables: MemoryTables;
beforeEach(() => {
  tables = memoryTables(store);
});

describe('sluice verify', () => {
  it('says that a whole log is whole, and how much it looked at', async () => {
    const { code, printed } = await sluice(tables, ['verify']);
    expect(code).toBe(0);
    expect(printed).toEqual([
      `${new Set(tables.log.map(({ stream }) => stream)).size} streams, ${tables.log.length} events: the chain is whole`,
    ]);
  });

  it('names the first broken link of each broken stream in words, and exits 1', async () => {
    tables.log = tables.log
      .map((event) => (at(event, STREAM, 5) ? { ...event, data: event.data.replace('20', '90') } : event))
      .filter((event) => !at(event, 'deployment#d-GOLDEN002', 9));
    const { code, printed } = await sluice(tables, ['verify']);
    expect(code).toBe(1);
    expect(printed).toEqual([
      expect.stringMatching(
        /^deployment#d-GOLDEN001@5: it was altered: the hash of its content is [0-9a-f]{12}…/,
      ),
      expect.stringMatching(/^deployment#d-GOLDEN002@9: it is missing: the next event there is 10$/),
      expect.stringMatching(/: 2 streams broken$/),
    ]);
  });

  it('sees a tail that was cut off, and a head of nothing', async () => {
    tables.log = tables.log.filter((event) => !at(event, STREAM, 11));
    tables.rows.push({ ...rowKeys.head('deployment#d-FOREIGN01'), owner: 'x', version: 2, hash: 'h' });
    const { code, printed } = await sluice(tables, ['verify']);
    expect(code).toBe(1);
    expect(printed.slice(0, 2)).toEqual([
      'deployment#d-FOREIGN01@1: the tail was cut: the head says version 2, but the log has no event of it',
      `${STREAM}@11: the tail was cut: the head says version 11, but the log ends at 10`,
    ]);
  });

  it('looks at one stream only where it is told to', async () => {
    tables.log = tables.log.filter((event) => !at(event, STREAM, 11));
    expect((await sluice(tables, ['verify', '--stream', 'deployment#d-GOLDEN002'])).printed).toEqual([
      '1 stream, 10 events: the chain is whole',
    ]);
    expect((await sluice(tables, ['verify', '--stream', STREAM])).printed.at(-1)).toBe(
      '1 stream, 10 events: 1 stream broken',
    );
    const unknown = await sluice(tables, ['verify', '--stream', 'deployment#d-NOTTHERE0']);
    expect(unknown.code).toBe(1);
    expect(unknown.noted.join()).toMatch(/there is no stream deployment#d-NOTTHERE0/);
  });

  it('does not take a log that grows between the scans for a broken one', async () => {
    const whole = tables.log;
    const scanned = whole.filter((event) => !at(event, STREAM, 11));
    const grown: MemoryTables = {
      ...tables,
      async *events() {
        yield* scanned;
      },
    };
    const { code, printed } = await sluice(grown, ['verify']);
    expect(code).toBe(0);
    expect(printed.join()).toMatch(/the chain is whole/);
  });

  it('waits for a stream that grows while it is looked at', async () => {
    const head = await tables.head(STREAM);
    let reads = 0;
    const moving: MemoryTables = {
      ...tables,
      load: async (stream, from) => {
        const events = await tables.load(stream, from);
        return reads <= 1 ? events.slice(0, -1) : events;
      },
      head: async () => {
        reads += 1;
        return reads === 1 && head !== undefined ? { ...head, version: head.version - 1 } : head;
      },
    };
    expect((await sluice(moving, ['verify', '--stream', STREAM])).code).toBe(0);
    expect(reads).toBe(4);
  });
});

function at(event: { readonly stream: string; readonly version: number }, stream: string, version: number) {
  return event.stream === stream && event.version === version;
}
