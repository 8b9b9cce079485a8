import * as fc from 'fast-check';

/** Bodies that a careless or hostile caller may send: what an operation takes, changed in up to three places. */
export function mutated(bodies: readonly object[]): fc.Arbitrary<unknown> {
  const base = bodies.length === 0 ? fc.constant({}) : fc.constantFrom(...bodies);
  return fc
    .tuple(base, fc.array(mutation, { maxLength: 3 }))
    .map(([body, mutations]) => mutations.reduce(applied, body as unknown));
}

interface Mutation {
  /** Which of the places in the body, counted around. */
  readonly place: number;
  readonly change: 'drop' | 'replace' | 'add' | 'repeat';
  readonly name: string;
  readonly value: unknown;
}

/** As deep as nothing is, and deeper than any stack of a parser that recurses carelessly would like. */
const DEPTHS = [33, 2000];
/** Longer than any name, description or page; past the limit of an AppSpec. */
const LENGTHS = [101, 257, 1025, 110_000];

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 0, -1, 1.5, 1e308, -1e308, true, false, [], {}, [null], [[]], [{}]),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '😀'.repeat(60),
    'ümlaut',
    '__proto__',
    'constructor',
    '../..',
    '-',
    '%00',
  ),
  fc.constantFrom('ascending', 'include', 'S3', 'GitHub', 'String', 'Server', 'KEY_ONLY', 'TERMINATION_WAIT'),
  fc.constantFrom(...LENGTHS).map((length) => 'x'.repeat(length)),
  fc.constantFrom(...LENGTHS.slice(0, 3)).map((length) => Array.from({ length }, (_, index) => `d-${index}`)),
  fc.constantFrom(...DEPTHS).map(nested),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(1000),
  change: fc.constantFrom('drop', 'replace', 'replace', 'add', 'repeat'),
  name: fc.constantFrom('unknown', '__proto__', 'constructor', 'toString', 'nextToken', 'length', '', 'Key'),
  value: hostile,
});

type Path = readonly (string | number)[];

function applied(body: unknown, { place, change, name, value }: Mutation): unknown {
  const paths = pathsOf(body);
  const path = paths[place % paths.length] ?? [];
  switch (change) {
    case 'replace':
      return changedAt(body, path, () => value);
    case 'drop':
      return changedAt(body, path, () => undefined);
    case 'add':
      return changedAt(body, path, (old) => (isObject(old) ? withMember(old, name, value) : [old, value]));
    case 'repeat':
      return changedAt(body, path, (old) => [old, old]);
    default:
      return change satisfies never;
  }
}

/** Every place in a body, itself included. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (path.length > 8 || typeof value !== 'object' || value === null) return [path];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.slice(0, 3).map((item, index) => [index, item] as const)
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function changedAt(value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? changedAt(item, rest, change) : item));
  }
  if (!isObject(value)) return value;
  return withMember(value, String(key), changedAt(value[String(key)], rest, change));
}

/** Also where the name is `__proto__`, as JSON can have it. */
function withMember(object: Readonly<Record<string, unknown>>, name: string, value: unknown): object {
  return Object.fromEntries([...Object.entries(object).filter(([key]) => key !== name), [name, value]]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nested(levels: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { Key: value };
  return value;
}
