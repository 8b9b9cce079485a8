import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../cli/live/display-width.ts';
import { followed } from '../../../cli/live/followed.ts';
import { liveTree } from '../../../cli/live/live-tree.ts';
import { type Scene, tree } from '../../../cli/live/tree.ts';
import type { SeenLog } from '../../../cli/showing.ts';
import type { Sight } from '../../../cli/sight.ts';
import type { StoredEvent } from '../../../core/chain.ts';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { target } from '../../../core/deployments/target.ts';
import { fold } from '../../../functions/runtime/history.ts';
import { FIRST, goldenFleetHistory } from '../../core/deployments/golden-fleet-history.ts';
import { virtualScreen } from '../../support/virtual-screen.ts';

const log = (await goldenFleetHistory()).allEvents();
const targetId = (index: number) => `i-0123456789abcde${String(index).padStart(2, '0')}`;

/** A target of the history as it was after an event. */
function after(id: string, type: string): ClaimedTarget {
  const events = log.filter(({ stream }) => stream === `target#${FIRST}#${id}`);
  const until = events.findIndex((event) => event.type === type) + 1;
  return fold(target, events.slice(0, until)) as ClaimedTarget;
}

const logTail = `LifecycleEvent - ApplicationStop\n${[1, 2, 3, 4, 5].map((n) => `[stderr]line ${n}\n`).join('')}`;
const broken = {
  errorCode: 'ScriptFailed',
  scriptName: 'stop.sh',
  message: 'stop.sh failed',
  logTail,
} as const;
const lost = after('i-2', 'TargetFailed');
const failed: ClaimedTarget = {
  ...lost,
  lifecycleEvents: lost.lifecycleEvents.map((event) =>
    event.status === 'Failed' ? { ...event, diagnostics: broken, outputKey: 'key' } : event,
  ),
};
const succeeded = after('i-1', 'TargetSucceeded');
const silent = after('i-0', 'HostCommandReachedHead');
const held = after('i-0', 'HostCommandQueued');

interface Count {
  readonly succeeded?: number;
  readonly failed: number;
  readonly atWork: number;
  readonly waiting: number;
}

/** In the middle of a wave: so many of each that everything that can be said is said. */
function fleet({ succeeded: done = 0, failed: failures, atWork, waiting }: Count): SeenLog {
  const targets = Array.from({ length: done + failures + atWork + waiting }, (_, index) => ({
    targetId: targetId(index),
    targetArn: `arn:aws:ec2:eu-central-1:111122223333:instance/${targetId(index)}`,
    hostIdentifier: 'arn',
    zone: 'eu-central-1a',
  }));
  const changes: Readonly<Record<string, object>> = {
    FleetAdmitted: { targets: targets.length },
    WaveStarted: { zone: 'eu-central-1a', slots: 2 },
    TargetsResolved: { targets },
  };
  const changed = (event: StoredEvent): StoredEvent => {
    const data = { ...(JSON.parse(event.data) as object), ...changes[event.type] };
    return { ...event, data: JSON.stringify(data) };
  };
  const own = log.filter(({ stream }) => stream === `deployment#${FIRST}`).slice(0, 4);
  const states = [
    ...Array.from({ length: failures }, () => failed),
    ...Array.from({ length: atWork }, (_, index) => (index % 2 === 0 ? silent : held)),
    ...Array.from({ length: done }, () => succeeded),
  ];
  const claimed = states.map((state, index): ClaimedTarget => {
    return { ...state, claimed: { ...state.claimed, targetId: targetId(index) } };
  });
  return { events: own.map(changed), fleet: { targets: claimed, events: [] } };
}

const NOW = (failed.endedAt ?? 0) + 5_000;

function scene(count: Count): Scene {
  const { events, fleet: found } = fleet(count);
  return {
    now: NOW,
    deployments: [followed(events, found.targets) ?? []].flat(),
    alias: { status: 'unseen' },
    alarms: { status: 'unseen' },
  };
}

