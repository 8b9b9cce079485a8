import * as yaml from 'yaml';

/**
 * Reads the text of an AppSpec, YAML or JSON (one parser serves both, YAML being a superset), into a tree that knows
 * where each part stands, so that whoever checks the content can say which line is wrong. Everything is bounded,
 * because the text is a stranger's: size, depth, and what aliases may multiply.
 */
export type AppSpecText =
  | { readonly status: 'parsed'; readonly root: AppSpecNode }
  | { readonly status: 'invalid'; readonly code: 'INVALID_REVISION'; readonly message: string };

export type AppSpecNode =
  | { readonly type: 'map'; readonly entries: readonly AppSpecEntry[]; readonly at: Position }
  | { readonly type: 'list'; readonly items: readonly AppSpecNode[]; readonly at: Position }
  | {
      readonly type: 'scalar';
      readonly value: string | number | boolean | null;
      readonly at: Position;
    };

export interface AppSpecEntry {
  readonly key: string;
  readonly at: Position;
  readonly value: AppSpecNode;
}

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What the API takes as content of a revision, and therefore the most that is read from anywhere: 100 KB of UTF-8. */
export const APPSPEC_BYTES = 102_400;

/** The deepest AppSpec there is (ECS network settings) has 7 levels; a bound keeps recursion off the stack's end. */
const DEPTH_LEVELS = 32;

/** Anchors are rare in an AppSpec; this many let a person write one and stop a machine from multiplying them. */
const ALIASES = 20;

/** 100 KB hold about this many of the shortest useful entries; aliases may not grow a document past it. */
const NODES = 25_000;

export function parseAppSpecText(text: string): AppSpecText {
  if (utf8Bytes(text) > APPSPEC_BYTES) {
    return unreadable(`it is larger than ${APPSPEC_BYTES} bytes of UTF-8. Shorten it`);
  }
  const lines = new yaml.LineCounter();
  // Parsing keeps a stack of its own, composing recurses. Depth is measured between the two, because a text that
  // nests deep enough does not only throw there: near the end of the stack V8 kills the process while compiling a
  // regular expression.
  const tokens = [...new yaml.Parser(lines.addNewLine).parse(text)];
  const tooDeep = offsetBelow(DEPTH_LEVELS, tokens);
  if (tooDeep !== undefined) {
    return unreadable(`it is nested deeper than ${DEPTH_LEVELS} levels ${place(positionOf(lines, tooDeep))}`);
  }
  const options = { prettyErrors: false, schema: 'core', uniqueKeys: false } as const;
  const [document, second] = new yaml.Composer(options).compose(tokens, true, text.length);
  if (document === undefined) return unreadable('it holds no document');
  const [error] = document.errors;
  if (error) return unreadable(`${error.message} ${place(positionOf(lines, error.pos[0]))}`);
  if (second) {
    return unreadable(`a second document begins ${place(positionOf(lines, second.range[0]))}`);
  }
  try {
    return { status: 'parsed', root: treeOf(document, lines) };
  } catch (failure) {
    if (failure instanceof Unreadable) return unreadable(failure.message);
    throw failure;
  }
}

export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** How every message of an AppSpec ends where it can. */
export function place(at: Position): string {
  return `at line ${at.line}, column ${at.column}`;
}

function unreadable(detail: string): AppSpecText {
  return {
    status: 'invalid',
    code: 'INVALID_REVISION',
    message: `The AppSpec cannot be read: ${detail}. Write it as one YAML or JSON document.`,
  };
}

/** Where the first collection begins that lies deeper than `levels`. */
function offsetBelow(levels: number, tokens: readonly yaml.CST.Token[]): number | undefined {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > levels) return token.offset;
    if (token.type === 'document' && token.value) pending.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) pending.push({ token: key, depth: depth + 1 });
      if (value) pending.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}

/** Never leaves this file: it carries a fault out of the recursion. */
class Unreadable extends Error {}

interface Reading {
  readonly document: yaml.Document.Parsed;
  readonly lines: yaml.LineCounter;
  aliases: number;
  nodes: number;
}

function treeOf(document: yaml.Document.Parsed, lines: yaml.LineCounter): AppSpecNode {
  return nodeOf({ document, lines, aliases: 0, nodes: 0 }, document.contents, 0, { line: 1, column: 1 });
}

function nodeOf(reading: Reading, node: unknown, depth: number, parent: Position): AppSpecNode {
  const at = yaml.isNode(node) && node.range ? positionOf(reading.lines, node.range[0]) : parent;
  reading.nodes += 1;
  if (depth > DEPTH_LEVELS)
    throw new Unreadable(`it is nested deeper than ${DEPTH_LEVELS} levels ${place(at)}`);
  if (reading.nodes > NODES) throw new Unreadable(`it has more than ${NODES} entries ${place(at)}`);

  if (node === null || node === undefined) return { type: 'scalar', value: null, at };
  if (yaml.isAlias(node)) return nodeOf(reading, aliased(reading, node, at), depth + 1, at);
  if (yaml.isMap(node)) return mapOf(reading, node, depth, at);
  if (yaml.isSeq(node)) {
    return { type: 'list', items: node.items.map((item) => nodeOf(reading, item, depth + 1, at)), at };
  }
  if (yaml.isScalar(node)) return { type: 'scalar', value: plain(node.value, at), at };
  throw new Unreadable(`it holds something that is neither map, list nor value ${place(at)}`);
}

function mapOf(reading: Reading, map: yaml.YAMLMap, depth: number, at: Position): AppSpecNode {
  const seen = new Set<string>();
  const entries = map.items.map((pair) => {
    const key = nodeOf(reading, pair.key, depth + 1, at);
    if (key.type !== 'scalar') throw new Unreadable(`a key is a map or a list ${place(key.at)}`);
    const name = String(key.value);
    if (seen.has(name)) throw new Unreadable(`the key ${JSON.stringify(name)} occurs twice ${place(key.at)}`);
    seen.add(name);
    return { key: name, at: key.at, value: nodeOf(reading, pair.value, depth + 1, key.at) };
  });
  return { type: 'map', entries, at };
}

function aliased(reading: Reading, alias: yaml.Alias, at: Position): unknown {
  reading.aliases += 1;
  if (reading.aliases > ALIASES) throw new Unreadable(`it uses more than ${ALIASES} aliases ${place(at)}`);
  const target = alias.resolve(reading.document);
  if (target === undefined) throw new Unreadable(`the alias *${alias.source} names no anchor ${place(at)}`);
  return target;
}

/** Tags and old YAML versions can make dates, bytes or big integers of a value: an AppSpec has none of them. */
function plain(value: unknown, at: Position): string | number | boolean | null {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  throw new Unreadable(`a value is neither text, number, true, false nor null ${place(at)}`);
}

function positionOf(lines: yaml.LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return line === 0 ? { line: 1, column: 1 } : { line, column: col };
}
