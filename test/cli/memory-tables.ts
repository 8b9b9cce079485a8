import type { StoredEvent } from '../../core/chain.ts';
import type { RowKey } from '../../core/decider.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { main } from '../../cli/sluice.ts';
import type { Account } from '../../cli/account/account.ts';
import type { DeploymentsApi } from '../../cli/deployments-api.ts';
import type { Executions } from '../../cli/executions.ts';
import type { Sight } from '../../cli/sight.ts';
import type { HostsApi } from '../../cli/host/hosts-api.ts';
import type { Outputs } from '../../cli/outputs.ts';
import type { Publisher } from '../../cli/publisher.ts';
import { type Tables, headOf } from '../../cli/tables.ts';
import type { ConnectedGitHub } from '../../cli/github-tokens.ts';
import type { Secret } from '../../cli/secret.ts';
import type { Paper } from '../../cli/terminal.ts';
import type { Target } from '../../cli/target.ts';
import type { StoredRow } from '../../functions/adapters/event-store.ts';
import { type ReadModelItem, isHead, replayHeads } from '../../functions/runtime/replay.ts';
import type { MemoryEventStore } from '../support/memory-event-store.ts';

/** The two tables as the commands see them; a test may change what is in them behind their back. */
export interface MemoryTables extends Tables {
  log: StoredEvent[];
  rows: ReadModelItem[];
}

/** What the store holds now. */
export function memoryTables(store: Pick<MemoryEventStore, 'allEvents' | 'allRows'>): MemoryTables {
  const tables: MemoryTables = {
    log: [...store.allEvents()],
    rows: [...store.allRows(), ...replayHeads(store.allEvents())],
    load: async (stream, fromVersion) =>
      tables.log
        .filter((event) => event.stream === stream && event.version >= fromVersion)
        .sort((one, other) => one.version - other.version),
    first: async (stream) => tables.log.find((event) => event.stream === stream && event.version === 1),
    reader: {
      get: async (key) => {
        const found = find(key);
        return found === undefined || isHead(found) ? undefined : found;
      },
      query: async ({ pk, from = '', to = '\uffff', after = '', limit }) => {
        const found = tables.rows
          .filter((item): item is StoredRow => item.pk === pk && !isHead(item))
          .filter(({ sk }) => sk >= from && sk <= to && sk > after)
          .sort((one, other) => (one.sk < other.sk ? -1 : 1));
        return { rows: found.slice(0, limit), more: found.length > limit };
      },
      count: async (pk) => tables.rows.filter((item) => item.pk === pk).length,
    },
    async *events() {
      yield* tables.log;
    },
    placesSince: async (from) => ({
      places: tables.log.filter(({ stream, at }) => /^(?:deployment|target)#/.test(stream) && at >= from),
      readUnits: tables.log.length,
    }),
    async *items(which) {
      yield* which === 'all' ? tables.rows : tables.rows.filter(isHead);
    },
    head: async (stream) => {
      const head = find(rowKeys.head(stream));
      return head === undefined || !isHead(head) ? undefined : headOf(head);
    },
    mend: async ({ changes, head }) => {
      const asRead = changes.map(({ expected, actual }) => [expected ?? actual, actual] as const);
      const changesHead = changes.some(({ expected, actual }) =>
        [expected, actual].some((item) => item && isHead(item)),
      );
      const isSame = (key: RowKey | undefined, item: ReadModelItem | undefined) =>
        key !== undefined && JSON.stringify(find(key)) === JSON.stringify(item);
      if (!changesHead && !isSame(rowKeys.head(head.stream), head.asRead)) return 'moved-on';
      if (!asRead.every(([key, actual]) => isSame(key, actual))) return 'moved-on';
      for (const { expected, actual } of changes) {
        const { pk, sk } = expected ?? actual ?? { pk: '', sk: '' };
        tables.rows = tables.rows.filter((item) => item.pk !== pk || item.sk !== sk);
        if (expected !== undefined) tables.rows.push(expected);
      }
      return 'written';
    },
  };
  const find = ({ pk, sk }: RowKey) => tables.rows.find((item) => item.pk === pk && item.sk === sk);
  return tables;
}

export interface Ran {
  readonly code: number;
  /** Lines on standard output, and on standard error. */
  readonly printed: readonly string[];
  readonly noted: readonly string[];
}

/** Who is at the terminal, and the services that they speak to. */
export interface Operator {
  readonly executions?: Executions;
  readonly api?: DeploymentsApi;
  readonly account?: Account;
  readonly hosts?: HostsApi;
  readonly outputs?: Outputs;
  readonly publisher?: Publisher;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly paper?: Paper;
  readonly secret?: Secret;
  readonly gitHubTokens?: ConnectedGitHub;
  readonly sight?: Sight;
  readonly target?: Target;
  /** When the command begins. */
  readonly begins?: number;
  /** Until it resolves, a command that waits to be ended goes on; it is given what was printed so far. */
  readonly interrupted?: (printed: readonly string[]) => Promise<void>;
}

/** What whoever is permitted nothing else sees beside the tables. */
const blind: Sight = {
  alias: async () => ({ status: 'denied' }),
  alarms: async () => ({ status: 'denied' }),
};

export const unasked = async (): Promise<never> => {
  throw new Error('a service was asked');
};
export const noExecutions: Executions = {
  named: (_, name) => name,
  history: unasked,
  children: unasked,
  slots: unasked,
};
const unaskedApi: DeploymentsApi = {
  stop: unasked,
  create: unasked,
  createGroup: unasked,
  deleteGroup: unasked,
};

/** Nothing listens there. */
export const localCloud: Target = {
  place: 'the local cloud at http://127.0.0.1:1',
  isEmulated: true,
  stackName: 'Sluice',
  topics: {},
  tables: { log: 'log', rows: 'rows' },
  stateMachines: { lambda: 'lambda', hook: 'hook' },
  apiEndpoint: 'http://127.0.0.1:1/_aws/execute-api/codedeploy/',
  client: {
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  },
};

/** When a command begins: an hour and a half after the golden history begins, which is over by then. */
export const NOW = 1_793_615_400_000;

/** Runs `sluice <words>` on these tables. Time stands still but for sleeps, which take none; `meanwhile` is done in each. */
export async function sluice(
  tables: Tables,
  words: readonly string[],
  meanwhile: (sleeps: number) => void = () => {},
  {
    api = unaskedApi,
    executions = noExecutions,
    hosts,
    outputs,
    publisher = { publish: unasked },
    account,
    ask,
    paper,
    secret,
    gitHubTokens,
    sight = blind,
    target = localCloud,
    begins = NOW,
    interrupted = unasked,
  }: Operator = {},
): Promise<Ran> {
  const printed: string[] = [];
  const noted: string[] = [];
  let now = begins;
  let sleeps = 0;
  const code = await main(words, {
    terminal: {
      print: (line) => printed.push(line),
      note: (line) => noted.push(line),
      ...(ask && { ask }),
      ...(secret && { secret }),
      ...(paper && { paper }),
    },
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
      sleeps += 1;
      meanwhile(sleeps);
    },
    interrupted: () => interrupted(printed),
    connect: async () => ({
      place: target.place,
      target,
      tables,
      api,
      executions,
      hosts: async () => hosts ?? unasked(),
      outputs: async () => outputs ?? unasked(),
      publisher: async () => publisher,
      gitHubTokens: async () => gitHubTokens ?? unasked(),
      drillGround: unasked,
      sight: async () => sight,
      account: async () => account ?? unasked(),
    }),
  });
  return { code, printed, noted };
}
