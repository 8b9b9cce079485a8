import { describe, expect, it } from 'vitest';
import type { Executions } from '../../cli/executions.ts';
import type { HistoryEvent } from '../../core/cost/state-transitions.ts';
import { arn } from '../core/deployments/golden-commands.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { memoryTables, sluice } from './memory-tables.ts';

const store = await goldenHistory();
const call: readonly HistoryEvent[] = [
  { type: 'TaskStateEntered' },
  { type: 'TaskScheduled', resourceType: 'lambda' },
];

/** Each execution has called three functions and chosen twice, each child one function. */
function executions(asked: string[] = []): Executions {
  return {
    named: (_, name) => arn(name).executionArn,
    history: async (executionArn) => {
      asked.push(executionArn.slice(executionArn.lastIndexOf(':') + 1));
      const chosen = [{ type: 'ChoiceStateEntered' }, { type: 'ChoiceStateEntered' }];
      return executionArn.startsWith('child of') ? call : [call, call, call, chosen].flat();
    },
    slots: async () => [],
    children: async (executionArn) => [`child of ${executionArn}:before`, `child of ${executionArn}:after`],
  };
}

const json = async (id: string, given = executions()) => {
  const { printed } = await sluice(memoryTables(store), ['cost', id, '--json'], undefined, {
    executions: given,
  });
  return JSON.parse(printed[0] ?? '') as {
    readonly deployments: readonly Record<string, unknown>[];
    readonly dollars: number | null;
  };
};

describe('sluice cost', () => {
  it('counts a deployment that was rolled back together with its rollback', async () => {
    const { code, printed, noted } = await sluice(memoryTables(store), ['cost', 'd-GOLDEN002'], undefined, {
      executions: executions(),
    });
    expect({ code, noted }).toEqual({ code: 0, noted: [] });
    expect(printed[0]).toMatch(/^deployment +transitions +writes +calls +messages +dollars$/);
    expect(printed[1]).toMatch(/^d-GOLDEN002 +5 +\d+ +\d+ +\d+ +\$0\.000\d{3}$/);
    expect(printed[2]).toMatch(/^d-GOLDEN003 \(rollback\) +5 +\d+ +\d+ +\d+ +\$0\.000\d{3}$/);
    const figures = (line = '') => (line.match(/[\d.]+(?=\s|$)/g) ?? []).slice(-5).map(Number);
    const [[, writes = 0] = [], [, others = 0] = []] = printed.slice(1, 3).map(figures);
    expect(figures(printed[3])).toEqual([
      10,
      writes + others,
      ...Array.from({ length: 3 }, () => expect.any(Number) as unknown),
    ]);
    expect(printed).toHaveLength(4);
  });

  it('counts a rollback alone alike, and a single deployment without a sum', async () => {
    const [, rollback] = (await json('d-GOLDEN002')).deployments;
    const alone = await json('d-GOLDEN003');
    expect(alone.deployments).toEqual([rollback]);
    const { printed } = await sluice(memoryTables(store), ['cost', 'd-GOLDEN003'], undefined, {
      executions: executions(),
    });
    expect(printed).toHaveLength(2);
  });

  it('counts all executions: replacements, and the children that call validation functions', async () => {
    const asked: string[] = [];
    await json('d-GOLDEN007', executions(asked));
    expect(asked).toEqual(['d-GOLDEN007', 'before', 'after']);
    asked.length = 0;
    const replaced = [...store.allEvents()].find(({ type }) => type === 'ExecutionReplaced');
    const id = replaced?.stream.slice('deployment#'.length) ?? '';
    await json(id, executions(asked));
    expect(asked).toEqual(expect.arrayContaining([id, `${id}-2`]));
  });

  it('multiplies transitions, writes and calls by their prices', async () => {
    const { deployments, dollars } = await json('d-GOLDEN001');
    const [{ dollars: own, ...only } = {}] = deployments;
    const { stateTransitions, writeRequestUnits, lambdaRequests, ...messages } = only as Record<
      string,
      number
    >;
    // Each event is told to the topic, the first and the last one to the bus as well.
    const log = store.allEvents().filter(({ stream }) => stream === 'deployment#d-GOLDEN001');
    const events = log.length;
    const appends = new Set(log.map(({ cause }) => cause)).size;
    // The functions of three states, two at the stream for each append, and the request.
    expect(lambdaRequests).toBe(3 + 2 * appends + 1);
    expect({ stateTransitions, messages }).toMatchObject({
      stateTransitions: 5,
      messages: { topicPublishes: events, busEvents: 2 },
    });
    const expected =
      5 * 0.000_025 +
      (writeRequestUnits ?? 0) * 0.000_000_625 +
      (lambdaRequests ?? 0) * 0.000_000_2 +
      events * 0.000_000_5 +
      2 * 0.000_001;
    expect(dollars).toBeCloseTo(expected, 12);
    expect(own).toBe(dollars);
  });

  it('tells no transitions and no dollars once Step Functions has forgotten the executions', async () => {
    const tables = memoryTables(store);
    const longAgo = 100 * 24 * 60 * 60 * 1000;
    tables.log = tables.log.map((event) => ({ ...event, at: event.at - longAgo }));
    const forgotten = { ...executions(), history: async () => undefined };
    const { code, printed, noted } = await sluice(tables, ['cost', 'd-GOLDEN001'], undefined, {
      executions: forgotten,
    });
    expect(code).toBe(0);
    expect(printed[1]).toMatch(/^d-GOLDEN001 +\? +\d+ +\? +\d+ +\?$/);
    expect(noted).toEqual(['Step Functions keeps the executions of d-GOLDEN001 no longer.']);
    const line = await sluice(tables, ['cost', 'd-GOLDEN001', '--json'], undefined, {
      executions: forgotten,
    });
    expect(JSON.parse(line.printed[0] ?? '')).toMatchObject({ dollars: null });
  });

  it('takes an execution that was never started for none', async () => {
    const { deployments } = await json('d-GOLDEN001', { ...executions(), history: async () => undefined });
    expect(deployments[0]).toMatchObject({ stateTransitions: 0 });
  });

  it('of a deployment under way is the cost so far', async () => {
    const tables = memoryTables(store);
    tables.log = tables.log.filter(
      ({ stream, version }) => stream !== 'deployment#d-GOLDEN001' || version < 5,
    );
    const { code, noted } = await sluice(tables, ['cost', 'd-GOLDEN001'], undefined, {
      executions: executions(),
    });
    expect({ code, noted }).toEqual({ code: 0, noted: ['d-GOLDEN001 is under way (InProgress): so far.'] });
  });

  it('names ids that look like one that is unknown', async () => {
    const { code, noted } = await sluice(memoryTables(store), ['cost', 'd-GOLDEN0O1']);
    expect(code).toBe(1);
    expect(noted.join(' ')).toContain('Did you mean d-GOLDEN001');
  });
});
