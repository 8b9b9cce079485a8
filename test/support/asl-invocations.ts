import type { Json } from '../../core/decider.ts';
import { StatesError } from './asl-error.ts';
import type { Ending, TaskStart } from './asl-states.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One call of a function, before it is made. `call` counts 1, 2, 3 … for each function. */
export interface Invocation {
  readonly functionName: string;
  readonly call: number;
  readonly payload: Json;
  readonly executionArn: string;
  readonly stateName: string;
}

/**
 * What befalls an invocation. Killed before: the handler never runs; killed after: it runs to its end and its result is
 * lost; the task fails with Lambda.Unknown at once. Swallowed before or after: likewise, but the task never hears of it
 * and has only its timeout.
 */
export type InvocationFault = 'kill-before' | 'kill-after' | 'swallow-before' | 'swallow-after';

export type FaultHook = (invocation: Invocation) => InvocationFault | undefined;

export interface Invocations {
  /** Starts the call of a `lambda:invoke` task; the clock stands still until the handler has ended. */
  readonly start: (task: TaskStart, executionArn: string, ending: Ending) => void;
  readonly onInvoke: (hook: FaultHook) => void;
}

export function createInvocations(
  clock: VirtualClock,
  handlerOf: (functionName: string, payload: Json) => Promise<unknown>,
): Invocations {
  const calls = new Map<string, number>();
  let faultOf: FaultHook = () => undefined;
  return {
    start: ({ parameters, stateName }, executionArn, ending) => {
      const functionName = String(parameters['FunctionName']);
      const call = (calls.get(functionName) ?? 0) + 1;
      calls.set(functionName, call);
      const payload = copied(parameters['Payload'] ?? {});
      const fault = faultOf({ functionName, call, payload, executionArn, stateName });
      const killed = new StatesError('Lambda.Unknown', `${functionName} ended without a word`);
      clock.track(`${functionName} in ${stateName}`, async () => {
        if (fault === 'kill-before') ending.fail(killed);
        if (fault === 'kill-before' || fault === 'swallow-before') return;
        const report = await outcomeOf(() => handlerOf(functionName, payload), ending);
        if (fault === 'kill-after') ending.fail(killed);
        else if (fault !== 'swallow-after') report();
      });
    },
    onInvoke: (hook) => {
      faultOf = hook;
    },
  };
}

/** Runs the handler to its end, and gives how to report that end: a throw under the error's name, as on AWS. */
async function outcomeOf(handler: () => Promise<unknown>, ending: Ending): Promise<() => void> {
  try {
    const result = copied(await handler());
    return () => ending.succeed({ StatusCode: 200, Payload: result });
  } catch (problem) {
    const { name, message } =
      problem instanceof Error ? problem : { name: typeof problem, message: String(problem) };
    const cause = JSON.stringify({ errorType: name, errorMessage: message });
    return () => ending.fail(new StatesError(name, cause));
  }
}

/** The value as it is after its way as JSON text, so that nobody shares an object; nothing becomes null. */
export function copied(value: unknown): Json {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}
