import { GetAliasCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { setTimeout as pause } from 'node:timers/promises';
import type { Shop } from '../demo/shop.ts';
import { ALARM, ALIAS, FUNCTION, openShop } from '../demo/shop.ts';
import type { Story } from '../demo/story.ts';
import { storyTeller } from '../demo/story.ts';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

const RUNS = 10;

export interface AlarmReport {
  readonly runs: number;
  readonly figures: Readonly<Record<string, { readonly medianMilliseconds: number; readonly ratio: number }>>;
}

/**
 * How long an alarm takes to turn the traffic back. Machines differ, so each time is also told as a multiple of one warm
 * call of an empty function, measured in the same run.
 */
export async function benchAlarm(local: LocalJson, signal: AbortSignal): Promise<AlarmReport> {
  const shop = await openShop(local);
  const story = storyTeller(local);
  const calls = await repeated(RUNS, () => timed(() => invoke(shop)));
  const turns: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    signal.throwIfAborted();
    turns.push(await alarmed(local, shop, story));
  }
  const call = median(calls);
  const figures = {
    'a warm call of an empty function': { medianMilliseconds: call, ratio: 1 },
    'SetAlarmState(ALARM) to the alias whole on the old version': {
      medianMilliseconds: median(turns),
      slowestMilliseconds: Math.max(...turns),
      ratio: median(turns) / call,
    },
  };
  return { runs: RUNS, figures };
}

export function alarmTable({ runs, figures }: AlarmReport): string {
  const rows = Object.entries(figures).map(
    ([name, { medianMilliseconds, ratio }]) =>
      `  ${name.padEnd(62)}${medianMilliseconds.toFixed(0).padStart(6)} ms${ratio.toFixed(1).padStart(8)} x`,
  );
  return `Median of ${runs} runs, and as a multiple of the first line\n\n${rows.join('\n')}\n`;
}

async function invoke({ lambda }: Shop): Promise<void> {
  await lambda.send(new InvokeCommand({ FunctionName: FUNCTION, Qualifier: '1' }));
}

/** One canary from version 1 to 2, its alarm, and the milliseconds until the alias is whole again. */
async function alarmed(local: LocalJson, shop: Shop, story: Story): Promise<number> {
  const cloudwatch = new CloudWatchClient(clientSettings(local));
  const set = (StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName: ALARM, StateValue, StateReason: 'a benchmark' }));
  await set('OK');
  const id = await shop.deploy('1', '2');
  await until(async () => (await story.of(id)).traffic.bakeEndsAt !== undefined);
  const milliseconds = await timed(async () => {
    await set('ALARM');
    await until(async () => Object.keys(await weights(shop)).length === 0);
  });
  await until(async () => {
    const { end } = await story.of(id);
    if (end?.status !== 'Early' || end.rollback.status !== 'triggered') return false;
    return (await story.of(end.rollback.deploymentId)).end !== undefined;
  });
  return milliseconds;
}

async function weights({ lambda }: Shop): Promise<object> {
  const { RoutingConfig } = await lambda.send(new GetAliasCommand({ FunctionName: FUNCTION, Name: ALIAS }));
  return RoutingConfig?.AdditionalVersionWeights ?? {};
}

const LOOK_MILLISECONDS = 5;
const PATIENCE_MILLISECONDS = 30_000;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MILLISECONDS;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('what the benchmark waits for does not come');
    await pause(LOOK_MILLISECONDS);
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function repeated(times: number, measure: () => Promise<number>): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let index = 0; index < times; index += 1) measured.push(await measure());
  return measured;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
