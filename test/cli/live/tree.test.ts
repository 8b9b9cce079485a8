import { describe, expect, it } from 'vitest';
import { stripVTControlCharacters } from 'node:util';
import type { StoredEvent } from '../../../core/chain.ts';
import { displayWidth } from '../../../cli/live/display-width.ts';
import { followed } from '../../../cli/live/followed.ts';
import { type Scene, tree } from '../../../cli/live/tree.ts';
import { goldenHistory } from '../../core/deployments/golden-history.ts';

const store = await goldenHistory();
const plain = { width: 79, colours: false };

function log(deploymentId: string): readonly StoredEvent[] {
  return store.allEvents().filter(({ stream }) => stream === `deployment#${deploymentId}`);
}

/** Up to the first event of the type. */
function until(type: string, deploymentId: string): readonly StoredEvent[] {
  const all = log(deploymentId);
  return all.slice(0, all.findIndex((event) => event.type === type) + 1);
}

/** So many seconds after the last of the events. */
function scene(
  logs: readonly (readonly StoredEvent[])[],
  seconds: number,
  change: Partial<Scene> = {},
): Scene {
  const last = Math.max(...logs.flat().map(({ at }) => at));
  return {
    now: last + seconds * 1000,
    deployments: logs.flatMap((events) => followed(events) ?? []),
    alias: { status: 'unseen' },
    alarms: { status: 'unseen' },
    ...change,
  };
}

/** An event with other data than it had. */
function changed(event: StoredEvent, change: object): StoredEvent {
  return { ...event, data: JSON.stringify({ ...(JSON.parse(event.data) as object), ...change }) };
}

function shares(of: Readonly<Record<string, number>>): Scene['alias'] {
  return { status: 'seen', thing: new Map(Object.entries(of)) };
}

function alarm(state: 'OK' | 'ALARM' | 'MISSING'): Scene['alarms'] {
  return { status: 'seen', thing: [{ name: 'checkout-5xx', state }] };
}

