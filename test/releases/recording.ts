import type { Json } from '../../core/decider.ts';
import type { Alias } from '../../core/deployments/alias.ts';
import type { AlarmState } from '../../functions/adapters/alarms.ts';
import type { Append } from '../../functions/adapters/event-store.ts';
import type { ParkedToken } from '../../functions/adapters/parked-tokens.ts';
import type { Simulation } from '../support/simulation.ts';
import { QUOTE } from '../support/simulation.ts';

/** One story of a deployment as a release ran it: all that it wrote, and each call of a function on the way. */
export interface Recording {
  readonly name: string;
  /** The events with the rows and heads, in the order of writing. */
  readonly appends: readonly Append[];
  readonly calls: readonly RecordedCall[];
}

/** What a function was called with, what it found, and what came of it. */
export interface RecordedCall {
  readonly functionName: string;
  readonly at: number;
  readonly event: Json;
  /** How many of the appends were there before. */
  readonly appendsBefore: number;
  readonly parkedBefore: readonly ParkedToken[];
  readonly alias: Alias;
  /** Whether Lambda throttled UpdateAlias then. */
  readonly throttled: boolean;
  readonly alarms: readonly (readonly [string, AlarmState['state']])[];
  readonly came: Outcome;
}

export interface Outcome {
  /** The types of the events that it appended. */
  readonly events: readonly string[];
  /** The entries of the tokens that wait after it. */
  readonly parked: readonly string[];
  /** The names of the executions that it started. */
  readonly started: readonly string[];
  /** What a task gave to its workflow; null of one that answers by its token, and of a reaction. */
  readonly answer: Json;
}

/** Has the calls of this simulation written down from now on; `take` gives what there is. */
export function recorder(sim: Simulation): { readonly take: (name: string) => Recording } {
  const calls: RecordedCall[] = [];
  sim.around = async (functionName, event, call) => {
    const before = {
      functionName,
      at: sim.world.clock.now(),
      event: copied(event),
      appendsBefore: sim.store.allAppends().length,
      parkedBefore: await parked(sim),
      alias: sim.lambda.aliasOf(QUOTE),
      throttled: sim.lambda.failing('update') !== undefined,
      alarms: [...sim.alarms],
    };
    const executions = sim.world.listExecutions().length;
    const answer = await call();
    const came = await outcome(sim, before.appendsBefore, executions, answer);
    // A sweep that found nothing, and an event that nobody reacts to, say nothing.
    const isQuiet = came.events.length === 0 && came.started.length === 0;
    const isReaction = functionName.startsWith('On');
    if (!(isReaction && isQuiet && came.parked.length === before.parkedBefore.length)) {
      calls.push({ ...before, came });
    }
    return answer;
  };
  return { take: (name) => ({ name, appends: sim.store.allAppends(), calls }) };
}

export async function outcome(
  sim: Pick<Simulation, 'store' | 'world' | 'tokens'>,
  appendsBefore: number,
  executionsBefore: number,
  answer: unknown,
): Promise<Outcome> {
  const appends = sim.store.allAppends().slice(appendsBefore);
  return {
    events: appends.flatMap(({ events }) => events.map(({ type }) => type)),
    parked: (await parked(sim)).map(({ entry }) => entry),
    started: sim.world
      .listExecutions()
      .slice(executionsBefore)
      .map(({ name }) => name),
    answer: copied(answer),
  };
}

async function parked({
  store,
  tokens,
}: Pick<Simulation, 'store' | 'tokens'>): Promise<readonly ParkedToken[]> {
  const streams = new Set(store.allEvents().map(({ stream }) => stream));
  const ids = [...streams].flatMap((stream) => /^deployment#(.*)$/.exec(stream)?.[1] ?? []);
  return (await Promise.all(ids.map((id) => tokens.of(id)))).flat();
}

function copied(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
