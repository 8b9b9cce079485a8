import { describe, expect, it } from 'vitest';
import { NO_FLEET } from '../../../cli/fleet-log.ts';
import { liveTree } from '../../../cli/live/live-tree.ts';
import type { Sight } from '../../../cli/sight.ts';
import type { PaperListener } from '../../../cli/terminal.ts';
import { goldenHistory } from '../../core/deployments/golden-history.ts';
import { type VirtualScreen, virtualScreen } from '../../support/virtual-screen.ts';
import { type MemoryTables, memoryTables, sluice } from '../memory-tables.ts';

const store = await goldenHistory();

/** The logs of some deployments, which grow by one event of the first unfinished one with each sleep of the watcher. */
function growing(...deploymentIds: readonly string[]): {
  readonly tables: MemoryTables;
  readonly grow: (sleeps: number) => void;
} {
  const all = deploymentIds.flatMap((id) =>
    store.allEvents().filter(({ stream }) => stream === `deployment#${id}`),
  );
  const tables = memoryTables(store);
  tables.log = all.slice(0, 1);
  return { tables, grow: (sleeps) => (tables.log = all.slice(0, sleeps + 1)) };
}

interface Watching {
  readonly terminal: VirtualScreen;
  readonly code: number;
  readonly printed: readonly string[];
  readonly noted: readonly string[];
  /** The screen after each sleep. */
  readonly frames: readonly string[];
  readonly isAttended: boolean;
}

async function watched(
  words: readonly string[],
  { tables, grow }: ReturnType<typeof growing>,
  {
    sight,
    meanwhile = () => {},
  }: {
    readonly sight?: Sight;
    readonly meanwhile?: (sleeps: number, listener: PaperListener, terminal: VirtualScreen) => void;
  } = {},
): Promise<Watching> {
  const terminal = virtualScreen(80, 40);
  const frames: string[] = [];
  let listener: PaperListener | undefined;
  const ran = await sluice(
    tables,
    ['watch', ...words],
    (sleeps) => {
      if (listener === undefined) throw new Error('the terminal was not attended to');
      frames.push(terminal.lines().join('\n'));
      grow(sleeps);
      meanwhile(sleeps, listener, terminal);
    },
    {
      paper: {
        colours: false,
        size: terminal.size,
        write: terminal.write,
        attend: (given) => {
          listener = given;
          return () => {
            listener = undefined;
          };
        },
      },
      ...(sight && { sight }),
    },
  );
  return { ...ran, terminal, frames, isAttended: listener !== undefined };
}

const seeing: Sight = {
  alias: async () => ({ status: 'seen', thing: new Map([['2', 100]]) }),
  alarms: async (names) => ({ status: 'seen', thing: names.map((name) => ({ name, state: 'OK' })) }),
};

