import { describe, expect, it } from 'vitest';
import { outcomeOfRefusal } from '../../cli/drill/dynamo-log-probe.ts';
import { UNTOUCHED, drilled, results, scene, traces } from './drilling.ts';

describe('in a real account', () => {
  const REFUSED = { action: 'DeleteItem', outcome: 'refused', message: '' } as const;
  const HIDDEN = { action: 'PutItem', outcome: 'not permitted', message: '' } as const;

  it.each([
    ['is shown by its refusals', [REFUSED], 'ok', /the table itself refuses DeleteItem$/m],
    [
      'is shown as far as it can be',
      [REFUSED, HIDDEN],
      'ok',
      /refuses DeleteItem; your own policies deny PutItem/,
    ],
    ['is not shown to who may do nothing', [HIDDEN], 'not shown', /your own policies deny PutItem already/],
  ] as const)("the log's policy %s", async (_, attempts, mark, message) => {
    const at = await scene();
    at.isEmulated = false;
    at.attempts = attempts;
    const { code, printed, output } = await drilled(at);
    expect(results(printed)['log cannot be rewritten']).toBe(mark);
    expect(output).toMatch(message);
    expect(output).toMatch(/told by EventBridge/);
    expect(code).toBe(0);
  });

  it.each([
    ['TimeoutSecondsPath', 'ok', /end of the bake → next step: d-\w+ went on by the timeout of its task/, 0],
    ['the sweep', 'FAILED', /end of the bake → next step: the sweep ended it/, 1],
  ])('a bake that %s ends is told to be so', async (by, mark, message, exitCode) => {
    const at = await scene();
    at.isEmulated = false;
    at.attempts = [REFUSED];
    const { tables } = at.connection;
    const swept: typeof tables.load = async (stream, from) =>
      (await tables.load(stream, from)).map((event) =>
        event.type === 'TrafficShiftStarted' && event.data.includes('"step":2')
          ? { ...event, at: event.at + 61_000 }
          : event,
      );
    const connection =
      by === 'the sweep' ? { ...at.connection, tables: { ...tables, load: swept } } : at.connection;
    const { code, printed, output, noted } = await drilled(at, { bake: true, connection });
    expect(noted.join('\n')).toMatch(/a second canary bakes for five minutes/);
    expect(results(printed)).toMatchObject({
      'second canary → first step': 'ok',
      'end of the bake → next step': mark,
    });
    expect(output).toMatch(message);
    expect(code).toBe(exitCode);
    expect(traces(at)).toEqual(UNTOUCHED);
  });

  it('an update that keeps the revision id is told, and is no fault', async () => {
    const at = await scene();
    const functions = { ...at.ground.functions, renewsRevisionId: async () => false };
    const connection = { ...at.connection, drillGround: async () => ({ ...at.ground, functions }) };
    const { code, printed } = await drilled(at, { connection });
    expect(results(printed)['fence of an alias']).toBe('not shown');
    expect(code).toBe(0);
  });

  it.each([
    [
      'AccessDeniedException',
      'not authorized to perform: dynamodb:DeleteItem on resource: x with an explicit deny in a resource-based policy',
      'refused',
    ],
    [
      'AccessDeniedException',
      'because no identity-based policy allows the dynamodb:DeleteItem action',
      'not permitted',
    ],
    ['ConditionalCheckFailedException', 'The conditional request failed', 'carried out'],
    ['TransactionCanceledException', 'cancelled [ConditionalCheckFailed]', 'carried out'],
    ['ValidationException', 'TimeToLive is already disabled', 'carried out'],
  ])('an answer %s, %s, means: %s', (name, message, outcome) => {
    expect(outcomeOfRefusal(Object.assign(new Error(message), { name }))).toEqual({ outcome, message });
  });

  it('an answer that says neither is thrown on', () => {
    expect(() => outcomeOfRefusal(Object.assign(new Error('no'), { name: 'ValidationException' }))).toThrow(
      'no',
    );
  });
});
