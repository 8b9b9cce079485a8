import type { Json } from '../../core/decider.ts';
import { StatesError } from './asl-error.ts';
import { evaluate, lookUp, type Scope } from './asl-paths.ts';

/** A rule of a Choice state: either And, Or, Not, or a Variable with exactly one comparator such as StringEquals. */
export interface ChoiceRule {
  readonly Next?: string;
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  readonly Variable?: string;
  readonly [comparator: string]: unknown;
}

const COMPARISON =
  /^(String|Numeric|Boolean)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/;

const TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
};

/** Whether the input satisfies the rule. A Variable that leads nowhere is States.Runtime for all but IsPresent. */
export function satisfies(rule: ChoiceRule, scope: Scope): boolean {
  if (rule.And !== undefined) return rule.And.every((part) => satisfies(part, scope));
  if (rule.Or !== undefined) return rule.Or.some((part) => satisfies(part, scope));
  if (rule.Not !== undefined) return !satisfies(rule.Not, scope);
  const comparator = comparatorOf(rule);
  const operand = rule[comparator] as Json;
  const variable = rule.Variable ?? '$';
  if (comparator === 'IsPresent') return (lookUp(variable, scope) !== undefined) === operand;
  const value = evaluate(variable, scope);
  const test = TESTS[comparator];
  if (test !== undefined) return test(value) === operand;
  if (comparator === 'StringMatches') return typeof value === 'string' && isLike(value, operand as string);
  const [, type = '', order = '', path] = COMPARISON.exec(comparator) ?? [];
  return compares(type, order, value, path === undefined ? operand : evaluate(operand as string, scope));
}

/** The name of the rule's one comparator. Throws where there is none, more than one, or one that we do not build. */
export function comparatorOf(rule: ChoiceRule): string {
  const names = Object.keys(rule).filter((name) => !['Variable', 'Next', 'Comment'].includes(name));
  const [name = ''] = names;
  const known = COMPARISON.test(name) || name in TESTS || name === 'IsPresent' || name === 'StringMatches';
  if (names.length !== 1 || !known) throw new Error(`not one known comparator: ${JSON.stringify(rule)}`);
  return name;
}

/** Values of another type than the comparator's never compare, as the language says. */
function compares(type: string, order: string, value: Json, operand: Json): boolean {
  const expected = type === 'Numeric' ? 'number' : type.toLowerCase();
  if (typeof value !== expected || typeof operand !== expected) return false;
  const [left, right] = [value as string | number, operand as string | number];
  switch (order) {
    case 'Equals':
      return left === right;
    case 'LessThan':
      return left < right;
    case 'LessThanEquals':
      return left <= right;
    case 'GreaterThan':
      return left > right;
    case 'GreaterThanEquals':
      return left >= right;
    default:
      throw new StatesError('States.Runtime', `no such comparator: ${type}${order}`);
  }
}

/** `*` stands for any number of any characters, `\*` for itself. */
function isLike(value: string, pattern: string): boolean {
  const parts = pattern.split(/(?<!\\)\*/).map((part) => part.replaceAll(/\\(.)/g, '$1'));
  const source = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*');
  return new RegExp(`^${source}$`).test(value);
}
