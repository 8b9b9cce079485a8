import { describe, expect, it } from 'vitest';
import { NO_FLEET, grownFleet } from '../../cli/fleet-log.ts';
import { FIRST, SECOND, goldenFleetHistory } from '../core/deployments/golden-fleet-history.ts';
import { virtualScreen } from '../support/virtual-screen.ts';
import { memoryTables, sluice } from './memory-tables.ts';

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
