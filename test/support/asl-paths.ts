import type { Json, JsonObject } from '../../core/decider.ts';
import { unreachable } from '../../core/unreachable.ts';
import { StatesError } from './asl-error.ts';

/** What paths look into: `$` is the input, `$$` the context object. */
export interface Scope {
  readonly input: Json;
  readonly context: JsonObject;
}

const INTRINSICS = ['States.Format', 'States.JsonToString', 'States.StringToJson', 'States.Array'] as const;
type Intrinsic = (typeof INTRINSICS)[number];

/** The name of a field, or an index into an array. */
type Step = string | number;

export type Expression =
  | {
      readonly type: 'path';
      readonly text: string;
      readonly context: boolean;
      readonly steps: readonly Step[];
    }
  | { readonly type: 'call'; readonly intrinsic: Intrinsic; readonly operands: readonly Expression[] }
  /** `raw` still holds its backslashes, because States.Format tells `\{}` from `{}`. */
  | { readonly type: 'text'; readonly raw: string }
  | { readonly type: 'value'; readonly value: Json };

/**
 * Reads a path or an intrinsic function. Only names and non-negative indices are taken: filters, slices, wildcards and
 * `..` give null on the local cloud without a word, so they are refused here (an Error, not a failure of the machine).
 */
export function parseExpression(text: string): Expression {
  let at = 0;
  const refuse = (): never => {
    throw new Error(`not in our portable subset, at character ${at + 1}: ${text}`);
  };
  const take = (pattern: RegExp): string | undefined => {
    const found = new RegExp(pattern, 'y');
    found.lastIndex = at;
    const taken = found.exec(text)?.[0];
    at += taken?.length ?? 0;
    return taken;
  };
  const operands = (): readonly Expression[] => {
    const list: Expression[] = [];
    while (take(/\s*\)/) === undefined) {
      if (list.length > 0 && take(/\s*,\s*/) === undefined) refuse();
      list.push(operand());
    }
    return list;
  };
  const operand = (): Expression => {
    const path = take(/\$\$?(?:\.[A-Za-z_][\w-]*|\['[^'\\]+'\]|\[\d+\])*/);
    if (path !== undefined) return pathOf(path);
    const call = take(/States\.\w+\(/)?.slice(0, -1);
    const intrinsic = INTRINSICS.find((known) => known === call);
    if (intrinsic !== undefined) return { type: 'call', intrinsic, operands: operands() };
    const quoted = call === undefined ? take(/'(?:[^'\\]|\\.)*'/) : refuse();
    if (quoted !== undefined) return { type: 'text', raw: quoted.slice(1, -1) };
    const value = take(/true|false|null|-?\d+(?:\.\d+)?/) ?? refuse();
    return { type: 'value', value: JSON.parse(value) as Json };
  };
  const whole = operand();
  if (at !== text.length || whole.type === 'text' || whole.type === 'value') refuse();
  return whole;
}

function pathOf(text: string): Expression {
  const steps = [...text.matchAll(/\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]/g)];
  return {
    type: 'path',
    text,
    context: text.startsWith('$$'),
    steps: steps.map(([, name, quoted, index]) => name ?? quoted ?? Number(index)),
  };
}

/** What the path leads to; undefined where it leads nowhere. */
export function lookUp(path: string, scope: Scope): Json | undefined {
  const expression = parseExpression(path);
  if (expression.type !== 'path') throw new Error(`a path was expected: ${path}`);
  const { context, steps } = expression;
  return steps.reduce<Json | undefined>(follow, context ? scope.context : scope.input);
}

function follow(from: Json | undefined, step: Step): Json | undefined {
  if (Array.isArray(from)) return typeof step === 'number' ? (from as readonly Json[])[step] : undefined;
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, step)) return undefined;
  return (from as JsonObject)[step];
}

/** The value of a path or an intrinsic function. Throws a StatesError named `missing` where a path leads nowhere. */
export function evaluate(text: string, scope: Scope, missing = 'States.Runtime'): Json {
  return valueOf(parseExpression(text), scope, missing);
}

