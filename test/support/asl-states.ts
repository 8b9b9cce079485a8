import type { EpochMilliseconds, Json, JsonObject } from '../../core/decider.ts';
import { unreachable } from '../../core/unreachable.ts';
import { satisfies } from './asl-choice.ts';
import type {
  MapState,
  ParallelState,
  Retrier,
  State,
  StateGroup,
  TaskState,
  WaitState,
  WorkingState,
} from './asl-definition.ts';
import { matches, StatesError } from './asl-error.ts';
import type { HistoryRecorder } from './asl-history.ts';
import { evaluate, fillTemplate, placeResult, type Scope } from './asl-paths.ts';
import { Abandoned, runLanes, untilStopped } from './stoppable.ts';
import type { VirtualClock } from './virtual-clock.ts';

const MILLISECONDS_PER_SECOND = 1000;
/** An inline Map runs no more iterations at once, whatever its MaxConcurrency: the quota of Step Functions. */
const INLINE_MAP_CONCURRENCY = 40;
/** A distributed one may run this many children at once. */
const DISTRIBUTED_MAP_CONCURRENCY = 10_000;
/** Bytes of a state's output: the payload quota of Step Functions, 256 KiB. */
const PAYLOAD_BYTES = 262_144;

/** How a task ends: once, by whichever comes first. */
export interface Ending {
  readonly succeed: (result: Json) => void;
  readonly fail: (error: StatesError) => void;
}

export interface TaskStart {
  readonly resource: TaskState['Resource'];
  readonly parameters: JsonObject;
  readonly stateName: string;
}

/** One item of a Map Run. */
export interface MapRunChild {
  /** Of the state of the Map. */
  readonly stateName: string;
  readonly group: StateGroup;
  readonly input: Json;
  readonly stop: AbortSignal;
}

/** What a branch needs of the world around it. */
export interface Surroundings {
  readonly clock: VirtualClock;
  /** The context object's Execution and StateMachine. */
  readonly context: JsonObject;
  readonly history: HistoryRecorder;
  readonly newToken: () => string;
  /** From here on the token can end the task. Returns how to make it over. */
  readonly openToken: (token: string, ending: Ending) => () => void;
  readonly startTask: (task: TaskStart, ending: Ending) => void;
  /** Runs an item of a distributed map as an execution of its own. Null where that fails. */
  readonly runChild: (child: MapRunChild) => Promise<Json>;
}

/** One line of states: the machine itself, an iteration of a Map or a branch of a Parallel. */
export interface Branch {
  readonly surroundings: Surroundings;
  readonly stop: AbortSignal;
  /** The context object's Map, in an iteration. */
  readonly map?: JsonObject;
}

interface Visit extends Branch {
  readonly stateName: string;
  readonly enteredAt: EpochMilliseconds;
  retries: number;
}

interface Step {
  readonly output: Json;
  /** Undefined where the branch ends here. */
  readonly next: string | undefined;
}

/** Goes from state to state until the end; gives the last one's output. Throws StatesError, or Abandoned if stopped. */
export async function walk(group: StateGroup, input: Json, branch: Branch): Promise<Json> {
  let stateName = group.StartAt;
  let raw = input;
  for (;;) {
    if (branch.stop.aborted) throw new Abandoned();
    const state = group.States[stateName];
    if (state === undefined) throw new Error(`no state ${stateName}`);
    branch.surroundings.history.entered(stateName, state.Type);
    const visit: Visit = { ...branch, stateName, enteredAt: branch.surroundings.clock.now(), retries: 0 };
    const { output, next } = await visitState(state, raw, visit);
    branch.surroundings.history.exited();
    if (next === undefined) return output;
    stateName = next;
    raw = output;
  }
}

