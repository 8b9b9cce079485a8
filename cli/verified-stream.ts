import { type Verification, linkOf, verification } from '../core/verification.ts';
import { system } from '../functions/runtime/system.ts';
import type { Invocation } from './command.ts';
import type { Tables } from './tables.ts';

/** A stream that grows between the reads of its head and its events is read again: more often than this it does not. */
const MOST_LOOKS = 5;
const BETWEEN_LOOKS_MILLISECONDS = 200;

/** Recomputes the hashes of one stream, follows its links and compares its end with its head. */
export async function verifiedStream(
  tables: Pick<Tables, 'head' | 'load'>,
  stream: string,
  sleep: Invocation['sleep'],
): Promise<Verification> {
  for (let look = 1; ; look += 1) {
    const before = await tables.head(stream);
    const links = (await tables.load(stream, 1)).map((event) => linkOf(event, system.sha256));
    const after = await tables.head(stream);
    const found = verification(links, after === undefined ? [] : [after]);
    const stoodStill = before?.version === after?.version && before?.hash === after?.hash;
    if (found.breaks.length === 0 || stoodStill || look === MOST_LOOKS) return found;
    await sleep(BETWEEN_LOOKS_MILLISECONDS);
  }
}
