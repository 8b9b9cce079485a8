import { describe, expect, it } from 'vitest';
import { deploymentPicture } from '../../core/views/v1.ts';
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

describe('sluice events --at', () => {
  const shown = async (id: string, at: string) => (await sluice(tables, ['events', id, '--at', at])).printed;

  it('shows the deployment as it was then, of which later events know nothing', async () => {
    const lines = await shown('d-GOLDEN002', '7');
    expect(
      lines.map((line) => line.replaceAll(/\d\d:\d\d:\d\d/g, 'TIME').replace(/\d{4}-\d\d-\d\d/, 'DATE')),
    ).toEqual([
      'd-GOLDEN002 at DATE TIME, 42.2s after its creation (version 7 of 10)',
      '',
      'Status       InProgress',
      'Reason       ALARM_ACTIVE: Alarms fired and the deployment was stopped: <checkout-5xx>',
      'Group        shop / live with TwentyForTwoMinutes',
      'Traffic      alias live of checkout: 20 % on version 3, 80 % on version 2, step 1 of 2',
      '             wanted: 0 % on version 3, 100 % on version 2',
      'Lifecycle    BeforeAllowTraffic  Succeeded   from TIME  for 0.0s',
      '             AllowTraffic        Failed      from TIME  for 41.8s',
      '             AfterAllowTraffic   Skipped',
      'Waiting for  the traffic to be put back whole, until TIME',
      'Last event   AlarmRaised at TIME by alarm checkout-5xx',
      '             Alarm checkout-5xx rang',
    ]);
  });

  it('shows the end with what became of the traffic and of the rollback, and waits for nothing', async () => {
    const lines = await shown('d-GOLDEN002', '10');
    expect(lines).toContain('Status       Stopped');
    expect(lines).toContain('Remarks      The alias live of checkout is whole on version 2 again.');
    expect(lines.join('\n')).toContain('rollback with the id d-GOLDEN003 was triggered');
    expect(lines.join('\n')).not.toContain('Waiting for');
  });

  it('shows the same at a version, at its time and as long after the creation', async () => {
    // Version 6 was written 570 ms after the creation, version 7 at 42270 ms.
    const [byVersion, ...others] = await Promise.all(
      ['6', '+42.2s', '+0.57s', '2026-11-02T09:14:09.894Z', '2026-11-02T10:14:50+01:00'].map((at) =>
        shown('d-GOLDEN002', at),
      ),
    );
    const last = byVersion?.at(-2);
    expect(last).toMatch(/^Last event {3}TrafficShifted at/);
    expect(others.map((lines) => lines.at(-2))).toEqual([
      expect.stringMatching(/^Last event {3}AlarmRaised at/),
      last,
      last,
      last,
    ]);
  });

  it('prints one line of JSON that keeps to the schema', async () => {
    const { printed } = await sluice(tables, ['events', 'd-GOLDEN004', '--at', '6', '--json']);
    expect(printed).toHaveLength(1);
    const { version, at, deployment } = JSON.parse(printed[0] ?? '') as Record<string, unknown>;
    expect({ version, at }).toEqual({ version: 6, at: '2026-11-02T09:29:53.754Z' });
    expect(deploymentPicture.parse(deployment)).toEqual(deployment);
    expect(deployment).toMatchObject({
      waitingFor: { type: 'postponement', until: '2026-11-02T09:30:08.754Z' },
    });
  });

  it.each([
    ['12', 1, /there is no version 12: it has 10 events so far/],
    ['0', 1, /Give a version from 1, its creation, to 10/],
    ['2026-11-02T09:14:08Z', 1, /it was created at .*Give a later time/],
    ['2026-11-03T09:14:08Z', 1, /is still to come/],
    ['yesterday', 2, /--at takes a version .* not "yesterday"[^]*Usage: sluice events .*\[--at MOMENT\]/],
    ['', 2, /not ""/],
  ])('--at %j exits with the right code and says what to do', async (at, code, message) => {
    const ran = await sluice(tables, ['events', 'd-GOLDEN002', '--at', at]);
    expect({ code: ran.code, printed: ran.printed }).toEqual({ code, printed: [] });
    expect(ran.noted.join('\n')).toMatch(message);
  });
});
