import { describe, expect, it } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { GROUP } from '../core/deployments/golden-commands.ts';
import { sluice } from './memory-tables.ts';
import { change, openForBusiness, put } from './operating.ts';

const idsOf = (lines: readonly string[]) => lines.map((line) => line.slice(0, 11));

describe('sluice list', () => {
  it('prints one line for each deployment, the newest first', async () => {
    const { code, printed, noted } = await sluice(openForBusiness(), ['list']);
    expect({ code, noted }).toEqual({ code: 0, noted: [] });
    expect(idsOf(printed)).toEqual([7, 6, 5, 4, 3, 2, 1].map((number) => `d-GOLDEN00${number}`));
    expect(printed[3]).toMatch(
      /^d-GOLDEN004 {2}shop\/live {2}Stopped {4}by user\/ada +1h 0m +100 % on version 2 {2}MANUAL_STOP: /,
    );
    expect(printed[4]).toMatch(/Succeeded {2}rollback of d-GOLDEN002 +1h 15m +100 % on version 2$/);
    expect(printed[2]).toMatch(/by assumed-role\/ci\/run-77 .* perhaps divided +IAM_ROLE_PERMISSIONS/);
  });

  it('cuts its lines at the edge of a terminal, and nothing that goes elsewhere', async () => {
    const paper = {
      colours: false,
      size: () => ({ columns: 60, rows: 24 }),
      write: () => {},
      attend: () => () => {},
    };
    const { printed: shown } = await sluice(openForBusiness(), ['list'], undefined, { paper });
    const { printed: whole } = await sluice(openForBusiness(), ['list']);
    expect(shown).toEqual(whole.map((line) => (line.length <= 60 ? line : `${line.slice(0, 59)}…`)));
    const json = ['list', '--json'];
    const { printed: lines } = await sluice(openForBusiness(), json, undefined, { paper });
    expect(lines).toEqual((await sluice(openForBusiness(), json)).printed);
  });

  it('shows who started an execution by hand, and what is under way', async () => {
    const tables = openForBusiness();
    change(tables, 'd-GOLDEN001', { status: 'InProgress', traffic: { step: 1, weight: 20, touched: true } });
    const actor = JSON.stringify({
      type: 'execution',
      id: 'arn:aws:states:eu-north-1:123456789012:execution:x:release-7',
    });
    tables.log = tables.log.map((event) =>
      event.stream === 'deployment#d-GOLDEN001' && event.version === 1 ? { ...event, actor } : event,
    );
    const { printed } = await sluice(tables, ['list']);
    expect(printed.at(-1)).toMatch(/InProgress {2}execution release-7 +1h 27m {2}20 % on version 2$/);
  });

  it.each([
    [
      ['--limit', '2'],
      ['d-GOLDEN007', 'd-GOLDEN006'],
    ],
    [
      ['--application', 'shop', '--limit', '2'],
      ['d-GOLDEN007', 'd-GOLDEN006'],
    ],
    [
      ['--application', 'shop', '--group', 'live', '--status', 'stopped'],
      ['d-GOLDEN004', 'd-GOLDEN002'],
    ],
    [
      ['--application', 'shop', '--status', 'Succeeded'],
      ['d-GOLDEN003', 'd-GOLDEN001'],
    ],
    [['--status', 'Succeeded', '--limit', '1'], ['d-GOLDEN003']],
    [['--status', 'Queued'], []],
  ])('with %j it lists what is asked for', async (words, ids) => {
    const { code, printed } = await sluice(openForBusiness(), ['list', ...words]);
    expect(code).toBe(0);
    expect(idsOf(printed)).toEqual(ids);
  });

  it.each([
    [['--group', 'live'], 2, /give --application with --group/],
    [['--application', ''], 2, /take a name/],
    [['--limit', '0'], 2, /--limit takes a number from 1 to 1000/],
    [['--status', 'Done'], 2, /--status takes one of Created/],
    [['--application', 'shoe'], 1, /no application shoe in the local cloud/],
    [['--application', 'shop', '--group', 'dead'], 1, /has no group dead/],
  ])('with %j it says what is wrong', async (words, exitCode, message) => {
    const { code, printed, noted } = await sluice(openForBusiness(), ['list', ...words]);
    expect({ code, printed }).toEqual({ code: exitCode, printed: [] });
    expect(noted.join('\n')).toMatch(message);
  });

  it('prints the whole picture as JSON', async () => {
    const { printed } = await sluice(openForBusiness(), ['list', '--json', '--limit', '4']);
    expect(JSON.parse(printed[3] ?? '')).toMatchObject({
      creator: 'by user/ada',
      deployment: {
        deploymentId: 'd-GOLDEN004',
        status: 'Stopped',
        traffic: { weight: 0, currentVersion: '2' },
      },
    });
  });

  it('reads no more where there are 10,000 deployments', async () => {
    const tables = openForBusiness();
    const golden = tables.rows;
    for (let number = 0; number < 10_000; number += 1) {
      const deploymentId = `d-OLD${String(number).padStart(6, '0')}`;
      const data = JSON.stringify({ deploymentId, deploymentGroupId: GROUP, status: 'Created' });
      golden.push({ ...rowKeys.deploymentInList(number, deploymentId), owner: 'a test', data });
    }
    let rowsRead = 0;
    const { reader } = tables;
    const counting = {
      ...tables,
      reader: {
        ...reader,
        query: async (query: Parameters<typeof reader.query>[0]) => {
          const page = await reader.query(query);
          rowsRead += page.rows.length;
          return page;
        },
      },
      items: () => {
        throw new Error('a scan');
      },
      events: () => {
        throw new Error('a scan');
      },
    };
    expect((await sluice(counting, ['list', '--limit', '5'])).printed).toHaveLength(5);
    expect(rowsRead).toBe(5);
    const rare = await sluice(counting, ['list', '--status', 'Ready']);
    expect(rare.noted.join('\n')).toMatch(/Only the newest 10000 deployments were looked at/);
    expect(rowsRead).toBe(10_005);
  });

  it('passes over a row that is not there any more', async () => {
    const tables = openForBusiness();
    put(tables, rowKeys.deploymentInList(0, 'd-GONE00001'), {
      deploymentId: 'd-GONE00001',
      status: 'Failed',
    });
    expect((await sluice(tables, ['list'])).printed).toHaveLength(7);
  });
});
