import { type AppSpecEntry, type AppSpecNode, type Position, place } from './appspec.ts';

/** Carries a fault out of nested sections; whoever reads the whole AppSpec makes an answer of it. */
export class SectionFault extends Error {
  override readonly name = 'SectionFault';
  constructor(detail: string, at: Position) {
    super(`${detail} (${place(at)})`);
  }
}

/** A map of which only the members that were asked for count. `what` is its name in faults. */
export interface Section {
  readonly what: string;
  readonly at: Position;
  readonly entries: readonly AppSpecEntry[];
}

export function sectionOf(node: AppSpecNode, what: string): Section {
  if (node.type !== 'map') throw new SectionFault(`${what} must be a map`, node.at);
  return { what, at: node.at, entries: node.entries };
}

/** Keys count in their exact spelling. Nothing behind a key is as good as no key. */
export function memberOf(section: Section, key: string): AppSpecNode | undefined {
  const node = section.entries.find((entry) => entry.key === key)?.value;
  return node === undefined || isNull(node) ? undefined : node;
}

/** No list is an empty one. */
export function listOf(node: AppSpecNode | undefined, what: string): readonly AppSpecNode[] {
  if (node === undefined || isNull(node)) return [];
  if (node.type !== 'list') throw new SectionFault(`${what} must be a list`, node.at);
  return node.items;
}

/** Text, or a number that stands for its digits: `owner: 1000`. Never empty, never with the character NUL, which ends a path. */
export function textOf(node: AppSpecNode, what: string): string {
  const value = node.type === 'scalar' ? node.value : undefined;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '' || text.includes('\0')) {
    throw new SectionFault(`${what} must be text, not ${shown(node)}`, node.at);
  }
  return text;
}

export function oneOf<Known extends string>(node: AppSpecNode, what: string, known: readonly Known[]): Known {
  const found = known.find((name) => node.type === 'scalar' && node.value === name);
  if (found === undefined) {
    throw new SectionFault(`${what} must be one of ${known.join(', ')}, not ${shown(node)}`, node.at);
  }
  return found;
}

export function isNull(node: AppSpecNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

/** Enough of a stranger's value to find it by. */
const SHOWN_CHARACTERS = 60;

/** What stands there, for a message. */
export function shown(node: AppSpecNode): string {
  if (node.type !== 'scalar') return `a ${node.type}`;
  return quoted(node.value);
}

export function quoted(value: string | number | boolean | null): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