async function visitState(state: State, raw: Json, visit: Visit): Promise<Step> {
  if (state.Type === 'Fail') {
    const scope = { input: raw, context: contextOf(visit) };
    throw new StatesError(
      state.ErrorPath === undefined ? (state.Error ?? '') : String(evaluate(state.ErrorPath, scope)),
      state.CausePath === undefined ? (state.Cause ?? '') : String(evaluate(state.CausePath, scope)),
    );
  }
  if (state.Type === 'Task' || state.Type === 'Map' || state.Type === 'Parallel') {
    return workWithCare(state, raw, visit);
  }
  const scope: Scope = { input: filter(state.InputPath, raw, visit), context: contextOf(visit) };
  const onward = (output: Json, next: string | undefined): Step => ({
    output: filter(state.OutputPath, output, visit),
    next,
  });
  switch (state.Type) {
    case 'Pass': {
      const parameters = state.Parameters === undefined ? scope.input : fillTemplate(state.Parameters, scope);
      return onward(
        placeResult(raw, state.ResultPath, state.Result === undefined ? parameters : state.Result),
        state.Next,
      );
    }
    case 'Wait':
      await pause(secondsOf(state, scope) * MILLISECONDS_PER_SECOND, visit);
      return onward(scope.input, state.Next);
    case 'Choice': {
      const next = state.Choices.find((rule) => satisfies(rule, scope))?.Next ?? state.Default;
      if (next === undefined) throw new StatesError('States.NoChoiceMatched', `in ${visit.stateName}`);
      return onward(scope.input, next);
    }
    case 'Succeed':
      return onward(scope.input, undefined);
    default:
      return unreachable(state);
  }
}

/** Retry first, as often as the first retrier that names the error allows; then Catch; else the error goes up. */
async function workWithCare(state: WorkingState, raw: Json, visit: Visit): Promise<Step> {
  const spent = new Map<Retrier, number>();
  for (;;) {
    try {
      return { output: await work(state, raw, visit), next: state.Next };
    } catch (problem) {
      if (!(problem instanceof StatesError)) throw problem;
      const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, problem.error));
      const attempts = retrier === undefined ? 0 : (spent.get(retrier) ?? 0);
      if (retrier !== undefined && attempts < (retrier.MaxAttempts ?? 3)) {
        spent.set(retrier, attempts + 1);
        await pause(delayOf(retrier, attempts), visit);
        visit.retries += 1;
        visit.surroundings.history.retried();
        continue;
      }
      const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, problem.error));
      if (catcher === undefined) throw problem;
      const errorOutput = { Error: problem.error, Cause: problem.reason };
      return { output: placeResult(raw, catcher.ResultPath, errorOutput), next: catcher.Next };
    }
  }
}

function delayOf(retrier: Retrier, attempts: number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** attempts, MaxDelaySeconds);
  return Math.round(seconds * MILLISECONDS_PER_SECOND);
}

/** One attempt: InputPath, Parameters, the work, ResultSelector, ResultPath, OutputPath. */
async function work(state: WorkingState, raw: Json, visit: Visit): Promise<Json> {
  const input = filter(state.InputPath, raw, visit);
  const result = limited(await resultOf(state, input, visit));
  const selected =
    state.ResultSelector === undefined
      ? result
      : fillTemplate(state.ResultSelector, { input: result, context: contextOf(visit) });
  return limited(filter(state.OutputPath, placeResult(raw, state.ResultPath, selected), visit));
}

async function resultOf(state: WorkingState, input: Json, visit: Visit): Promise<Json> {
  switch (state.Type) {
    case 'Task':
      return runTask(state, input, visit);
    case 'Map':
      return runMap(state, input, visit);
    case 'Parallel':
      return runParallel(state, input, visit);
    default:
      return unreachable(state);
  }
}

/** Ends by its result, its failure, its token or its timeout, whichever is first; the token is over in each case. */
async function runTask(state: TaskState, input: Json, visit: Visit): Promise<Json> {
  const { clock, history, newToken, openToken, startTask } = visit.surroundings;
  const token = state.Resource.endsWith('.waitForTaskToken') ? newToken() : undefined;
  const context = contextOf(visit, token);
  const parameters =
    state.Parameters === undefined ? input : fillTemplate(state.Parameters, { input, context });
  const seconds = timeoutOf(state, { input, context });
  history.attempted(state, 0);
  return untilStopped<Json>(visit.stop, (succeed, fail) => {
    const closeToken = token === undefined ? () => {} : openToken(token, { succeed, fail });
    const cancelTimeout =
      seconds === undefined
        ? () => {}
        : clock.schedule(
            clock.now() + seconds * MILLISECONDS_PER_SECOND,
            `timeout of ${visit.stateName}`,
            () => {
              fail(new StatesError('States.Timeout', ''));
            },
          );
    const ending: Ending = { succeed: token === undefined ? succeed : () => {}, fail };
    const { stateName } = visit;
    startTask({ resource: state.Resource, parameters: Object(parameters) as JsonObject, stateName }, ending);
    return () => {
      closeToken();
      cancelTimeout();
    };
  });
}

