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

export interface EventOutputOptions {
  /** Is given each entry too. May throw, which fails nothing. */
  readonly log?: (entries: readonly string[]) => void;
  readonly mostBytes?: number;
}

export function eventOutput(
  path: string,
  { log = () => undefined, mostBytes = MOST_BYTES }: EventOutputOptions = {},
): EventOutput {
  const lines: string[] = [];
  let fault: string | undefined;
  const keep = (entries: readonly string[]): void => {
    for (const entry of entries)
      lines.push(entry.length > LONGEST_LINE ? `…${entry.slice(-LONGEST_LINE)}` : entry);
    lines.splice(0, lines.length - MOST_LINES);
    try {
      if (entries.length > 0) log(entries);
    } catch (error) {
      fault = (error as Error).message;
    }
  };
  const streams = { stdout: unfinishedLine(), stderr: unfinishedLine() };
  const { store, close } = fileOf(path, mostBytes);
  const unfinished = (): readonly string[] =>
    (['stdout', 'stderr'] as const)
      .filter((stream) => streams[stream].rest() !== '')
      .map((stream) => `[${stream}]${streams[stream].rest()}`);
  return {
    path,
    close: async () => {
      keep(unfinished());
      streams.stdout = unfinishedLine();
      streams.stderr = unfinishedLine();
      return (await close()) ?? fault;
    },
    note: (entry) => {
      keep([entry]);
      store(Buffer.from(`${entry}\n`));
    },
    write: (stream, bytes) => {
      store(bytes);
      keep(streams[stream].completed(bytes).map((line) => `[${stream}]${line}`));
    },
    tail: () => [...lines, ...unfinished()],
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
