import { GetAliasCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { setTimeout as pause } from 'node:timers/promises';
import type { Shop } from './shop.ts';
import { ALIAS, FUNCTION } from './shop.ts';

/** Customers who ask for prices all the time, until they are sent home. */
export interface Customers {
  /** What they got since they were asked last, a line for each time that it was the same. */
  readonly got: () => readonly string[];
  readonly sendHome: () => Promise<void>;
}

/** Some 50 requests a second: enough to see a tenth of the traffic, and little for two cores. */
const CUSTOMERS = 3;
const PAUSE_MILLISECONDS = 40;
const REPORT_MILLISECONDS = 1_000;
const BAR = 24;

/** Requests by what came of them: "version 1", "failed". */
type Count = Map<string, number>;

/**
 * The emulator stores the weights of an alias and does not route by them, so these clients do: each request reads the
 * alias, draws a version by its weight and invokes that. They say nothing while a deployment is watched: the terminal
 * belongs to it.
 */
export function letCustomersIn(shop: Shop): Customers {
  const closing = new AbortController();
  const isOpen = (): boolean => !closing.signal.aborted;
  let count: Count = new Map();
  let seconds: Count[] = [];
  const asking = Array.from({ length: CUSTOMERS }, async () => {
    while (isOpen()) {
      const outcome = await ask(shop);
      count.set(outcome, (count.get(outcome) ?? 0) + 1);
      await pause(PAUSE_MILLISECONDS);
    }
  });
  const reporting = (async () => {
    while (isOpen()) {
      await pause(REPORT_MILLISECONDS);
      const second = count;
      count = new Map();
      if (second.size === 0) continue;
      seconds.push(second);
      await shop.reportErrors(((second.get(FAILED) ?? 0) / totalOf(second)) * 100);
    }
  })();
  return {
    got: () => {
      const lines = spells([...seconds, count]).map(line);
      seconds = [];
      count = new Map();
      return lines;
    },
    sendHome: async () => {
      closing.abort();
      await Promise.all([...asking, reporting]);
    },
  };
}

const FAILED = 'failed';

async function ask({ lambda }: Shop): Promise<string> {
  const { FunctionVersion = '', RoutingConfig } = await lambda.send(
    new GetAliasCommand({ FunctionName: FUNCTION, Name: ALIAS }),
  );
  const [[other, weight] = ['', 0]] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const version = Math.random() < weight ? other : FunctionVersion;
  const { FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: FUNCTION, Qualifier: version }),
  );
  return FunctionError === undefined ? `version ${version}` : FAILED;
}

/** Seconds that follow each other with the same outcomes, whatever their shares, taken together. */
function spells(seconds: readonly Count[]): readonly Count[] {
  const together: Count[] = [];
  for (const second of seconds) {
    const last = together.at(-1);
    if (last === undefined || namesOf(last).join() !== namesOf(second).join()) {
      if (second.size > 0) together.push(new Map(second));
      continue;
    }
    for (const [name, requests] of second) last.set(name, (last.get(name) ?? 0) + requests);
  }
  return together;
}

function line(count: Count): string {
  const total = totalOf(count);
  const shares = namesOf(count).map((name) => [name, (count.get(name) ?? 0) / total] as const);
  const bar = shares.map(([name, share]) => fill(name).repeat(Math.max(1, Math.round(share * BAR))));
  const words = shares.map(([name, share]) => `${Math.round(share * 100)} % ${name}`);
  return `${bar.join('').slice(0, BAR).padEnd(BAR)}  ${String(total).padStart(4)} requests: ${words.join(', ')}`;
}

/** Versions in order, then what failed. */
function namesOf(count: Count): readonly string[] {
  return [...count.keys()].sort((one, other) =>
    one === FAILED || other === FAILED
      ? Number(one === FAILED) - Number(other === FAILED)
      : one < other
        ? -1
        : 1,
  );
}

function totalOf(count: Count): number {
  return [...count.values()].reduce((sum, requests) => sum + requests, 0);
}

function fill(name: string): string {
  if (name === FAILED) return 'x';
  return Number(name.slice('version '.length)) % 2 === 1 ? '=' : '#';
}
