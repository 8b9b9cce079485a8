import { createInterface } from 'node:readline/promises';
import { processSecret, type Secret } from './secret.ts';
import type { Canvas } from './live/screen.ts';

/** Where a command writes, and asks: results to `print`, everything about the work itself to `note`. Plain lines, no colour. */
export interface Terminal {
  readonly print: (line: string) => void;
  readonly note: (line: string) => void;
  /** Whether the answer is yes; absent where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<boolean>;
  /** Takes what nobody may see; absent where there is nobody to ask and nothing to read. */
  readonly secret?: Secret;
  /** What can be drawn on; absent where results go to a file, a pipe or a terminal that only takes lines. */
  readonly paper?: Paper;
}

/** A terminal whose lines can be drawn again. */
export interface Paper extends Canvas {
  readonly colours: boolean;
  /** Tells what happens, until what it returns is called. */
  readonly attend: (listener: PaperListener) => () => void;
}

export interface PaperListener {
  /** Another second has passed. */
  readonly second: () => void;
  readonly resized: () => void;
  /** The process is about to end or to stand still. */
  readonly left: () => void;
  /** It goes on, somewhere else in the terminal. */
  readonly returned: () => void;
}

/** What shells say of a program that SIGPIPE has ended. */
const READER_LEFT = 141;

/**
 * A reader that has seen enough (`sluice events … | head`) closes the pipe; that ends the command quietly, and not with
 * a 0 from which a pipeline would read that what it watched had succeeded.
 */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(READER_LEFT);
      throw error;
    });
  }
  return {
    print: (line) => {
      process.stdout.write(`${line}\n`);
    },
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    secret: processSecret,
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askThere }),
    ...(process.stdout.isTTY && process.env['TERM'] !== 'dumb' && { paper: paperThere() }),
  };
}

/** On standard error, so that the results alone can be piped. Ctrl-C and the end of input are no yes. */
async function askThere(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => {
    lines.once('close', () => resolve(''));
  });
  try {
    // Newer versions of Node reject the question at Ctrl-C, older ones only close it.
    const answer = await Promise.race([lines.question(question).catch(() => ''), closed]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** What a terminal that does not tell its size is taken for. */
const UNKNOWN_SIZE = { columns: 80, rows: 24 } as const;

function paperThere(): Paper {
  const { stdout } = process;
  return {
    // https://no-color.org: any value that is not empty.
    colours: (process.env['NO_COLOR'] ?? '') === '',
    size: () => ({
      columns: stdout.columns || UNKNOWN_SIZE.columns,
      rows: stdout.rows || UNKNOWN_SIZE.rows,
    }),
    write: (text) => {
      stdout.write(text);
    },
    attend: ({ second, resized, left, returned }) => {
      const seconds = setInterval(second, 1_000);
      const end = (signal: NodeJS.Signals): void => {
        release();
        left();
        // Below what Ctrl-C has left in the line of the cursor.
        stdout.write('\n');
        process.kill(process.pid, signal);
      };
      const pause = (): void => {
        left();
        process.kill(process.pid, 'SIGSTOP');
      };
      const release = (): void => {
        clearInterval(seconds);
        stdout.off('resize', resized);
        for (const signal of ENDING) process.off(signal, end);
        process.off('SIGTSTP', pause).off('SIGCONT', returned).off('exit', left);
      };
      stdout.on('resize', resized);
      for (const signal of ENDING) process.on(signal, end);
      process.on('SIGTSTP', pause).on('SIGCONT', returned).on('exit', left);
      return release;
    },
  };
}

/** They end the process all the same, once the cursor is back. */
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
