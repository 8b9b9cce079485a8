import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { deploymentPicture, targetPicture } from '../../core/views/v1.ts';
import { NO_FLEET, grownFleet } from '../../cli/fleet-log.ts';
import { FIRST, SECOND, goldenFleetHistory } from '../core/deployments/golden-fleet-history.ts';
import { virtualScreen } from '../support/virtual-screen.ts';
import { memoryTables, sluice } from './memory-tables.ts';

/** All of it is over by then. */
const AFTERWARDS = 1_795_610_000_000;
const tables = memoryTables(await goldenFleetHistory());
const own = tables.log.filter(({ stream }) => stream === `deployment#${FIRST}`);
const ofTargets = tables.log.filter(({ stream }) => stream.startsWith(`target#${FIRST}#`));

describe('sluice events, of a fleet', () => {
  it('prints the events of all hosts among those of the deployment, each led by its host', async () => {
    const { code, printed } = await sluice(tables, ['events', FIRST]);
    expect(code).toBe(0);
    expect(printed).toHaveLength(2 * (own.length + ofTargets.length));
    const sentences = printed.filter((_, index) => index % 2 === 1).map((line) => line.trim());
    const first = sentences.findIndex((line) => line.startsWith('i-0 in a is next: wave 1, slot 1'));
    expect(sentences[first - 1]).toBe('Deploying to 2 instances of the zone a, 2 at a time');
    expect(sentences[first + 1]).toBe('i-1 in a is next: wave 1, slot 2');
    expect(sentences).toContain('i-1: ValidateService succeeded');
    expect(sentences.filter((line) => line.includes('whole output'))).toEqual([
      'i-0: ApplicationStop failed, which is ignored: Script at specified location: scripts/stop.sh failed with exit code 1 ' +
        `(whole output: sluice output ${FIRST} i-0 --event ApplicationStop)`,
    ]);
    expect(sentences.at(-1)).toBe('Succeeded: on 2 of 3 instances');
  });

  it('prints them as JSON in the order of time', async () => {
    const { printed } = await sluice(tables, ['events', FIRST, '--json']);
    const events = printed.map(
      (line) => JSON.parse(line) as { readonly at: string; readonly stream: string },
    );
    expect(events).toHaveLength(own.length + ofTargets.length);
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
  });
});

describe('sluice events --at, of a fleet', () => {
  const shown = async (at: string, ...more: readonly string[]) =>
    (await sluice(tables, ['events', FIRST, '--at', at, ...more], undefined, { begins: AFTERWARDS })).printed;
  const plain = (lines: readonly string[]) => lines.map((line) => line.replaceAll(/\d\d:\d\d:\d\d/g, 'TIME'));

  it('shows the hosts as they were then, of which later events know nothing', async () => {
    expect(plain(await shown('+30s')).slice(2, 10)).toEqual([
      'Status       InProgress',
      'Group        checkout / checkout-prod with Own',
      'Hosts        3: 2 at work, 1 waiting; at least 1 stays healthy',
      '             wave 1 in the zone a, 2 at a time',
      'At work      i-0: ApplicationStop for 29.1s, waiting for d-OTHER0001 to be done on the host until TIME',
      '             i-1: between two events, waiting for the next lifecycle event until TIME',
      'Waiting      i-2',
      'Waiting for  the hosts of wave 1, until TIME',
    ]);
  });

  it('shows with a version of the deployment what its hosts had done by then', async () => {
    expect(plain(await shown('4')).slice(4, 7)).toEqual([
      'Hosts        3: 3 waiting; at least 1 stays healthy',
      '             wave 1 in the zone a, 2 at a time',
      'Waiting      i-0, i-1, i-2',
    ]);
    expect(plain(await shown('8')).slice(4, 8)).toEqual([
      'Hosts        3: 2 succeeded, 1 failed; at least 1 stays healthy',
      '             wave 2 in the zone b, 1 at a time',
      'Failed       i-2 at TIME: ApplicationStop: UnknownError: The agent on i-2 did not pick up ApplicationStop ' +
        'within 5 minutes; it never asked for work.',
      'Succeeded    i-0, i-1',
    ]);
  });

  it('knows how many hosts there are before it knows which', async () => {
    expect(await shown('2')).toContain('Hosts        3; at least 1 stays healthy');
  });

  it('prints them as JSON that keeps to the schema, each in its place', async () => {
    const [line = ''] = await shown('+30s', '--json');
    const { deployment, targets } = JSON.parse(line) as Record<string, unknown>;
    expect(deploymentPicture.parse(deployment)).toEqual(deployment);
    expect(z.array(targetPicture).parse(targets)).toEqual(targets);
    expect(targets).toMatchObject([
      { targetId: 'i-0', position: 1, status: 'InProgress', waitingFor: { type: 'queue' } },
      { targetId: 'i-1', position: 2, status: 'InProgress' },
      { targetId: 'i-2', position: 3, status: 'Pending' },
    ]);
    expect(JSON.parse((await shown('1', '--json'))[0] ?? '')).not.toHaveProperty('targets');
  });
});

describe('sluice watch, of a fleet', () => {
  it('prints a line for each event of a host as well', async () => {
    const { code, printed } = await sluice(tables, ['watch', FIRST]);
    expect(code).toBe(0);
    expect(printed).toHaveLength(own.length + ofTargets.length);
    expect(printed.find((line) => line.endsWith('  i-0: Install succeeded'))).toBeDefined();
    expect(printed.at(-1)).toContain('Succeeded: on 2 of 3 instances');
  });

  it('prints each event once, however the log grows', async () => {
    const growing = memoryTables(await goldenFleetHistory());
    const all = growing.log.toSorted((one, other) => one.at - other.at);
    const rows = growing.rows;
    growing.log = all.slice(0, 4);
    growing.rows = [];
    const { printed } = await sluice(growing, ['watch', FIRST], () => {
      growing.log = all.slice(0, growing.log.length + 7);
      // The row of a target is another one with each of its events.
      const isThere = ({ stream }: { readonly stream: string }) => stream.startsWith(`target#${FIRST}#`);
      const seen = growing.log.filter(isThere).length;
      growing.rows = rows.map((row) =>
        row.pk === `targets#${FIRST}` && 'data' in row
          ? { ...row, data: JSON.stringify({ ...(JSON.parse(row.data) as object), lateAnswers: seen }) }
          : row,
      );
    });
    expect(printed).toHaveLength(own.length + ofTargets.length);
    expect(new Set(printed.map((line) => line.slice(10))).size).toBeGreaterThan(own.length);
  });

  it('draws the hosts in a terminal', async () => {
    const terminal = virtualScreen(100, 60);
    const paper = {
      colours: false,
      size: terminal.size,
      write: terminal.write,
      attend: () => () => undefined,
    };
    const { code } = await sluice(tables, ['watch', SECOND], undefined, { paper });
    expect(code).toBe(1);
    const drawn = terminal.lines().join('\n');
    expect(drawn).toContain('✗ web-7  failed at ApplicationStop');
    expect(drawn).toContain('– i-1  not touched');
  });
});

it('a fleet of which nothing has changed is the same one, and no stream of it is read', async () => {
  const before = await grownFleet(tables, FIRST, NO_FLEET, { withEvents: true });
  expect(before.events).toHaveLength(ofTargets.length);
  const idle = { ...tables, load: () => Promise.reject(new Error('a stream was read')) };
  expect(await grownFleet(idle, FIRST, before, { withEvents: true })).toBe(before);
});
