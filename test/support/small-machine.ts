import type { Json, JsonObject } from '../../core/decider.ts';
import { createWorld, type ExecutionDescription, type World } from './asl-interpreter.ts';

/** Shapes for tests of the interpreter itself: a world with one machine, whose functions are given by name. */
export const START_AT = Date.UTC(2027, 0, 1);
export const MACHINE_ARN = 'arn:aws:states:eu-west-1:111111111111:stateMachine:machine';
export const EXECUTION_ARN = 'arn:aws:states:eu-west-1:111111111111:execution:machine:one';

export type Handlers = Readonly<Record<string, (payload: JsonObject) => unknown>>;

/** `states` in order: the first is the start, and each goes on to the one after it unless it says where. */
export function machineOf(states: Readonly<Record<string, JsonObject>>, rest: JsonObject = {}): JsonObject {
  const names = Object.keys(states);
  const linked = names.map((name, index) => {
    const state = states[name] ?? {};
    const ends = ['Choice', 'Fail', 'Succeed'].includes(String(state['Type']));
    const next = names[index + 1];
    const onward: JsonObject = next === undefined ? { End: true } : { Next: next };
    return [name, ends || 'Next' in state || 'End' in state ? state : { ...state, ...onward }];
  });
  return { StartAt: names[0], States: Object.fromEntries(linked) as JsonObject, ...rest };
}

export function task(functionName: string, rest: JsonObject = {}): JsonObject {
  const Parameters = { FunctionName: functionName, 'Payload.$': '$' };
  return { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters, ...rest };
}

/** A task whose function gets {token} and the state's input as `input`. */
export function waiting(functionName: string, rest: JsonObject = {}): JsonObject {
  const Payload = { 'token.$': '$$.Task.Token', 'input.$': '$' };
  const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
  return { Type: 'Task', Resource, Parameters: { FunctionName: functionName, Payload }, ...rest };
}

export function smallWorld(definition: JsonObject, handlers: Handlers = {}): World {
  const world = createWorld({
    startAt: START_AT,
    invoke: async (functionName, payload) => handlers[functionName]?.(payload as JsonObject),
  });
  world.register('machine', MACHINE_ARN, definition);
  return world;
}

/** Runs the machine until nothing is left to do. */
export async function runOnce(
  definition: JsonObject,
  input: Json = {},
  handlers: Handlers = {},
): Promise<ExecutionDescription & { readonly world: World; readonly tookSeconds: number }> {
  const world = smallWorld(definition, handlers);
  world.startExecution(MACHINE_ARN, 'one', input);
  await world.runUntilIdle();
  const description = world.describeExecution(EXECUTION_ARN);
  const tookSeconds = ((description.stopDate ?? Number.NaN) - description.startDate) / 1000;
  return { ...description, world, tookSeconds };
}

/** A function that throws these errors, one each call, and then returns `{}`. */
export function failing(...names: readonly string[]): () => JsonObject {
  let calls = 0;
  return () => {
    const name = names[calls];
    calls += 1;
    if (name !== undefined) throw Object.assign(new Error(`call ${calls}`), { name });
    return {};
  };
}
