import type { Json, JsonObject } from '../../core/decider.ts';
import { unreachable } from '../../core/unreachable.ts';
import { comparatorOf, type ChoiceRule } from './asl-choice.ts';
import { namesOf, parseExpression } from './asl-paths.ts';

interface Common {
  readonly Comment?: string;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface Onward {
  /** Absent where `End` is true. */
  readonly Next?: string;
  readonly End?: true;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

interface Working extends Common, Onward {
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Working {
  readonly Type: 'Task';
  readonly Resource: Resource;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
}

export interface MapState extends Omit<Working, 'Parameters'> {
  readonly Type: 'Map';
  readonly ItemProcessor: StateGroup & { readonly ProcessorConfig?: ProcessorConfig };
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number;
  readonly ToleratedFailurePercentage?: number;
}

export interface ProcessorConfig {
  readonly Mode?: 'INLINE' | 'DISTRIBUTED';
  readonly ExecutionType?: 'STANDARD';
}

export interface ParallelState extends Working {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGroup[];
}

export interface PassState extends Common, Onward {
  readonly Type: 'Pass';
  readonly Result?: Json;
  readonly Parameters?: Json;
  readonly ResultPath?: string | null;
}

export interface WaitState extends Common, Onward {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
}

export interface ChoiceState extends Common {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Comment?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface SucceedState extends Common {
  readonly Type: 'Succeed';
}

/** The states that do work which may fail, be retried and be caught. */
export type WorkingState = TaskState | MapState | ParallelState;
export type State = WorkingState | PassState | WaitState | ChoiceState | FailState | SucceedState;

export interface StateGroup {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends StateGroup {
  readonly Comment?: string;
  readonly TimeoutSeconds?: number;
}

const RESOURCES = [
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::states:startExecution.waitForTaskToken',
] as const;
export type Resource = (typeof RESOURCES)[number];

const WORKING = 'Next End InputPath OutputPath ResultSelector ResultPath Retry Catch';
/** What we build, by type of state. Any other field would be ignored here or on the local cloud, so it is refused. */
const FIELDS: Readonly<Record<State['Type'], string>> = {
  Task: `${WORKING} Parameters Resource TimeoutSeconds TimeoutSecondsPath`,
  Map: `${WORKING} ItemProcessor ItemsPath ItemSelector MaxConcurrency ToleratedFailurePercentage`,
  Parallel: `${WORKING} Parameters Branches`,
  Pass: 'Next End InputPath OutputPath Result Parameters ResultPath',
  Wait: 'Next End InputPath OutputPath Seconds SecondsPath',
  Choice: 'InputPath OutputPath Choices Default',
  Fail: 'Error ErrorPath Cause CausePath',
  Succeed: 'InputPath OutputPath',
};
const RETRIER_FIELDS = 'ErrorEquals IntervalSeconds MaxAttempts BackoffRate MaxDelaySeconds';
/** `Qualifier` and `InvocationType` do not do on the local cloud what they do on AWS. */
const LAMBDA_FIELDS = 'FunctionName FunctionName.$ Payload Payload.$';
const START_FIELDS = 'StateMachineArn StateMachineArn.$ Name Name.$ Input Input.$';

/** Reads a definition. Throws an Error that names the state where it holds what we do not build or cannot be run. */
export function parseDefinition(json: unknown): Definition {
  const definition = json as Definition;
  only(definition, 'StartAt States TimeoutSeconds QueryLanguage Version', 'the machine');
  checkGroup(definition, 'the machine');
  return definition;
}

function checkGroup(group: StateGroup, where: string): void {
  if (!Object.hasOwn(group.States, group.StartAt)) throw new Error(`${where}: no state ${group.StartAt}`);
  for (const [name, state] of Object.entries(group.States)) {
    if (!Object.hasOwn(FIELDS, state.Type)) throw new Error(`${name}: no type of state ${state.Type}`);
    only(state, `Type ${FIELDS[state.Type]}`, name);
    checkPaths(state, name);
    checkState(state, name);
    for (const next of nextStates(state)) {
      if (!Object.hasOwn(group.States, next)) throw new Error(`${name}: no state ${next} beside it`);
    }
  }
}

function only(object: object, fields: string, where: string): void {
  const language = (object as { readonly QueryLanguage?: string }).QueryLanguage ?? 'JSONPath';
  const unknown = Object.keys(object).find((field) => !`Comment ${fields}`.split(' ').includes(field));
  if (unknown !== undefined || language !== 'JSONPath') {
    throw new Error(`${where}: not in our portable subset: ${unknown ?? language}`);
  }
}

/** Parses each path there is, however deep, so that a wrong one is met when the test starts and not where it matters. */
function checkPaths(state: State, where: string): void {
  for (const [field, value] of Object.entries(state) as [string, Json][]) {
    if (field === 'ResultPath' && typeof value === 'string') namesOf(value);
    else if (field.endsWith('Path') && value !== null) parseExpression(value as string);
    if (['Parameters', 'ResultSelector', 'ItemSelector'].includes(field)) checkTemplate(value, where);
  }
}

function checkTemplate(template: Json, where: string): void {
  if (typeof template !== 'object' || template === null) return;
  for (const [field, value] of Object.entries(template as JsonObject)) {
    if (!field.endsWith('.$')) checkTemplate(value ?? null, where);
    else if (typeof value === 'string') parseExpression(value);
    else throw new Error(`${where}: ${field} must be a path`);
  }
}

function checkState(state: State, name: string): void {
  switch (state.Type) {
    case 'Task':
      if (!RESOURCES.includes(state.Resource)) throw new Error(`${name}: no resource ${state.Resource}`);
      only(Object(state.Parameters), state.Resource.includes('lambda') ? LAMBDA_FIELDS : START_FIELDS, name);
      return checkErrorHandling(state, name);
    case 'Map':
      only(state.ItemProcessor, 'StartAt States ProcessorConfig', name);
      checkProcessor(state, name);
      checkGroup(state.ItemProcessor, name);
      return checkErrorHandling(state, name);
    case 'Parallel':
      for (const branch of state.Branches) checkGroup(branch, name);
      return checkErrorHandling(state, name);
    case 'Wait':
      if ((state.Seconds === undefined) === (state.SecondsPath === undefined)) {
        throw new Error(`${name}: needs either Seconds or SecondsPath`);
      }
      return undefined;
    case 'Choice':
      return state.Choices.forEach(checkRule);
    case 'Pass':
    case 'Fail':
    case 'Succeed':
      return undefined;
    default:
      return unreachable(state);
  }
}

/** A distributed map is built with children of the standard kind, none of whose failures fails it. */
function checkProcessor({ ItemProcessor, ToleratedFailurePercentage }: MapState, name: string): void {
  const { Mode = 'INLINE', ExecutionType } = ItemProcessor.ProcessorConfig ?? {};
  const isDistributed =
    Mode === 'DISTRIBUTED' && ExecutionType === 'STANDARD' && ToleratedFailurePercentage === 100;
  if (isDistributed || (Mode === 'INLINE' && ToleratedFailurePercentage === undefined)) return;
  throw new Error(`${name}: only inline maps, and distributed ones that tolerate all failures, are built`);
}

function checkErrorHandling(state: WorkingState, name: string): void {
  for (const retrier of state.Retry ?? []) only(retrier, RETRIER_FIELDS, name);
  for (const catcher of state.Catch ?? []) {
    only(catcher, 'ErrorEquals ResultPath Next', name);
    if (typeof catcher.ResultPath === 'string') namesOf(catcher.ResultPath);
  }
  for (const handlers of [state.Retry ?? [], state.Catch ?? []]) {
    for (const [index, { ErrorEquals }] of handlers.entries()) {
      if (!ErrorEquals.includes('States.ALL')) continue;
      if (ErrorEquals.length === 1 && index === handlers.length - 1) continue;
      throw new Error(`${name}: States.ALL must stand alone and last`);
    }
  }
}

function checkRule(rule: ChoiceRule): void {
  const parts = rule.And ?? rule.Or ?? (rule.Not === undefined ? undefined : [rule.Not]);
  if (parts !== undefined) return parts.forEach(checkRule);
  const comparator = comparatorOf(rule);
  parseExpression(String(rule.Variable));
  if (comparator.endsWith('Path')) parseExpression(String(rule[comparator]));
  return undefined;
}

function nextStates(state: State): readonly string[] {
  switch (state.Type) {
    case 'Choice':
      return [
        ...state.Choices.map((rule) => String(rule.Next)),
        ...(state.Default === undefined ? [] : [state.Default]),
      ];
    case 'Fail':
    case 'Succeed':
      return [];
    case 'Pass':
    case 'Wait':
      return nextOf(state);
    case 'Task':
    case 'Map':
    case 'Parallel':
      return [...nextOf(state), ...(state.Catch ?? []).map((catcher) => catcher.Next)];
    default:
      return unreachable(state);
  }
}

function nextOf(state: Onward): readonly string[] {
  return state.End === true ? [] : [String(state.Next)];
}
