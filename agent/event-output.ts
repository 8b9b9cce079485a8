import { createWriteStream, mkdirSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { dirname } from 'node:path';

/** What the scripts of one event write: all of it in a file, and the last lines at hand. */
export interface EventOutput {
  readonly path: string;
  /** One entry of the log of a failure: what it is about, or a line of a stream. */
  readonly note: (entry: string) => void;
  readonly write: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** Oldest first. */
  readonly tail: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** More than fits into a diagnosis, whose limit is 2,048 characters. */
const MOST_LINES = 200;
const LONGEST_LINE = 1_000;
/** Of one event; a script that writes on and on must not fill the disk. */
const MOST_BYTES = 64 * 1024 * 1024;

export function eventOutput(path: string): EventOutput {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path, { flags: 'w', mode: 0o600 });
  const lines: string[] = [];
  const unfinished = { stdout: '', stderr: '' };
  let written = 0;
  const keep = (line: string): void => {
    lines.push(line.length > LONGEST_LINE ? `…${line.slice(-LONGEST_LINE)}` : line);
    if (lines.length > MOST_LINES) lines.shift();
  };
  const store = (bytes: Buffer | string): void => {
    written += bytes.length;
    if (written <= MOST_BYTES) file.write(bytes);
  };
  return {
    path,
    note: (entry) => {
      keep(entry);
      store(`${entry}\n`);
    },
    write: (stream, bytes) => {
      store(bytes);
      // Bytes that are no UTF-8 are replaced: a diagnosis is text.
      const [first = '', ...rest] = bytes.toString('utf8').split('\n');
      unfinished[stream] = (unfinished[stream] + first).slice(-LONGEST_LINE * 2);
      for (const next of rest) {
        keep(`[${stream}]${unfinished[stream]}`);
        unfinished[stream] = next;
      }
    },
    tail: () => [
      ...lines,
      ...(['stdout', 'stderr'] as const).flatMap((stream) =>
        unfinished[stream] === '' ? [] : [`[${stream}]${unfinished[stream]}`],
      ),
    ],
    close: async () => {
      file.end();
      await finished(file);
    },
  };
}