/** As recorded on AWS, TimeoutSecondsPath reads the state's input (after InputPath), not what Parameters make of it. */
function timeoutOf(state: TaskState, scope: Scope): number | undefined {
  if (state.TimeoutSecondsPath === undefined) return state.TimeoutSeconds;
  const seconds = evaluate(state.TimeoutSecondsPath, scope);
  if (Number.isInteger(seconds) && Number(seconds) > 0) return Number(seconds);
  throw new StatesError('States.Runtime', `${state.TimeoutSecondsPath} is no positive number of seconds`);
}

/** The first failure stops the other iterations; what a Lambda is doing at that time, it does to its end. */
async function runMap(state: MapState, input: Json, visit: Visit): Promise<Json> {
  const items = evaluate(state.ItemsPath ?? '$', { input, context: contextOf(visit) });
  if (!Array.isArray(items)) throw new StatesError('States.Runtime', 'a Map needs an array of items');
  visit.surroundings.history.attempted(state, items.length);
  const isDistributed = state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const most = isDistributed ? DISTRIBUTED_MAP_CONCURRENCY : INLINE_MAP_CONCURRENCY;
  const limit = Math.min(state.MaxConcurrency || most, most);
  return runLanes(items.length, limit, visit.stop, async (Index, stop) => {
    const Value = items[Index] as Json;
    const iteration: Visit = { ...visit, stop, map: { Item: { Index, Value } } };
    const scope: Scope = { input, context: contextOf(iteration) };
    const itemInput = state.ItemSelector === undefined ? Value : fillTemplate(state.ItemSelector, scope);
    if (isDistributed) {
      const { stateName } = visit;
      return visit.surroundings.runChild({ stateName, group: state.ItemProcessor, input: itemInput, stop });
    }
    return walk(state.ItemProcessor, itemInput, iteration);
  });
}

async function runParallel(state: ParallelState, input: Json, visit: Visit): Promise<Json> {
  const context = contextOf(visit);
  const parameters =
    state.Parameters === undefined ? input : fillTemplate(state.Parameters, { input, context });
  const { Branches } = state;
  visit.surroundings.history.attempted(state, 0);
  return runLanes(Branches.length, Branches.length, visit.stop, async (index, stop) =>
    walk(Branches[index] as StateGroup, parameters, { ...visit, stop }),
  );
}

async function pause(milliseconds: number, visit: Visit): Promise<void> {
  const { clock } = visit.surroundings;
  return untilStopped<void>(visit.stop, (resolve) =>
    clock.schedule(clock.now() + milliseconds, `wait in ${visit.stateName}`, resolve),
  );
}

function secondsOf(state: WaitState, scope: Scope): number {
  const seconds = state.SecondsPath === undefined ? state.Seconds : evaluate(state.SecondsPath, scope);
  if (Number.isInteger(seconds) && Number(seconds) >= 0) return Number(seconds);
  throw new StatesError('States.Runtime', `${state.SecondsPath ?? 'Seconds'} is no number of seconds`);
}

function filter(path: string | null | undefined, data: Json, visit: Visit): Json {
  if (path === null) return {};
  return path === undefined ? data : evaluate(path, { input: data, context: contextOf(visit) });
}

function contextOf(visit: Visit, token?: string): JsonObject {
  const { stateName, enteredAt, retries, map } = visit;
  return {
    ...visit.surroundings.context,
    State: { Name: stateName, EnteredTime: new Date(enteredAt).toISOString(), RetryCount: retries },
    ...(token === undefined ? {} : { Task: { Token: token } }),
    ...(map === undefined ? {} : { Map: map }),
  };
}

function limited(output: Json): Json {
  if (Buffer.byteLength(JSON.stringify(output)) <= PAYLOAD_BYTES) return output;
  throw new StatesError('States.DataLimitExceeded', `an output of more than ${PAYLOAD_BYTES} bytes`);
}
