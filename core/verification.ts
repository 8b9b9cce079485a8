import type { StoredEvent } from './chain.ts';
import { NO_HASH, chainText } from './chain.ts';

/** Of an event, what its place in the chain is judged by; `computedHash` is what its content really has for a hash. */
export interface Link {
  readonly stream: string;
  readonly version: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly computedHash: string;
}

/** What the rows table remembers of a stream: how long it is, and the hash of its last event. */
export interface Head {
  readonly stream: string;
  readonly version: number;
  readonly hash: string;
}

/** The first thing wrong with a stream, at `stream@version`. */
export interface Break {
  readonly stream: string;
  readonly version: number;
  readonly message: string;
}

export interface Verification {
  readonly streams: number;
  readonly events: number;
  /** One for each broken stream, in order of their names. */
  readonly breaks: readonly Break[];
}

/** `sha256` gives lower-case hex. A link is small, so that a whole log of them fits into memory. */
export function linkOf(event: StoredEvent, sha256: (text: string) => string): Link {
  const { stream, version, previousHash, hash } = event;
  return { stream, version, previousHash, hash, computedHash: sha256(chainText(event)) };
}

/**
 * Checks that every stream counts 1, 2, 3 …, that each event has the hash of its content and names the hash of the one
 * before it, and that the heads agree with the ends. Links and heads may come in any order. Whoever can write both
 * tables can still write a whole new history: the chain makes tampering evident, not impossible.
 */
export function verification(links: readonly Link[], heads: readonly Head[]): Verification {
  const streams = byStream(links);
  const headOf = new Map(heads.map((head) => [head.stream, head]));
  const names = [...new Set([...streams.keys(), ...headOf.keys()])].sort();
  const breaks = names.flatMap((stream) => {
    const chain = streams.get(stream) ?? [];
    return firstBrokenLink(chain) ?? brokenEnd(stream, chain.at(-1), headOf.get(stream)) ?? [];
  });
  return { streams: names.length, events: links.length, breaks };
}

/** What came in any order, stream by stream and each in order of version. */
export function byStream<Place extends { readonly stream: string; readonly version: number }>(
  places: readonly Place[],
): ReadonlyMap<string, readonly Place[]> {
  const streams = new Map<string, Place[]>();
  for (const place of places) {
    const stream = streams.get(place.stream);
    if (stream === undefined) streams.set(place.stream, [place]);
    else stream.push(place);
  }
  for (const stream of streams.values()) stream.sort((one, other) => one.version - other.version);
  return streams;
}

/** The links of one stream, in order of version; the heads are left aside. */
export function firstBrokenLink(chain: readonly Link[]): Break | undefined {
  let previous: Link | undefined;
  for (const link of chain) {
    const { stream, version, previousHash, hash, computedHash } = link;
    const expected = (previous?.version ?? 0) + 1;
    if (version !== expected) {
      return { stream, version: expected, message: `it is missing: the next event there is ${version}` };
    }
    if (computedHash !== hash) {
      return {
        stream,
        version,
        message: `it was altered: the hash of its content is ${short(computedHash)}, but it is stored with ${short(hash)}`,
      };
    }
    const before = previous?.hash ?? NO_HASH;
    if (previousHash !== before) {
      const what = previous === undefined ? 'nothing' : `version ${previous.version}`;
      return {
        stream,
        version,
        message: `it does not follow ${what}: it names ${short(previousHash)} before it, where ${short(before)} is; one of the two was replaced`,
      };
    }
    previous = link;
  }
  return undefined;
}

function brokenEnd(stream: string, last: Link | undefined, head: Head | undefined): Break | undefined {
  if (head === undefined) {
    if (last === undefined) return undefined;
    return { stream, version: last.version, message: 'it is the last event, but the stream has no head' };
  }
  const version = last?.version ?? 0;
  if (head.version > version) {
    const found = last === undefined ? 'the log has no event of it' : `the log ends at ${version}`;
    return {
      stream,
      version: version + 1,
      message: `the tail was cut: the head says version ${head.version}, but ${found}`,
    };
  }
  if (head.version < version) {
    return {
      stream,
      version: head.version + 1,
      message: `no append wrote it: the head says that the stream ends at version ${head.version}`,
    };
  }
  if (last !== undefined && last.hash !== head.hash) {
    return {
      stream,
      version,
      message: `it was replaced: the head says hash ${short(head.hash)}, but it has ${short(last.hash)}`,
    };
  }
  return undefined;
}

/** Enough of a hash to find it. */
const SHOWN_CHARACTERS = 12;

function short(hash: string): string {
  return `${hash.slice(0, SHOWN_CHARACTERS)}…`;
}