describe('the tree of a deployment', () => {
  it('shows all that there is to know of one that bakes', () => {
    const baking = scene([until('TrafficShifted', 'd-GOLDEN002')], 14, {
      alias: shares({ 2: 80, 3: 20 }),
      alarms: alarm('OK'),
    });
    const lines = tree(baking, plain);
    const full = '█'.repeat(8);
    const empty = '░'.repeat(32);
    expect(lines.slice(0, -1)).toEqual([
      '● d-GOLDEN002  InProgress  shop/live',
      '│ 20 % of the traffic on version 3',
      '│ by assumed-role/ci/run-77, with TwentyForTwoMinutes, 14 s so far',
      '├─ Traffic  alias live of checkout, version 2 → 3',
      `│    wanted  ${full}${empty}  20 % on version 3`,
      `│    alias   ${full}${empty}  20 % on version 3`,
      '│    next    100 % in 1 min 46 s, step 2 of 2',
      '├─ ✓ BeforeAllowTraffic  Succeeded      0.0s',
      '├─ ● AllowTraffic        InProgress      14s',
      '├─ ○ AfterAllowTraffic   Pending',
      '├─ Alarms  ✓ checkout-5xx  OK',
    ]);
    expect(lines.at(-1)).toMatch(
      /^└─ Waiting for the bake of step 1 at 20 % to end: 1 min 46 s, until \d\d:\d\d:\d\d$/,
    );
  });

  it('counts down to the next step, and up to now', () => {
    const logs = [until('TrafficShifted', 'd-GOLDEN002')];
    expect(tree(scene(logs, 119.5), plain)).toContain('│    next    100 % in 1 s, step 2 of 2');
    expect(tree(scene(logs, 119.5), plain)[2]).toMatch(/ 2 min 00 s so far$/);
    expect(tree(scene(logs, 120), plain)).toContain('│    next    100 % now, step 2 of 2');
  });

  it('shows traffic on its way by a bar of its own kind', () => {
    const [, wanted] = tree(scene([until('AlarmRaised', 'd-GOLDEN002')], 0), plain).filter((line) =>
      /Traffic|wanted/.test(line),
    );
    expect(wanted).toMatch(/wanted {2}▒{8}░{32} {2}20 → 0 % on version 3$/);
  });

  it('tells in words that an alarm stopped it, who stopped it, or what failed', () => {
    const sentence = (logs: readonly (readonly StoredEvent[])[], seconds = 14) =>
      tree(scene(logs, seconds), { ...plain, width: 199 })[1];
    expect(sentence([until('AlarmRaised', 'd-GOLDEN002')], 2)).toBe(
      '│ Being stopped at 20 % by alarm checkout-5xx, 2 s ago',
    );
    expect(sentence([log('d-GOLDEN002'), until('DeploymentCreated', 'd-GOLDEN003')])).toBe(
      '│ Stopped at 20 % by alarm checkout-5xx, 14 s ago; being rolled back by d-GOLDEN003',
    );
    expect(sentence([log('d-GOLDEN002'), log('d-GOLDEN003')])).toBe(
      '│ Stopped at 20 % by alarm checkout-5xx, 14 s ago; rolled back by d-GOLDEN003',
    );
    expect(sentence([log('d-GOLDEN004')], 0)).toBe(
      '│ Stopped at 20 % by user/ada, just now; not rolled back: No rollback was wanted by the request that stopped the deployment',
    );
    expect(sentence([log('d-GOLDEN005'), log('d-GOLDEN006')])).toBe(
      '│ Failed at 0 %, 14 s ago; its rollback d-GOLDEN006 failed',
    );
    expect(sentence([log('d-GOLDEN001')], 65)).toBe('│ Succeeded, 1 min 05 s ago: all traffic on version 2');
  });

  it('has the rollback under the deployment that it undoes, and the alias there', () => {
    const lines = tree(
      scene([log('d-GOLDEN002'), log('d-GOLDEN003')], 14, { alias: shares({ 2: 100 }) }),
      plain,
    );
    const at = lines.findIndex((line) => line.startsWith('└─ ✓ d-GOLDEN003  Succeeded'));
    expect(at).toBeGreaterThan(5);
    expect(lines[at + 2]).toMatch(/^ {3}│ rollback of d-GOLDEN002, with /);
    expect(lines.slice(at + 1).every((line) => /^ {3}[│├└]/.test(line))).toBe(true);
    const seen = lines.filter((line) => line.includes('alias   '));
    expect(seen).toEqual([expect.stringMatching(/^ {3}│ {4}alias {3}█+ {2}100 % on version 2$/)]);
    expect(lines.findIndex((line) => line.includes('alias   '))).toBeGreaterThan(at);
  });

  it('shows what a function said and the last words of its log, without what Lambda puts around them', () => {
    const logTail = [
      'START RequestId: 6a51 Version: $LATEST',
      ...[1, 2, 3, 4, 5].map(
        (item) => `2026-11-02T10:00:00.123Z\t6a51e2f0-0000-4000-8000-000000000000\tINFO\titem ${item}`,
      ),
      '\u001B[31mitem 6\u001B[0m is wrong',
      '    at Socket.ondata (node:internal/readline/interface:246:23)',
      'END RequestId: 6a51',
      'REPORT RequestId: 6a51\tDuration: 12 ms',
      '',
    ].join('\n');
    const events = log('d-GOLDEN007').map((event) =>
      event.type === 'LifecycleEventFailed'
        ? changed(event, {
            diagnostics: { errorCode: 'ScriptFailed', scriptName: 'f', message: 'no price', logTail },
          })
        : event,
    );
    const lines = tree(scene([events], 1), plain);
    const at = lines.findIndex((line) => line.includes('AfterAllowTraffic   Failed'));
    expect(lines[at]).toBe('├─ ✗ AfterAllowTraffic   Failed         1.2s  CodeDeployHook_after');
    expect(lines.slice(at + 1, at + 7)).toEqual([
      '│    no price',
      '│    > INFO item 2',
      '│    > INFO item 3',
      '│    > INFO item 4',
      '│    > INFO item 5',
      '│    > item 6 is wrong',
    ]);
    expect(lines.join('\n')).toMatch(/! BeforeAllowTraffic: too late to count/);
  });

  it('says what it is not permitted to read, dimmed, and goes on', () => {
    const lines = tree(
      scene([until('TrafficShifted', 'd-GOLDEN002')], 1, {
        alias: { status: 'denied' },
        alarms: { status: 'denied' },
      }),
      { width: 79, colours: true },
    );
    const dimmed = lines.filter((line) => line.includes('not permitted'));
    expect(dimmed).toEqual([
      expect.stringContaining('\u001B[2mnot permitted to read the alias\u001B[0m'),
      expect.stringContaining('\u001B[2m  not permitted to read their state\u001B[0m'),
    ]);
  });

  it.each([
    [shares({ 7: 100 }), /alias {3}100 % on version 7$/],
    [shares({ 2: 100, 3: 0 }), /alias {3}░{40} {2}0 % on version 3$/],
    [{ status: 'missing' } as const, /alias {3}does not exist$/],
    [{ status: 'failed', message: 'timed out' } as const, /alias {3}cannot be read now: timed out$/],
    [{ status: 'unseen' } as const, /alias {3}being read$/],
  ])('shows the alias as it was seen (%#)', (alias, words) => {
    const lines = tree(scene([until('TrafficShifted', 'd-GOLDEN002')], 1, { alias }), plain);
    expect(lines.find((line) => line.includes('alias   '))).toMatch(words);
  });

  it('shows alarms that ring first, and counts those for which there is no room', () => {
    const thing = [
      ...Array.from({ length: 9 }, (_, index) => ({ name: `calm-${index}`, state: 'OK' as const })),
      { name: 'loud', state: 'ALARM' as const },
    ];
    const lines = tree(
      scene([until('TrafficShifted', 'd-GOLDEN002')], 1, { alarms: { status: 'seen', thing } }),
      plain,
    );
    const at = lines.findIndex((line) => line.includes('Alarms'));
    expect(lines.slice(at, at + 6)).toEqual([
      '├─ Alarms  ✗ loud  ALARM',
      '│          ✓ calm-0  OK',
      '│          ✓ calm-1  OK',
      '│          ✓ calm-2  OK',
      '│          ✓ calm-3  OK',
      '│          … and 5 more that do not ring',
    ]);
  });

  it('tells how long the log has not answered', () => {
    const lines = tree(
      scene([until('TrafficShifted', 'd-GOLDEN002')], 12, {
        outage: {
          place: 'the stack Sluice',
          since: until('TrafficShifted', 'd-GOLDEN002').at(-1)?.at ?? 0,
          reason: 'ECONNREFUSED',
        },
      }),
      plain,
    );
    expect(lines.at(-1)).toBe('! lost for 12 s, trying on: the stack Sluice does not answer (ECONNREFUSED)');
  });

  it('warns of a trigger that could not be told of something', () => {
    expect(tree(scene([log('d-GOLDEN007')], 1), plain).slice(-2)).toEqual([
      '└─ ! The trigger ops-deploys was not told of DeploymentStart: TOPIC_MISSING',
      '     Topic does not exist',
    ]);
  });

  it('tells what keeps a shift waiting, and how long something is overdue', () => {
    const held = tree(scene([until('TrafficShiftPostponed', 'd-GOLDEN004')], 1), plain);
    expect(held).toContain('├─ ! Step 1 is held and tried again: Rate exceeded');
    const overdue = tree(scene([until('DeploymentCreated', 'd-GOLDEN001')], 240), plain);
    expect(overdue.at(-1)).toMatch(/^└─ Waiting for its admission: overdue for 1 min 00 s, until /);
  });
});