describe('sluice watch in a terminal', () => {
  it('draws the tree with each event, and leaves the last one there with the cursor below', async () => {
    const { code, frames, terminal, printed, noted, isAttended } = await watched(
      ['d-GOLDEN001'],
      growing('d-GOLDEN001'),
      { sight: seeing },
    );
    expect({ code, printed, noted, isAttended }).toEqual({
      code: 0,
      printed: [],
      noted: [],
      isAttended: false,
    });
    expect(frames[0]).toContain('Not admitted yet');
    expect(frames.some((frame) => frame.includes('20 % of the traffic on version 2'))).toBe(true);
    const lines = terminal.lines();
    expect(lines[0]).toBe('✓ d-GOLDEN001  Succeeded  shop/live');
    expect(lines.join('\n')).toMatch(/alias {3}█+ {2}100 % on version 2/);
    expect(terminal.cursor()).toEqual({ row: lines.length, column: 0, isVisible: true });
    expect(terminal.wraps()).toBe(0);
  });

  it('follows the rollback under it to its end, and exits as the one that was asked for', async () => {
    const { code, frames, terminal } = await watched(['d-GOLDEN002'], growing('d-GOLDEN002', 'd-GOLDEN003'));
    expect(code).toBe(1);
    expect(
      frames.some((frame) =>
        /being rolled back by\n│ d-GOLDEN003[^]*● d-GOLDEN003 {2}InProgress/.test(frame),
      ),
    ).toBe(true);
    const lines = terminal.lines();
    expect(lines[0]).toBe('■ d-GOLDEN002  Stopped  shop/live');
    expect(lines.find((line) => line.includes('d-GOLDEN003  Succeeded'))).toMatch(/^└─ ✓/);
  });

  it('shows for how long the log does not answer, and goes on when it does', async () => {
    const { tables, grow } = growing('d-GOLDEN001');
    let sleeps = 0;
    const load = tables.load;
    const lossy: MemoryTables = Object.assign(tables, {
      load: async (stream: string, fromVersion: number) => {
        if (sleeps > 2 && sleeps < 30) throw Object.assign(new Error(''), { code: 'ECONNREFUSED' });
        return load(stream, fromVersion);
      },
    });
    const { code, frames, noted, terminal } = await watched(['d-GOLDEN001'], {
      tables: lossy,
      grow: (count) => {
        sleeps = count;
        grow(count);
      },
    });
    expect(code).toBe(0);
    expect(noted).toEqual([]);
    expect(frames[20]).toContain('! lost for 9 s, trying on: the local cloud');
    expect(terminal.lines().join('\n')).not.toContain('lost for');
  });

  it('counts once a second, and says so where the log keeps it waiting without an answer', () => {
    const terminal = virtualScreen(80, 40);
    const log = store.allEvents().filter(({ stream }) => stream === 'deployment#d-GOLDEN001');
    let now = log[2]?.at ?? 0;
    let listener: PaperListener | undefined;
    const showing = liveTree(
      { place: 'the stack Sluice' },
      seeing,
      {
        colours: false,
        size: terminal.size,
        write: terminal.write,
        attend: (given) => {
          listener = given;
          return () => {};
        },
      },
      { now: () => now },
    );
    showing.seen([{ events: log.slice(0, 3), fleet: NO_FLEET }], true);
    const waiting = (): string => /: (.*), until/.exec(terminal.lines().at(-1) ?? '')?.[1] ?? '';
    expect(waiting()).toBe('3 min 00 s');
    now += 2_000;
    listener?.second();
    expect(waiting()).toBe('2 min 58 s');
    now += 10_000;
    listener?.second();
    expect(terminal.lines().at(-1)).toBe('! lost for 12 s, trying on: the stack Sluice does not answer');
    showing.seen([{ events: log.slice(0, 3), fleet: NO_FLEET }], false);
    expect(waiting()).toBe('2 min 48 s');
  });

  it('draws anew in another size', async () => {
    const { terminal } = await watched(['d-GOLDEN001'], growing('d-GOLDEN001'), {
      meanwhile: (sleeps, listener, screen) => {
        if (sleeps !== 6) return;
        screen.resize(50, 40);
        listener.resized();
      },
    });
    expect(terminal.lines()[0]).toBe('✓ d-GOLDEN001  Succeeded  shop/live');
    expect(terminal.everything().filter((line) => line.includes('d-GOLDEN001'))).toHaveLength(1);
    expect(terminal.wraps()).toBe(0);
  });

  it('asks no more for what it is not permitted to read', async () => {
    let asked = 0;
    const denied: Sight = {
      alias: async () => {
        asked += 1;
        return { status: 'denied' };
      },
      alarms: async () => ({ status: 'denied' }),
    };
    const { terminal } = await watched(['d-GOLDEN001'], growing('d-GOLDEN001'), { sight: denied });
    expect(asked).toBe(1);
    expect(terminal.lines().join('\n')).toContain('not permitted to read the alias');
  });

  it('shows what it saw last where it cannot see for once', async () => {
    let looks = 0;
    const flickering: Sight = {
      ...seeing,
      alias: async (name) => {
        looks += 1;
        return looks % 2 === 0 ? { status: 'failed', message: 'timed out' } : seeing.alias(name);
      },
    };
    const { terminal } = await watched(['d-GOLDEN001'], growing('d-GOLDEN001'), { sight: flickering });
    expect(looks).toBeGreaterThan(1);
    expect(terminal.lines().join('\n')).not.toContain('timed out');
  });

  it('prints the command that makes an alias whole again where it can be copied', async () => {
    const { printed, terminal } = await watched(['d-GOLDEN005'], growing('d-GOLDEN005', 'd-GOLDEN006'));
    expect(printed).toEqual([
      expect.stringMatching(/^aws lambda update-alias .*'AdditionalVersionWeights=\{\}'$/),
    ]);
    expect(terminal.lines().join('\n')).toContain('└─ ✗ d-GOLDEN006  Failed');
  });

  it('leaves the tree there at the timeout, and says that the deployment goes on', async () => {
    const { code, noted, terminal } = await watched(['d-GOLDEN001', '--timeout', '2'], {
      ...growing('d-GOLDEN001'),
      grow: () => {},
    });
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/d-GOLDEN001 has not ended after 2 s \(--timeout\)\. It goes on/);
    expect(terminal.lines()[0]).toBe('○ d-GOLDEN001  Created  shop/live');
    expect(terminal.cursor().isVisible).toBe(true);
  });

  it('prints lines all the same with --json, and draws nothing of a deployment that does not exist', async () => {
    const json = await sluice(memoryTables(store), ['watch', 'd-GOLDEN001', '--json'], undefined, {
      paper: {
        colours: true,
        size: () => ({ columns: 80, rows: 24 }),
        write: () => {
          throw new Error('something was drawn');
        },
        attend: () => () => {},
      },
    });
    expect(json.printed).toHaveLength(11);
    const unknown = await watched(['d-NOTTHERE0'], growing('d-GOLDEN001'));
    expect(unknown.code).toBe(1);
    expect(unknown.terminal.everything()).toEqual([]);
    expect(unknown.noted.join('\n')).toContain('there is no deployment d-NOTTHERE0');
  });
});
