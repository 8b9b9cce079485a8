import type { Connection } from '../../cli/command.ts';
import { apiOf } from '../../cli/codedeploy-api.ts';
import { drillWith } from '../../cli/drill.ts';
import type { Attempt, DrillGround, Letter } from '../../cli/drill/drill-ground.ts';
import type { Tables } from '../../cli/tables.ts';
import { codedeploy } from '../../functions/api/codedeploy.ts';
import { APPLICATION, GROUP } from '../support/a-deployment.ts';
import { clientOf } from '../support/api.ts';
import { HOME, QUOTE, type Simulation, simulation } from '../support/simulation.ts';
import { type Ran, localCloud, memoryTables, noExecutions, unasked } from './memory-tables.ts';

/** All of Sluice, simulated, with what a drill finds and leaves in the account around it. */
export interface Scene {
  readonly sim: Simulation;
  readonly connection: Connection;
  readonly ground: DrillGround;
  /** Names of what a drill makes. */
  readonly alarms: Set<string>;
  readonly mailboxes: Set<string>;
  /** What is published, before it reaches a mailbox. */
  post: (letters: readonly Letter[]) => readonly Letter[];
  /** What the table's policy does. */
  attempts: readonly Attempt[];
  isEmulated: boolean;
  isTopicThere: boolean;
}

/** Version 2 of price-quote runs, deployed by the group checkout/checkout-prod. */
export async function scene(): Promise<Scene> {
  const sim = await simulation();
  await sim.launch({ steps: [{ weight: 100 }] });
  await sim.world.clock.advance(60_000);
  const alarms = new Set<string>();
  const mailboxes = new Set<string>();
  const door = codedeploy(sim.api);
  const client = clientOf(async (request) => {
    const { statusCode = 0, headers = {}, body = '' } = await door(request, { partition: 'aws', ...HOME });
    sim.keepSweeping();
    // What goes on behind an answer needs no time of its own.
    await sim.world.clock.advance(0);
    return { status: statusCode, headers, text: body };
  });
  const self: Scene = {
    sim,
    alarms,
    mailboxes,
    post: (letters) => letters,
    attempts: [],
    isEmulated: true,
    isTopicThere: true,
    ground: {
      get isEmulated() {
        return self.isEmulated;
      },
      functions: functionsOf(sim),
      alarms: {
        create: async (name) => {
          alarms.add(name);
          sim.alarms.set(name, 'OK');
        },
        calm: async (name) => void sim.alarms.set(name, 'OK'),
        ring: async (name) => {
          await sim.ring(name);
          return sim.world.clock.now();
        },
        delete: async (name) => {
          alarms.delete(name);
          sim.alarms.delete(name);
        },
      },
      mailbox: {
        get isThere() {
          return self.isTopicThere;
        },
        open: async (name) => void mailboxes.add(name),
        read: async (name) => self.post(mailboxes.has(name) ? lettersOf(sim, name) : []),
        close: async (name) => void mailboxes.delete(name),
      },
      log: { attempts: async () => self.attempts },
    },
    connection: {
      place: 'the stack Sluice in eu-north-1',
      target: localCloud,
      tables: liveTables(sim),
      api: apiOf(client, 'the stack Sluice in eu-north-1'),
      executions: noExecutions,
      hosts: unasked,
      outputs: unasked,
      publisher: async () => {
        throw new Error('a drill publishes nothing');
      },
      gitHubTokens: async () => {
        throw new Error('a drill connects nothing');
      },
      drillGround: async () => self.ground,
      sight: async () => {
        throw new Error('a drill looks with clients of its own');
      },
      account: unasked,
    },
  };
  return self;
}

function functionsOf({ lambda }: Simulation): DrillGround['functions'] {
  return {
    alias: async (name) =>
      lambda.aliasesOf(name.functionName).includes(name.functionAlias) ? lambda.aliasOf(name) : undefined,
    versions: async (functionName) => lambda.versionsOf(functionName),
    aliasesNamed: async (functionName, prefix) =>
      lambda.aliasesOf(functionName).filter((name) => name.startsWith(prefix)),
    createAlias: async (name, functionVersion) =>
      lambda.changeByHand(name, { functionVersion, additionalVersionWeights: {} }),
    renewsRevisionId: async (name) => {
      const alias = lambda.aliasOf(name);
      lambda.changeByHand(name, alias);
      return lambda.aliasOf(name).revisionId !== alias.revisionId;
    },
    deleteAlias: async (name) => lambda.remove(name),
  };
}

/** Each event of the group's deployments, published at once. */
function lettersOf(sim: Simulation, group: string): readonly Letter[] {
  const created = sim.store.allEvents().filter(({ type, data }) => {
    return type === 'DeploymentCreated' && data.includes(`"deploymentGroupName":"${group}"`);
  });
  return created.flatMap(({ stream }) =>
    sim.store
      .allEvents()
      .filter((event) => event.stream === stream)
      .map(({ version, at }) => ({
        message: JSON.stringify({ eventId: `${stream}@${version}` }),
        arrivedAt: at + 50,
      })),
  );
}