const drawn = (count: Count, columns: number, rows: number) =>
  tree(scene(count), { width: columns - 1, rows: rows - 1, colours: false });

describe('the tree of a fleet in the room that there is', () => {
  it.each<[columns: number, rows: number, count: Count]>([
    [80, 24, { failed: 0, atWork: 2, waiting: 4 }],
    [80, 24, { failed: 2, atWork: 2, waiting: 16 }],
    [80, 24, { failed: 5, atWork: 14, waiting: 400 }],
    [80, 24, { succeeded: 100, failed: 10, atWork: 14, waiting: 1000 }],
    [120, 40, { failed: 5, atWork: 14, waiting: 400 }],
  ])('of %i columns and %i rows leaves out details, and cuts no line: %j', (columns, rows, count) => {
    const lines = drawn(count, columns, rows);
    expect(lines.length).toBeLessThanOrEqual(rows - 1);
    expect(lines.filter((line) => line.includes('…') || displayWidth(line) > columns - 1)).toEqual([]);
    const text = lines.join('\n').replaceAll(/\s*\n[│ ]*/g, ' ');
    const { succeeded: done = 0, failed: failures, atWork, waiting } = count;
    const told = [
      ...(done === 0 ? [] : [`${done} succeeded`]),
      ...(failures === 0 ? [] : [`${failures} failed`]),
      `${atWork} at work, ${waiting} waiting`,
    ];
    expect(text).toContain(told.join(', '));
    expect(text).toMatch(/budget .*in the zone eu-central-1a/);
    if (failures > 0) expect(text).toContain(`✗ ${targetId(0)}  failed at ApplicationStop  5 s ago`);
    expect(text).toContain(`! ${targetId(failures)}  ApplicationStop  1 of 7`);
    expect(lines.at(-1)).toContain('Waiting for the hosts of wave 1');
  });

  it('tells of every failure with its last words where there is room for all', () => {
    const lines = drawn({ failed: 3, atWork: 2, waiting: 10 }, 120, 60);
    expect(lines.filter((line) => line.includes('> [stderr]line 5'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('whole output: sluice output'))).toHaveLength(3);
  });

  it('keeps the last words of the first failure longest', () => {
    const lines = drawn({ failed: 3, atWork: 2, waiting: 10 }, 120, 30);
    expect(lines.filter((line) => line.includes('> [stderr]line 5'))).toHaveLength(1);
    const first = lines.findIndex((line) => line.includes(`✗ ${targetId(0)}`));
    expect(lines[first + 6]).toContain('> [stderr]line 5');
  });

  it('leaves nothing out at the end, when the terminal may scroll', async () => {
    const terminal = virtualScreen(80, 24);
    const paper = { ...terminal, colours: false, attend: () => () => undefined };
    const sight: Sight = {
      alias: async () => ({ status: 'denied' }),
      alarms: async () => ({ status: 'denied' }),
    };
    const showing = liveTree({ place: 'here' }, sight, paper, { now: () => NOW });
    showing.seen([fleet({ failed: 2, atWork: 2, waiting: 16 })], true);
    const drawnNow = terminal.lines().join('\n');
    expect(drawnNow).not.toContain('more than fit');
    expect(drawnNow).not.toContain('[stderr]line 5');
    await showing.end();
    expect(terminal.everything().filter((line) => line.includes('[stderr]line 5'))).toHaveLength(2);
  });

  it('says in a line of its own what holds a host, where it does not fit beside it', () => {
    const wide = drawn({ failed: 0, atWork: 2, waiting: 0 }, 120, 40).join('\n');
    expect(wide).toMatch(/1 of 7 {2}for .*behind d-OTHER0001/);
    const narrow = drawn({ failed: 0, atWork: 2, waiting: 0 }, 70, 40).join('\n');
    expect(narrow).toMatch(/1 of 7 {2}for .*\n[│ ]*behind d-OTHER0001/);
  });
});
