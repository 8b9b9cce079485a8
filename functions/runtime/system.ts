import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EpochMilliseconds } from '../../core/decider.ts';

/** Time, ids, hashes and randomness: what core takes as arguments and tests replace. */
export interface System {
  readonly now: () => EpochMilliseconds;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** A lower-case UUID. */
  readonly uuid: () => string;
  /** `d-` and 9 of A–Z0–9. */
  readonly deploymentId: () => string;
  /** Unguessable: 24 random bytes as base64url. */
  readonly secret: () => string;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Lower-case hex. */
  readonly sha256: (text: string) => string;
}

export const system: System = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await delay(milliseconds);
  },
  uuid: () => randomUUID(),
  deploymentId: () => `d-${drawn(9)}`,
  secret: () => randomBytes(24).toString('base64url'),
  random: () => Math.random(),
  sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
};

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Bytes over the largest multiple of 36 are left out, so that every character is equally likely. */
function drawn(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 252 && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}