function valueOf(expression: Expression, scope: Scope, missing: string): Json {
  switch (expression.type) {
    case 'path': {
      const found = lookUp(expression.text, scope);
      if (found !== undefined) return found;
      throw new StatesError(missing, `the path ${expression.text} could not be found in the input`);
    }
    case 'text':
      return expression.raw.replaceAll(/\\(.)/g, '$1');
    case 'value':
      return expression.value;
    case 'call':
      return call(expression.intrinsic, expression.operands, scope, missing);
    default:
      return unreachable(expression);
  }
}

function call(intrinsic: Intrinsic, operands: readonly Expression[], scope: Scope, missing: string): Json {
  const values = operands.map((operand) => valueOf(operand, scope, missing));
  const [first] = values;
  switch (intrinsic) {
    case 'States.Array':
      return values;
    case 'States.JsonToString':
      if (first === undefined || values.length !== 1) throw intrinsicFailure(intrinsic, 'takes one argument');
      return JSON.stringify(first);
    case 'States.StringToJson':
      if (typeof first !== 'string') throw intrinsicFailure(intrinsic, 'takes a string');
      try {
        return JSON.parse(first) as Json;
      } catch {
        throw intrinsicFailure(intrinsic, `this is not JSON: ${first}`);
      }
    case 'States.Format': {
      const template = operands[0]?.type === 'text' ? operands[0].raw : first;
      if (typeof template !== 'string') throw intrinsicFailure(intrinsic, 'takes a template first');
      return format(template, values.slice(1));
    }
    default:
      return unreachable(intrinsic);
  }
}

function format(template: string, values: readonly Json[]): string {
  let next = 0;
  const formatted = template.replaceAll(/\\(.)|\{\}/g, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[next];
    next += 1;
    if (typeof value === 'object' && value !== null) {
      throw intrinsicFailure('States.Format', 'takes no objects and no arrays');
    }
    return String(value);
  });
  if (next !== values.length) {
    throw intrinsicFailure('States.Format', `${next} places for ${values.length} arguments`);
  }
  return formatted;
}

function intrinsicFailure(intrinsic: Intrinsic, reason: string): StatesError {
  return new StatesError('States.IntrinsicFailure', `${intrinsic} ${reason}`);
}

/** Fills in a payload template (Parameters, ResultSelector, ItemSelector): each field `x.$` becomes the value for `x`. */
export function fillTemplate(template: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((item: Json) => fillTemplate(item, scope));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([field, value]) =>
      field.endsWith('.$')
        ? [field.slice(0, -2), evaluate(value as string, scope, 'States.ParameterPathFailure')]
        : [field, fillTemplate(value ?? null, scope)],
    ),
  );
}

/** The raw input with the result put where ResultPath says; null throws the result away. */
export function placeResult(rawInput: Json, resultPath: string | null | undefined, result: Json): Json {
  if (resultPath === null) return rawInput;
  return placeAt(rawInput, namesOf(resultPath ?? '$'), result, resultPath ?? '$');
}

/** The fields a ResultPath goes through. Throws where it is not such a path into the input. */
export function namesOf(resultPath: string): readonly string[] {
  const target = parseExpression(resultPath);
  const steps = target.type === 'path' && !target.context ? target.steps : [Number.NaN];
  return steps.map((step) => {
    if (typeof step === 'string') return step;
    throw new Error(`not in our portable subset as a ResultPath: ${resultPath}`);
  });
}

function placeAt(into: Json, steps: readonly string[], result: Json, path: string): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return result;
  if (typeof into !== 'object' || into === null || Array.isArray(into)) {
    throw new StatesError('States.ResultPathMatchFailure', `${path} cannot be applied to the input`);
  }
  const object = into as JsonObject;
  const inner = object[step];
  return { ...object, [step]: placeAt(inner === undefined ? {} : inner, rest, result, path) };
}
