import type { EpochMilliseconds, Json, JsonObject } from '../../core/decider.ts';
import { unreachable } from '../../core/unreachable.ts';
import { parseDefinition, type Definition } from './asl-definition.ts';
import { serviceError, StatesError } from './asl-error.ts';
import { createHistory, type ExecutionHistory, type HistoryRecorder } from './asl-history.ts';
import { copied, createInvocations, type FaultHook } from './asl-invocations.ts';
import { walk, type Ending, type MapRunChild, type Surroundings, type TaskStart } from './asl-states.ts';
import { Abandoned, untilStopped } from './stoppable.ts';
import { createTaskTokens } from './task-tokens.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What DescribeExecution and the status-change event tell; input and output are values, not their text. */
export interface ExecutionDescription {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly input: Json;
  readonly startDate: EpochMilliseconds;
  readonly stopDate?: EpochMilliseconds;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

export interface WorldPorts {
  readonly startAt: EpochMilliseconds;
  /** Calls the handler. `FunctionName` is given as the definition has it; a throw fails the task under the error's name. */
  readonly invoke: (functionName: string, payload: Json) => Promise<unknown>;
}

/**
 * Step Functions in memory, for the portable subset of the Amazon States Language. Nothing runs but while its clock is
 * moved: `runUntilIdle`, `advance`, `runUntil`. Errors of its methods bear the names of the SDK's exceptions.
 */
export interface World extends Pick<VirtualClock, 'runUntilIdle' | 'advance' | 'runUntil'> {
  readonly clock: VirtualClock;
  /** Takes a definition with all `${substitutions}` made. Throws where it leaves the portable subset. */
  readonly register: (name: string, stateMachineArn: string, definition: unknown) => void;
  /** The ARN of the execution, the same one again while it runs with this input. Else ExecutionAlreadyExists. */
  readonly startExecution: (stateMachineArn: string, name: string, input: Json) => string;
  /** ABORTED. Its tokens are over; handlers that are at work run to their end, nested executions run on. */
  readonly stopExecution: (executionArn: string, error?: string, cause?: string) => void;
  readonly describeExecution: (executionArn: string) => ExecutionDescription;
  readonly listExecutions: () => readonly ExecutionDescription[];
  readonly history: (executionArn: string) => ExecutionHistory;
  /** Ends the task that waits. TaskTimedOut where it is over, TaskDoesNotExist or InvalidToken where it never was. */
  readonly sendTaskSuccess: (taskToken: string, output: Json) => void;
  readonly sendTaskFailure: (taskToken: string, error: string, cause: string) => void;
  /** Each start and end, in its own event of the same instant, as EventBridge tells them. */
  readonly onStatusChange: (listener: (change: ExecutionDescription) => void | Promise<void>) => void;
  /** Asked before each invocation what shall befall it; undefined is nothing. The last hook given counts. */
  readonly onInvoke: (hook: FaultHook) => void;
}

interface Execution {
  description: ExecutionDescription;
  readonly definition: Definition;
  readonly controller: AbortController;
  readonly history: HistoryRecorder;
  /** Told at the end: the parent's task of a `.sync` start. */
  readonly watchers: ((end: ExecutionDescription) => void)[];
}

type End = Pick<ExecutionDescription, 'status' | 'output' | 'error' | 'cause'>;

export function createWorld(ports: WorldPorts): World {
  const clock = createVirtualClock(ports.startAt);
  const machines = new Map<string, { readonly name: string; readonly definition: Definition }>();
  const executions = new Map<string, Execution>();
  const listeners: ((change: ExecutionDescription) => void | Promise<void>)[] = [];
  const tokens = createTaskTokens();
  const invocations = createInvocations(clock, ports.invoke);
  let nestedNames = 0;
  let children = 0;

  const find = (executionArn: string): Execution => {
    const execution = executions.get(executionArn);
    if (execution === undefined) throw serviceError('ExecutionDoesNotExist', executionArn);
    return execution;
  };

  const tell = ({ description }: Execution): void => {
    for (const listener of listeners) {
      clock.schedule(clock.now(), `status change of ${description.name}`, () => listener(description));
    }
  };

  const end = (execution: Execution, how: End): void => {
    if (execution.description.status !== 'RUNNING') return;
    execution.description = { ...execution.description, ...how, stopDate: clock.now() };
    execution.controller.abort();
    tell(execution);
    for (const watcher of execution.watchers) watcher(execution.description);
  };

  const startExecution: World['startExecution'] = (stateMachineArn, name, input) => {
    const machine = machines.get(stateMachineArn);
    if (machine === undefined) throw serviceError('StateMachineDoesNotExist', stateMachineArn);
    if (!/^[\w+!@.()=,'-]{1,80}$/.test(name)) throw serviceError('InvalidName', name);
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const existing = executions.get(executionArn)?.description;
    if (existing?.status === 'RUNNING' && JSON.stringify(existing.input) === JSON.stringify(input)) {
      return executionArn;
    }
    if (existing !== undefined) throw serviceError('ExecutionAlreadyExists', executionArn);
    const execution = begun({ executionArn, stateMachineArn, name, input }, machine.definition);
    clock.schedule(clock.now(), `start of ${name}`, () => run(execution, machine.name));
    return executionArn;
  };

  const begun = (
    {
      input,
      ...description
    }: Pick<ExecutionDescription, 'executionArn' | 'stateMachineArn' | 'name' | 'input'>,
    definition: Definition,
  ): Execution => {
    const execution: Execution = {
      description: { ...description, status: 'RUNNING', input: copied(input), startDate: clock.now() },
      definition,
      controller: new AbortController(),
      history: createHistory(clock),
      watchers: [],
    };
    executions.set(description.executionArn, execution);
    tell(execution);
    return execution;
  };

  /** Does not wait for the end: an execution that waits for its token must not hold up the clock. */
  const run = (execution: Execution, machineName: string): void => {
    const { definition, controller, description } = execution;
    if (definition.TimeoutSeconds !== undefined) {
      const due = description.startDate + definition.TimeoutSeconds * 1000;
      const cancel = clock.schedule(due, `timeout of ${description.name}`, () =>
        end(execution, { status: 'TIMED_OUT' }),
      );
      controller.signal.addEventListener('abort', cancel);
    }
    const branch = { surroundings: surroundingsOf(execution, machineName), stop: controller.signal };
    void walk(definition, description.input, branch).then(
      (output) => end(execution, { status: 'SUCCEEDED', output }),
      (problem: unknown) => {
        if (problem instanceof StatesError) end(execution, { status: 'FAILED', ...errorOf(problem) });
        else if (!(problem instanceof Abandoned)) clock.crash(problem);
      },
    );
  };

  const surroundingsOf = (execution: Execution, machineName: string): Surroundings => {
    const { executionArn, stateMachineArn, name, input, startDate } = execution.description;
    return {
      clock,
      context: {
        Execution: {
          Id: executionArn,
          Name: name,
          Input: input,
          StartTime: new Date(startDate).toISOString(),
        },
        StateMachine: { Id: stateMachineArn, Name: machineName },
      },
      history: execution.history,
      newToken: tokens.issue,
      openToken: tokens.open,
      runChild: (child) => runChild(stateMachineArn, machineName, child),
      startTask: (task, ending) => {
        switch (task.resource) {
          case 'arn:aws:states:::lambda:invoke':
          case 'arn:aws:states:::lambda:invoke.waitForTaskToken':
            return invocations.start(task, executionArn, ending);
          case 'arn:aws:states:::states:startExecution.sync:2':
          case 'arn:aws:states:::states:startExecution.waitForTaskToken':
            return startNested(task, ending);
          default:
            return unreachable(task.resource);
        }
      },
    };
  };

  /** Ends with its parent, as the children of a Map Run do. Its machine is named after the Map too, so that a rule on
   * the status of a machine's executions does not see it. */
  const runChild = async (
    stateMachineArn: string,
    machineName: string,
    { stateName, group, input, stop }: MapRunChild,
  ): Promise<Json> => {
    const name = `00000000-0000-4000-8000-${String((children += 1)).padStart(12, '0')}`;
    const labelledArn = `${stateMachineArn}/${stateName}`;
    const executionArn = `${labelledArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const child = begun({ executionArn, stateMachineArn: labelledArn, name, input }, group);
    return untilStopped<Json>(stop, (resolve) => {
      child.watchers.push(({ status, output }) => resolve(status === 'SUCCEEDED' ? (output ?? null) : null));
      run(child, machineName);
      return () => end(child, { status: 'ABORTED' });
    });
  };

  const startNested = ({ resource, parameters }: TaskStart, ending: Ending): void => {
    const name = parameters['Name'] ?? `nested-${(nestedNames += 1)}`;
    try {
      const input = parameters['Input'] ?? {};
      const nested = find(startExecution(String(parameters['StateMachineArn']), String(name), input));
      if (resource.endsWith('.sync:2'))
        nested.watchers.push((description) => finishSync(description, ending));
    } catch (problem) {
      const { name: code, message } = problem as Error;
      ending.fail(new StatesError(`StepFunctions.${code}Exception`, message));
    }
  };

  return {
    clock,
    runUntilIdle: clock.runUntilIdle,
    advance: clock.advance,
    runUntil: clock.runUntil,
    register: (name, stateMachineArn, definition) => {
      machines.set(stateMachineArn, { name, definition: parseDefinition(copied(definition)) });
    },
    startExecution,
    stopExecution: (executionArn, error = '', cause = '') =>
      end(find(executionArn), { status: 'ABORTED', ...errorOf({ error, reason: cause }) }),
    describeExecution: (executionArn) => find(executionArn).description,
    listExecutions: () => [...executions.values()].map(({ description }) => description),
    history: (executionArn) => find(executionArn).history.told(),
    sendTaskSuccess: (taskToken, output) => tokens.waiting(taskToken).succeed(copied(output)),
    sendTaskFailure: (taskToken, error, cause) =>
      tokens.waiting(taskToken).fail(new StatesError(error, cause)),
    onStatusChange: (listener) => {
      listeners.push(listener);
    },
    onInvoke: invocations.onInvoke,
  };
}

/** The parent's end of a `.sync:2` start: the child's description, whose failure is always States.TaskFailed. */
function finishSync(child: ExecutionDescription, ending: Ending): void {
  const result: JsonObject = {
    ExecutionArn: child.executionArn,
    StateMachineArn: child.stateMachineArn,
    Name: child.name,
    Status: child.status,
    StartDate: child.startDate,
    StopDate: child.stopDate,
    Input: child.input,
    Output: child.output,
    Error: child.error,
    Cause: child.cause,
  };
  if (child.status === 'SUCCEEDED') ending.succeed(copied(result));
  else ending.fail(new StatesError('States.TaskFailed', JSON.stringify(result)));
}

/** Absent where empty, as in DescribeExecution. */
function errorOf({ error, reason }: Pick<StatesError, 'error' | 'reason'>): Pick<End, 'error' | 'cause'> {
  return { ...(error === '' ? {} : { error }), ...(reason === '' ? {} : { cause: reason }) };
}