/** Of the store as it is when it is asked. */
function liveTables({ store }: Simulation): Tables {
  const now = () => memoryTables(store);
  return {
    load: (stream, fromVersion) => now().load(stream, fromVersion),
    first: (stream) => now().first(stream),
    reader: store.rows,
    events: () => now().events(),
    placesSince: (from) => now().placesSince(from),
    items: (which) => now().items(which),
    head: (stream) => now().head(stream),
    mend: (mending) => now().mend(mending),
  };
}

export interface Run {
  /** Each drill is a process of its own. */
  readonly processId?: number;
  readonly running?: readonly number[];
  readonly machine?: string;
  readonly yes?: boolean;
  readonly bake?: boolean;
  /** Resolved when somebody wants it to end. */
  readonly interrupted?: Promise<void>;
  readonly group?: string;
  readonly connection?: Connection;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** `sluice drill checkout checkout-prod --yes`, on the clock of the simulation. */
export async function drilled(at: Scene, run: Run = {}): Promise<Ran & { readonly output: string }> {
  const { processId = 1, running = [], machine = 'aaaaaa', connection = at.connection } = run;
  const { clock } = at.sim.world;
  const printed: string[] = [];
  const noted: string[] = [];
  const code = await drillWith(
    {
      argument: APPLICATION.applicationName,
      otherArguments: [run.group ?? GROUP.deploymentGroupName],
      values: { yes: run.yes ?? true, bake: run.bake ?? false },
      terminal: { print: (line) => printed.push(line), note: (line) => noted.push(line) },
      connect: async () => connection,
      now: clock.now,
      sleep: run.sleep ?? ((milliseconds) => clock.advance(milliseconds)),
      interrupted: () => run.interrupted ?? new Promise(() => {}),
    },
    { machine, processId, isRunning: (id) => running.includes(id) },
  );
  return { code, printed, noted, output: printed.join('\n') };
}

/** The mark of each point, by its name: those begin at columns of their own. */
export function results(printed: readonly string[]): Record<string, string> {
  const lines = printed.slice(0, printed.indexOf('')).filter((line) => !line.startsWith(' '));
  return Object.fromEntries(lines.map((line) => [line.slice(20).split(':')[0], line.slice(0, 9).trim()]));
}

/** What a drill must never leave behind, nor change. */
export function traces({ sim, alarms, mailboxes }: Scene) {
  const groups = sim.store.allRows().filter(({ pk }) => pk.startsWith('deployment-groups#'));
  return {
    aliases: sim.lambda.aliasesOf(QUOTE.functionName),
    alarms: [...alarms],
    mailboxes: [...mailboxes],
    groups: groups.map(({ sk }) => sk),
    active: sim.store.allRows().filter(({ pk }) => pk.startsWith('active-deployment#')).length,
    live: sim.lambda.history(QUOTE),
  };
}

export const UNTOUCHED = {
  aliases: ['live'],
  alarms: [],
  mailboxes: [],
  groups: [GROUP.deploymentGroupName],
  active: 0,
  // As it was given, and as the one deployment before the drill left it.
  live: [
    { functionVersion: '1', additionalVersionWeights: {} },
    { functionVersion: '2', additionalVersionWeights: {} },
  ],
};

const CHANGING: ReadonlySet<string> = new Set([
  'createAlias',
  'open',
  'create',
  'createGroup',
  'ring',
  'calm',
  'renewsRevisionId',
  'read',
  'stop',
  'sleep',
  'deleteGroup',
  'close',
  'delete',
  'deleteAlias',
]);

/** Everything that the drill does from one act on fails, as if its process had died before it. */
export function dyingBefore(
  at: Scene,
  isLast: (act: number, name: string) => boolean,
): { readonly run: Run; readonly acts: () => number } {
  let acts = 0;
  let isDead = false;
  const dying = async <Answer>(name: string, work: () => Promise<Answer>): Promise<Answer> => {
    // Between two of these nothing changes, so that it makes no difference which of the reads is its last.
    if (CHANGING.has(name)) {
      acts += 1;
      isDead ||= isLast(acts, name);
    }
    if (isDead) throw new Error('the process is dead');
    return work();
  };
  const mortal = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, member, receiver) => {
        const value: unknown = Reflect.get(target, member, receiver);
        if (typeof value === 'function') {
          return (...words: unknown[]) =>
            dying(String(member), () => value.apply(target, words) as Promise<unknown>);
        }
        return typeof value === 'object' && value !== null ? mortal(value) : value;
      },
    });
  const { tables, api } = at.connection;
  const connection = { ...at.connection, tables: mortal(tables), api: mortal(api) };
  return {
    acts: () => acts,
    run: {
      connection: { ...connection, drillGround: async () => mortal(at.ground) },
      sleep: (milliseconds) => dying('sleep', () => at.sim.world.clock.advance(milliseconds)),
    },
  };
}
