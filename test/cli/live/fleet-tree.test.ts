import { describe, expect, it } from 'vitest';
import { followed } from '../../../cli/live/followed.ts';
import { type Scene, tree } from '../../../cli/live/tree.ts';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { target } from '../../../core/deployments/target.ts';
import { fold } from '../../../functions/runtime/history.ts';
import { FIRST, ROLLBACK, SECOND, goldenFleetHistory } from '../../core/deployments/golden-fleet-history.ts';

const log = (await goldenFleetHistory()).allEvents();

/** The tree as it was so long after an event of a type, the n-th of them in the deployment or one of its targets. */
function treeAfter(
  type: string,
  {
    id = FIRST,
    nth = 1,
    seconds = 0,
    deployments = [id],
    events: all = log,
  }: {
    readonly id?: string;
    readonly nth?: number;
    readonly seconds?: number;
    readonly deployments?: readonly string[];
    readonly events?: typeof log;
  } = {},
): readonly string[] {
  const found = all.filter((event) => event.type === type && event.stream.includes(id))[nth - 1];
  if (found === undefined) throw new Error(`there is no such ${type}`);
  const upTo = all.filter(({ at }) => at <= found.at);
  const scene: Scene = {
    now: found.at + seconds * 1000,
    deployments: deployments.flatMap((deploymentId) => {
      const streams = new Set(
        upTo.map(({ stream }) => stream).filter((stream) => stream.startsWith(`target#${deploymentId}#`)),
      );
      const claimed = [...streams].map(
        (name) =>
          fold(
            target,
            upTo.filter(({ stream }) => stream === name),
          ) as ClaimedTarget,
      );
      const events = upTo.filter(({ stream }) => stream === `deployment#${deploymentId}`);
      return followed(events, claimed) ?? [];
    }),
    alias: { status: 'unseen' },
    alarms: { status: 'unseen' },
  };
  return tree(scene, { width: 100, colours: false }).map((line) =>
    line.replaceAll(/\d\d:\d\d:\d\d/g, 'TIME'),
  );
}

const shown = (lines: readonly string[]) => lines.join('\n');

describe('the tree of a fleet', () => {
  it('shows what waits, and what the minimum of healthy hosts leaves room for', () => {
    expect(treeAfter('WaveStarted', { seconds: 5 })).toEqual([
      '● d-FLEETGOLD1  InProgress  checkout/checkout-prod',
      '│ 0 of 3 hosts done',
      '│ by user/ada, with Own, 6 s so far',
      '│ Release 1',
      '├─ Hosts  0 of 3 done, at least 1 stays healthy',
      '│  │ ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  3 waiting',
      '│  │ budget  2 of 3 may be down: 2 at a time, in the zone a',
      '│  └─ ○ i-0, i-1, i-2  waiting',
      '├─ Alarms  checkout-5xx  being read',
      '└─ Waiting for the hosts of wave 1: 9 min 55 s, until TIME',
    ]);
  });

  it('says of a host at work which event it is at, since when, and what it waits for', () => {
    const queued = shown(treeAfter('HostCommandQueued', { seconds: 5 }));
    expect(queued).toContain('1 of 7  for 5 s  behind d-OTHER0001');
    const taken = shown(treeAfter('HostCommandAcknowledged', { seconds: 5 }));
    expect(taken).toContain('● i-0  ApplicationStop  1 of 7  for 35 s\n');
    expect(taken).not.toContain('silent');
    expect(shown(treeAfter('HostEventFailed', { seconds: 5 }))).toContain(
      '● i-0  DownloadBundle  2 of 7  next',
    );
  });

  it('tells first of those whose agent is silent, and until when they are waited for', () => {
    const lines = treeAfter('HostCommandReachedHead');
    expect(shown(lines).replaceAll(/\s*\n[│ ]*/g, ' ')).toMatch(
      /! i-0 .*ApplicationStop {2}1 of 7 {2}for 30 s The agent is silent: ApplicationStop waits for it, and it last asked for work \d+ s before that was queued\. It is given up at TIME\. ├─ ● i-1 /,
    );
  });

  it('shows that a zone is watched, and for how long', () => {
    expect(treeAfter('ZoneMonitoringStarted', { seconds: 5 }).at(-1)).toBe(
      '└─ Waiting for the watch over the zone a to end: 55 s, until TIME',
    );
  });

  it('shows the hosts that failed first of all, with why', () => {
    expect(treeAfter('DeploymentSucceeded', { seconds: 5 })).toEqual([
      '✓ d-FLEETGOLD1  Succeeded  checkout/checkout-prod',
      '│ Succeeded, 5 s ago: 2 of 3 hosts done, 1 failed',
      expect.stringContaining('took'),
      '│ Release 1',
      '├─ Hosts  2 of 3 done, at least 1 stays healthy',
      '│  │ ██████████████████████████████  2 succeeded, 1 failed',
      '│  ├─ ✗ i-2  failed at ApplicationStop  5 s ago',
      '│  │    UnknownError: The agent on i-2 did not pick up ApplicationStop within 5 minutes; it never',
      '│  │    asked for work.',
      '│  └─ ✓ i-0, i-1  succeeded',
      '└─ Alarms  checkout-5xx  being read',
    ]);
  });

  it('shows the last lines of what a failed script wrote, and how to see all of them', () => {
    const logTail = [
      'LifecycleEvent - ValidateService',
      'Script - check.sh',
      ...[1, 2, 3, 4, 5].map((n) => `[stderr]line ${n}`),
      'Script - check.sh',
    ];
    const failed = log.map((event) =>
      event.type === 'HostEventFailed' && event.stream.endsWith('i-2')
        ? {
            ...event,
            data: JSON.stringify({
              ...(JSON.parse(event.data) as object),
              outputKey: 'FLEETGOLD1/i-2/ApplicationStop.log',
              diagnostics: {
                errorCode: 'ScriptFailed',
                scriptName: 'check.sh',
                message: 'check.sh failed with exit code 22',
                logTail: `${logTail.join('\n')}\n`,
              },
            }),
          }
        : event,
    );
    const lines = treeAfter('DeploymentSucceeded', { events: failed });
    expect(lines.slice(6, 15)).toEqual([
      '│  ├─ ✗ i-2  failed at ApplicationStop  0 s ago',
      '│  │    ScriptFailed: check.sh failed with exit code 22',
      ...[1, 2, 3, 4, 5].map((n) => `│  │    > [stderr]line ${n}`),
      '│  │    whole output: sluice output d-FLEETGOLD1 i-2',
      '│  └─ ✓ i-0, i-1  succeeded',
    ]);
  });

  it('tells at a stop which hosts were left alone, and shows the rollback below', () => {
    const stopped = treeAfter('DeploymentStopped', { id: SECOND, deployments: [SECOND, ROLLBACK] });
    expect(stopped.slice(0, 2)).toEqual([
      '■ d-FLEETGOLD2  Stopped  checkout/checkout-prod',
      '│ Stopped by user/ada with 0 of 3 hosts done, 1 failed, just now; being rolled back by d-FLEETGOLD3',
    ]);
    expect(stopped).toContain('│  ├─ – i-0  skipped');
    expect(stopped).toContain('│  └─ – i-1  not touched');
    expect(stopped).toContain('└─ ○ d-FLEETGOLD3  Created  checkout/checkout-prod');
  });
});
