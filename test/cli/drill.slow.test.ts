import { describe, expect, it } from 'vitest';
import { CannotDo } from '../../cli/command.ts';
import { QUOTE } from '../support/simulation.ts';
import { type Scene, UNTOUCHED, drilled, results, scene, traces } from './drilling.ts';

const ALL_HELD = {
  'everything in place': 'ok',
  'fence of an alias': 'ok',
  'canary → first step': 'ok',
  'alarm → stop in the log': 'ok',
  'alarm → alias whole': 'ok',
  'stop → rollback ended': 'ok',
  'log whole': 'ok',
  'event → message received': 'ok',
  'log cannot be rewritten': 'not shown',
  'alias live untouched': 'ok',
  'cleared away': 'ok',
};

describe('sluice drill', () => {
  it('says what it will do, shows every point, and leaves nothing but its log', async () => {
    const at = await scene();
    const { code, noted, printed, output } = await drilled(at);
    expect(noted.join('\n')).toMatch(
      /^A drill of checkout\/checkout-prod in the stack.*an emulator\.\nNothing is done to the alias live of price-quote[^]*on version 2 and gets a canary to version 1/,
    );
    expect(results(printed)).toEqual(ALL_HELD);
    expect(output).toMatch(/\npoint +took +result\n[^]*\n10 points held, 1 not shown$/);
    expect(output).toMatch(
      /stop → rollback ended: d-\w+ succeeded, with nothing left to move; stopped as ALARM_ACTIVE/,
    );
    expect(code).toBe(0);
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('does nothing unless it is told to go ahead', async () => {
    const at = await scene();
    await expect(drilled(at, { yes: false })).rejects.toThrow(/no terminal to ask in/);
    expect(traces(at)).toEqual(UNTOUCHED);
    expect(at.sim.store.allEvents().filter(({ data }) => data.includes('sluice-drill'))).toEqual([]);
  });

  it('takes another version for the canary where the one before is gone', async () => {
    const at = await scene();
    at.sim.lambda.give(QUOTE, { functionVersion: '2', additionalVersionWeights: {} }, ['2', '3']);
    const { noted } = await drilled(at);
    expect(noted.join('\n')).toMatch(/on version 2 and gets a canary to version 3/);
  });

  it.each([
    [
      'has one published version only',
      /no published version but 2.*aws lambda update-function-configuration/,
      ['2'],
    ],
    ['has no alias any more', /the alias live of price-quote.*is not there any more/, undefined],
  ] as const)('says what to do where the function %s', async (_, message, versions) => {
    const at = await scene();
    if (versions === undefined) at.sim.lambda.remove(QUOTE);
    else at.sim.lambda.give(QUOTE, { functionVersion: '2', additionalVersionWeights: {} }, versions);
    await expect(drilled(at)).rejects.toThrow(message);
    await expect(drilled(at)).rejects.toBeInstanceOf(CannotDo);
  });

  it('says so where nothing has succeeded in the group, or there is no such group', async () => {
    const at = await scene();
    await at.sim.launch({ group: 'fresh' });
    await expect(drilled(at, { group: 'fresh' })).rejects.toThrow(
      /has no group fresh|no deployment has succeeded yet/,
    );
    await expect(drilled(at, { group: 'none' })).rejects.toThrow(/has no group none/);
  });
});

describe('a point that is not as it must be', () => {
  const broken: readonly (readonly [string, (at: Scene) => void, string, RegExp])[] = [
    [
      'the alarm path',
      (at) => {
        at.sim.lost.alarm = true;
      },
      'alarm → stop in the log',
      /nothing of it is in the log after 90 s\n +Alarms come by the topic for alarms: look over the installation/,
    ],
    [
      'the role',
      (at) => {
        at.sim.lambda.failing = (operation) =>
          operation === 'update'
            ? { status: 'denied', message: 'not allowed lambda:UpdateAlias' }
            : undefined;
      },
      'canary → first step',
      /IAM_ROLE_PERMISSIONS.*\n +The role of the group, arn:aws:iam::111122223333:role\/sluice, must be allowed lambda:GetAlias/,
    ],
    [
      'the notifications',
      (at) => {
        at.post = (letters) => letters.slice(1);
      },
      'event → message received',
      /18 of 19 events came in 60 s; missing: deployment#d-\w+@1\n +Look at the function Notify/,
    ],
    [
      'the topic',
      (at) => {
        at.isTopicThere = false;
      },
      'event → message received',
      /no topic for notifications\n +Deploy the stack again/,
    ],
    [
      "the log's policy",
      (at) => {
        at.isEmulated = false;
        at.attempts = [
          { action: 'PutItem', outcome: 'refused', message: '' },
          { action: 'DeleteItem', outcome: 'carried out', message: '' },
        ];
      },
      'log cannot be rewritten',
      /DeleteItem on an event that does not exist was not refused\n +The policy of the log table/,
    ],
  ];

  it.each(broken)(
    '%s: exit code 1, what was seen and what to do; nothing is left',
    async (_, spoil, name, message) => {
      const at = await scene();
      spoil(at);
      const { code, printed, output } = await drilled(at);
      expect(results(printed)).toMatchObject({
        [name]: 'FAILED',
        'alias live untouched': 'ok',
        'cleared away': 'ok',
      });
      expect(output).toMatch(message);
      expect(output).toMatch(/ 1 FAILED/);
      expect(code).toBe(1);
      expect(traces(at)).toEqual(UNTOUCHED);
    },
  );

  it('an alarm that nobody hears: the rest is shown by a stop', async () => {
    const at = await scene();
    at.sim.lost.alarm = true;
    const { printed, output } = await drilled(at);
    expect(results(printed)).toMatchObject({ 'alarm → alias whole': 'ok', 'stop → rollback ended': 'ok' });
    expect(output).toMatch(/stopped as MANUAL_STOP/);
  });

  it('a canary that is over before the alarm rings is told', async () => {
    const at = await scene();
    const { alarms } = at.ground;
    const late = async (name: string) => {
      await at.sim.world.clock.advance(31 * 60_000);
      return alarms.ring(name);
    };
    const ground = { ...at.ground, alarms: { ...alarms, ring: late } };
    const connection = { ...at.connection, drillGround: async () => ground };
    const { code, printed, output } = await drilled(at, { connection });
    expect(code).toBe(1);
    expect(output).toMatch(/alarm → stop in the log: d-\w+ ended before it: DeploymentSucceeded/);
    expect(results(printed)).toMatchObject({ 'alias live untouched': 'ok', 'cleared away': 'ok' });
    expect(results(printed)).not.toHaveProperty('stop by hand instead');
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('a workflow that never starts is told, and its deployment cleared away', async () => {
    const at = await scene();
    at.sim.lost.stream = true;
    const { code, printed, output } = await drilled(at);
    expect(code).toBe(1);
    expect(output).toMatch(
      /nothing more of d-\w+ after 120 s: the last event is DeploymentCreated\n +Look over the installation: sluice doctor/,
    );
    expect(results(printed)).toMatchObject({ 'cleared away': 'ok' });
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('a workflow that dies unheard: what cannot be cleared away yet is cleared away by the next drill', async () => {
    const at = await scene();
    at.sim.lost.status = true;
    at.sim.appended = ({ type }) => {
      if (type !== 'DeploymentAdmitted') return;
      for (const { executionArn } of at.sim.world.listExecutions()) {
        at.sim.world.stopExecution(executionArn, 'Killed', 'by hand');
      }
    };
    const { code, printed, output } = await drilled(at);
    expect(code).toBe(1);
    expect(results(printed)).toMatchObject({ 'cleared away': 'FAILED' });
    expect(output).toMatch(
      /a deployment of sluice-drill-\S+ is still there .*has not ended 120 s after it was stopped/,
    );
    const [, left = ''] = traces(at).aliases;
    expect(traces(at)).toMatchObject({ alarms: [left], mailboxes: [left], active: 1 });
    expect(traces(at).groups).toContain(left);
    at.sim.lost.status = false;
    at.sim.appended = () => undefined;
    await at.sim.world.clock.advance(30 * 60_000);
    expect((await drilled(at, { processId: 2 })).code).toBe(0);
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('a hand on the live alias is told', async () => {
    const at = await scene();
    at.post = (letters) => {
      at.sim.lambda.changeByHand(QUOTE, { functionVersion: '3', additionalVersionWeights: {} });
      return letters;
    };
    const { code, output } = await drilled(at);
    expect(code).toBe(1);
    expect(output).toMatch(/alias live untouched: it was whole on version 2, and it is whole on version 3/);
  });

  it('a broken chain of the log is named', async () => {
    const at = await scene();
    const { tables } = at.connection;
    const forged = async (stream: string, from: number) =>
      (await tables.load(stream, from)).map((event) => ({ ...event, cause: 'another' }));
    const connection = { ...at.connection, tables: { ...tables, load: forged } };
    const { code, output } = await drilled(at, { connection });
    expect(code).toBe(1);
    expect(output).toMatch(/FAILED +log whole: deployment#d-\w+@1: it was altered/);
  });

  it('messages that overtake each other are told, and no fault of anybody', async () => {
    const at = await scene();
    at.post = (letters) =>
      letters.map((letter, index) => ({ ...letter, arrivedAt: 2_000_000_000_000 - index }));
    const { code, output } = await drilled(at);
    expect(code).toBe(0);
    expect(output).toMatch(/all 19 events, 17 of them overtaken on the way, as SNS may/);
  });
});
