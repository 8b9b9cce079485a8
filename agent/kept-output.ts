import { open, readFile } from 'node:fs/promises';
import { LOG_TAIL_CHARACTERS } from '../core/hosts/diagnostics.ts';
import type { Log } from './log.ts';

/** What the scripts of an event wrote, as it is kept on the host, and where it may be sent as a whole. */
export interface KeptOutput {
  readonly path: string;
  /** Whoever has it may put the output there: a secret. Undefined where the service wants none. */
  readonly uploadAddress?: string | undefined;
}

/** What is sent at the end of an event may not hold it up for longer. */
const UPLOAD_MILLISECONDS = 60_000;

/** Whether the service has the whole output. It is for people: that it could not be sent fails nothing. */
export async function sendKeptOutput(
  log: Log,
  { path, uploadAddress }: KeptOutput,
  milliseconds: number = UPLOAD_MILLISECONDS,
): Promise<boolean> {
  if (uploadAddress === undefined) return false;
  try {
    const body = await readFile(path);
    if (body.length === 0) return false;
    const signal = AbortSignal.timeout(milliseconds);
    const answer = await fetch(uploadAddress, { method: 'PUT', body, signal });
    if (answer.ok) return true;
    log.warn(`the output could not be sent: ${answer.status}`);
  } catch (error) {
    log.warn(`the output could not be sent: ${(error as Error).message}`);
  }
  return false;
}

/** A character has four bytes at most. */
const TAIL_BYTES = 4 * LOG_TAIL_CHARACTERS;

/** Its last lines, oldest first, the first of them maybe cut; none where nothing can be read. */
export async function keptOutputTail({ path }: KeptOutput): Promise<readonly string[]> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length);
      const text = bytes.subarray(0, bytesRead).toString('utf8').replace(/\n$/, '');
      return text === '' ? [] : text.split('\n');
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}