describe('the lines of the tree', () => {
  const logs = ['1', '2', '3', '4', '5', '6', '7'].map((number) => `d-GOLDEN00${number}`);
  const scenes = logs.flatMap((id) => log(id).map((_, index) => scene([log(id).slice(0, index + 1)], 3)));

  it.each([20, 40, 79, 199])('never take more than %d columns', (width) => {
    for (const each of scenes) {
      for (const line of tree(each, { width, colours: true })) {
        expect(displayWidth(stripVTControlCharacters(line))).toBeLessThanOrEqual(width);
      }
    }
  });

  it('hold neither colours nor any other control character without colours', () => {
    for (const each of scenes) expect(tree(each, plain).join('')).not.toMatch(/\p{Cc}/u);
  });

  it('use the base colours, bold and dim, and no black, white or background', () => {
    const used = new Set<string>();
    for (const each of scenes) {
      for (const line of tree(each, { width: 79, colours: true })) {
        for (const part of line.split('\u001B[').slice(1)) used.add(/^[\d;]*m/.exec(part)?.[0] ?? part);
        expect(stripVTControlCharacters(line)).not.toMatch(/\p{Cc}/u);
      }
    }
    expect([...used].sort()).toEqual(['0m', '1m', '2m', '31m', '32m', '33m', '36m']);
  });

  it('hold what others wrote without what would steer the terminal, cut by what it takes', () => {
    const [created, ...others] = until('TrafficShifted', 'd-GOLDEN001');
    if (created === undefined) throw new Error('a log begins with its creation');
    const description = `\u001B]0;title\u0007\u001B[2J発行\r\n\tof \u202Eevil ${'絵'.repeat(60)}`;
    const lines = tree(scene([[changed(created, { description }), ...others]], 1), plain);
    expect(lines[3]).toMatch(/^│ 発行 {1,2}of evil 絵+…$/);
    expect(displayWidth(lines[3] ?? '')).toBeLessThanOrEqual(79);
  });
});
