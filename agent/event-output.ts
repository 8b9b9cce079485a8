import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';

/** What the scripts of one event write: all of it in a file, and the last lines at hand. */
export interface EventOutput {
  readonly path: string;
  /** One entry of the log of a failure: what it is about, or a line of a stream. */
  readonly note: (entry: string) => void;
  readonly write: (stream: Stream, bytes: Buffer) => void;
  /** Oldest first. */
  readonly tail: () => readonly string[];
  /** Resolves when all is in the file, with why it is not where it could not be kept: a full disk fails no script. */
  readonly close: () => Promise<string | undefined>;
}

type Stream = 'stdout' | 'stderr';

/** More than fits into a diagnosis, whose limit is 2,048 characters. */
const MOST_LINES = 200;
const LONGEST_LINE = 1_000;
/** Of one event; a script that writes on and on must not fill the disk. */
const MOST_BYTES = 64 * 1024 * 1024;

export function eventOutput(path: string, mostBytes: number = MOST_BYTES): EventOutput {
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line.length > LONGEST_LINE ? `…${line.slice(-LONGEST_LINE)}` : line);
    if (lines.length > MOST_LINES) lines.shift();
  };
  const streams = { stdout: unfinishedLine(), stderr: unfinishedLine() };
  const { store, close } = fileOf(path, mostBytes);
  return {
    path,
    close,
    note: (entry) => {
      keep(entry);
      store(Buffer.from(`${entry}\n`));
    },
    write: (stream, bytes) => {
      store(bytes);
      for (const line of streams[stream].completed(bytes)) keep(`[${stream}]${line}`);
    },
    tail: () => {
      const unfinished = (['stdout', 'stderr'] as const).filter((stream) => streams[stream].rest() !== '');
      return [...lines, ...unfinished.map((stream) => `[${stream}]${streams[stream].rest()}`)];
    },
  };
}

/** Bytes come in any pieces, which may halve a character; those that are no UTF-8 are replaced, for a diagnosis is text. */
function unfinishedLine() {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return {
    rest: () => rest,
    completed: (bytes: Buffer): readonly string[] => {
      const parts = `${rest}${decoder.write(bytes)}`.split('\n');
      rest = (parts.pop() ?? '').slice(-2 * LONGEST_LINE);
      return parts;
    },
  };
}

function fileOf(path: string, mostBytes: number) {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path, { flags: 'w', mode: 0o600 });
  let fault: string | undefined;
  file.on('error', ({ message }) => (fault = message));
  let left = mostBytes;
  return {
    store: (bytes: Buffer): void => {
      if (left < 0) return;
      file.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left < 0) file.write(`\n… the output goes on, but only ${mostBytes} bytes of it are kept\n`);
    },
    close: async (): Promise<string | undefined> => {
      file.end();
      await finished(file).catch(() => undefined);
      return fault;
    },
  };
}
