import { describe, expect, it } from 'vitest';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { memoryTables, sluice } from './memory-tables.ts';

const tables = memoryTables(await goldenHistory());

describe('sluice events', () => {
  it('prints what, when, by whom and why, in two lines for each event', async () => {
    const { code, printed } = await sluice(tables, ['events', 'd-GOLDEN004']);
    expect(code).toBe(0);
    expect(printed).toHaveLength(2 * 11);
    expect(printed[14]).toMatch(
      /^ {3}8 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}StopRequested by arn:aws:iam::123456789012:user\/ada, cause \d{8}$/,
    );
    expect(printed[15]).toBe(
      '      Stop requested by arn:aws:iam::123456789012:user/ada, without a rollback',
    );
  });

  it('prints one line of JSON for each event', async () => {
    const { printed } = await sluice(tables, ['events', 'd-GOLDEN003', '--json']);
    const types = printed.map((line) => (JSON.parse(line) as { readonly type: string }).type);
    expect(types.at(0)).toBe('DeploymentCreated');
    expect(types.at(-1)).toBe('DeploymentSucceeded');
  });

  it('keeps a message of several lines on one', async () => {
    const broken = memoryTables(await goldenHistory());
    broken.log = broken.log.map((event) =>
      event.type === 'FailureFound'
        ? { ...event, data: JSON.stringify({ code: 'TIMEOUT', message: 'one\n  two\r\nthree', deadline: 0 }) }
        : event,
    );
    const { printed } = await sluice(broken, ['events', 'd-GOLDEN005']);
    expect(printed).toContain('      It cannot go on: TIMEOUT one two three');
  });

  it('exits 1 where there is no such deployment', async () => {
    const { code, noted } = await sluice(tables, ['events', 'd-NOTTHERE0']);
    expect(code).toBe(1);
    expect(noted.join('\n')).toMatch(/^sluice events: there is no deployment d-NOTTHERE0/);
  });
});
