import type { Actor, EpochMilliseconds } from './decider.ts';

/** An event as the log stores it: `data` and `actor` are JSON texts, never parsed and written again. */
export interface StoredEvent {
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  /** JSON text of the event's data. */
  readonly data: string;
  readonly at: EpochMilliseconds;
  /** JSON text of the actor. */
  readonly actor: string;
  readonly cause: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** What the first event of a stream has for a previous hash. */
export const NO_HASH = '0'.repeat(64);

/**
 * The text whose SHA-256 is the event's hash: the members in this order, joined by newlines, as stored. There is no
 * canonical form to agree on, so `sha256sum` can check it.
 */
export function chainText(event: Omit<StoredEvent, 'hash'>): string {
  const { previousHash, stream, version, type, at, actor, cause, data } = event;
  return [previousHash, stream, version, type, at, actor, cause, data].join('\n');
}

export function actorText({ type, id }: Actor): string {
  return JSON.stringify({ type, id });
}
