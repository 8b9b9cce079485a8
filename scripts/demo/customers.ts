import { GetAliasCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { setTimeout as pause } from 'node:timers/promises';
import type { Shop } from './shop.ts';
import { ALIAS, FUNCTION } from './shop.ts';

/** Customers who ask for prices all the time, until they are sent home. */
export interface Customers {
  /** Counts from now on: what was asked before belongs to another scene. */
  readonly newScene: () => void;
  readonly sendHome: () => Promise<void>;
}

/** Some 50 requests a second: enough to see a tenth of the traffic, and little for two cores. */
const CUSTOMERS = 3;
const PAUSE_MILLISECONDS = 40;
const REPORT_MILLISECONDS = 1_000;
const BAR = 40;

interface Count {
  readonly ok: Map<string, number>;
  failed: number;
}

/**
 * The emulator stores the weights of an alias and does not route by them, so these clients do: each request reads the
 * alias, draws a version by its weight and invokes that.
 */
export function letCustomersIn(shop: Shop, say: (line: string) => void): Customers {
  const closing = new AbortController();
  const isOpen = (): boolean => !closing.signal.aborted;
  let count: Count = { ok: new Map(), failed: 0 };
  const asking = Array.from({ length: CUSTOMERS }, async () => {
    while (isOpen()) {
      await ask(shop, count);
      await pause(PAUSE_MILLISECONDS);
    }
  });
  const reporting = (async () => {
    while (isOpen()) {
      await pause(REPORT_MILLISECONDS);
      const second = count;
      count = { ok: new Map(), failed: 0 };
      const total = [...second.ok.values()].reduce((sum, requests) => sum + requests, second.failed);
      if (total === 0) continue;
      say(line(second, total));
      await shop.reportErrors((second.failed / total) * 100);
    }
  })();
  return {
    newScene: () => {
      count = { ok: new Map(), failed: 0 };
    },
    sendHome: async () => {
      closing.abort();
      await Promise.all([...asking, reporting]);
    },
  };
}

async function ask({ lambda }: Shop, count: Count): Promise<void> {
  const { FunctionVersion = '', RoutingConfig } = await lambda.send(
    new GetAliasCommand({ FunctionName: FUNCTION, Name: ALIAS }),
  );
  const [[other, weight] = ['', 0]] = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const version = Math.random() < weight ? other : FunctionVersion;
  const { FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: FUNCTION, Qualifier: version }),
  );
  if (FunctionError !== undefined) count.failed += 1;
  else count.ok.set(version, (count.ok.get(version) ?? 0) + 1);
}

function line({ ok, failed }: Count, total: number): string {
  const shares = [...ok]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([version, requests]) => [`version ${version}`, requests] as const);
  const all = failed === 0 ? shares : [...shares, ['failed', failed] as const];
  const bar = all.map(([name, requests]) =>
    fill(name).repeat(Math.max(1, Math.round((requests / total) * BAR))),
  );
  const words = all.map(([name, requests]) => `${Math.round((requests / total) * 100)} % ${name}`);
  return `          requests  ${bar.join('').slice(0, BAR).padEnd(BAR)}  ${words.join(', ')}`;
}

function fill(name: string): string {
  if (name === 'failed') return 'x';
  return Number(name.slice('version '.length)) % 2 === 1 ? '=' : '#';
}
