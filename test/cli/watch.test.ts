import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../core/chain.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { type MemoryTables, memoryTables, sluice } from './memory-tables.ts';

const store = await goldenHistory();
const CLOCK = String.raw`\d\d:\d\d:\d\d`;

/** The log of one deployment that grows by one event with each sleep of whoever watches. */
function growing(deploymentId: string): {
  readonly tables: MemoryTables;
  readonly grow: (sleeps: number) => void;
} {
  const all = store.allEvents().filter(({ stream }) => stream === `deployment#${deploymentId}`);
  const tables = memoryTables(store);
  tables.log = all.slice(0, 1);
  return { tables, grow: (sleeps) => (tables.log = all.slice(0, sleeps + 1)) };
}

describe('sluice watch', () => {
  it('prints each event once as it comes, and exits 0 when the deployment has succeeded', async () => {
    const { tables, grow } = growing('d-GOLDEN001');
    const { code, printed, noted } = await sluice(tables, ['watch', 'd-GOLDEN001'], grow);
    expect(code).toBe(0);
    expect(noted).toEqual([]);
    expect(printed).toHaveLength(11);
    expect(printed[0]).toMatch(new RegExp(`^${CLOCK}     \\+0.0s  Created for shop / live with Twenty`));
    expect(printed[5]).toMatch(
      new RegExp(`^${CLOCK}     \\+0.5s  AllowTraffic: 20 % of the traffic on version 2, until ${CLOCK}$`),
    );
    expect(printed.at(-1)).toMatch(new RegExp(`^${CLOCK}   \\+2m 01s  Succeeded: all traffic on version 2$`));
  });

  it('exits 1 when an alarm stopped it, and names the rollback', async () => {
    const { tables, grow } = growing('d-GOLDEN002');
    const { code, printed } = await sluice(tables, ['watch', 'd-GOLDEN002'], grow);
    expect(code).toBe(1);
    expect(printed.at(-1)).toMatch(/Stopped: ALARM_ACTIVE .* \(rolled back by d-GOLDEN003\)$/);
  });

  it('exits 1 when it failed', async () => {
    expect((await sluice(memoryTables(store), ['watch', 'd-GOLDEN005'])).code).toBe(1);
  });

  it('prints one line of JSON for each event', async () => {
    const { tables, grow } = growing('d-GOLDEN001');
    const { code, printed } = await sluice(tables, ['watch', 'd-GOLDEN001', '--json'], grow);
    expect(code).toBe(0);
    expect(printed.map((line) => (JSON.parse(line) as StoredEvent).version)).toEqual(
      Array.from({ length: 11 }, (_, index) => index + 1),
    );
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({
      stream: 'deployment#d-GOLDEN001',
      version: 2,
      type: 'DeploymentAdmitted',
      at: '2026-11-02T09:02:03.474Z',
      actor: { type: 'execution' },
      cause: '00000007-0000-4000-8000-000000000000',
      data: { target: { functionAlias: 'live' } },
    });
  });

  it('says when there is no such deployment, and exits 1', async () => {
    const { code, printed, noted } = await sluice(memoryTables(store), ['watch', 'd-NOTTHERE0']);
    expect({ code, printed }).toEqual({ code: 1, printed: [] });
    expect(noted.join('\n')).toMatch(/no deployment d-NOTTHERE0 in the local cloud at .*sluice list/);
  });

  it('gives up at the timeout, and says that the deployment goes on', async () => {
    const { tables } = growing('d-GOLDEN001');
    const { code, noted } = await sluice(tables, ['watch', 'd-GOLDEN001', '--timeout', '2']);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/d-GOLDEN001 has not ended after 2 s \(--timeout\)\. It goes on/);
  });

  it.each(['0', '-1', 'soon'])('refuses a timeout of %s', async (seconds) => {
    const { code, noted } = await sluice(memoryTables(store), ['watch', 'd-1', `--timeout=${seconds}`]);
    expect(code).toBe(2);
    expect(noted.join('\n')).toMatch(/--timeout takes seconds/);
  });

  it('notes a lost connection once, tries on, and misses nothing', async () => {
    const { tables, grow } = growing('d-GOLDEN001');
    let reads = 0;
    const lossy = {
      ...tables,
      load: async (stream: string, fromVersion: number) => {
        reads += 1;
        if (reads > 2 && reads < 6) throw Object.assign(new Error(''), { code: 'ECONNREFUSED' });
        return tables.load(stream, fromVersion);
      },
    };
    const { code, printed, noted } = await sluice(lossy, ['watch', 'd-GOLDEN001'], grow);
    expect(code).toBe(0);
    expect(printed).toHaveLength(11);
    expect(noted).toEqual([
      'the local cloud at http://127.0.0.1:1 does not answer (ECONNREFUSED); trying on.',
      'the local cloud at http://127.0.0.1:1 answers again.',
    ]);
  });

  it('does not try on for ever, and says what to do', async () => {
    const gone = {
      ...memoryTables(store),
      load: async () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    };
    const { code, noted } = await sluice(gone, ['watch', 'd-GOLDEN001']);
    expect(code).toBe(1);
    expect(noted.at(-1)).toMatch(/does not answer .*Run `npm start`/);
  });

  it('lets a bug be a bug', async () => {
    const broken = {
      ...memoryTables(store),
      load: async () => {
        throw new TypeError('a bug');
      },
    };
    await expect(sluice(broken, ['watch', 'd-GOLDEN001'])).rejects.toThrow('a bug');
  });
});
