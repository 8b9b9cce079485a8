import { createInterface } from 'node:readline/promises';

/** Where a command writes, and asks: results to `print`, everything about the work itself to `note`. Plain lines, no colour. */
export interface Terminal {
  readonly print: (line: string) => void;
  readonly note: (line: string) => void;
  /** Whether the answer is yes; absent where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** A reader that has seen enough (`sluice events … | head`) closes the pipe; that ends the command and is no error. */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    print: (line) => {
      process.stdout.write(`${line}\n`);
    },
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask: askThere }),
  };
}

/** On standard error, so that the results alone can be piped. Ctrl-C and the end of input are no yes. */
async function askThere(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => {
    lines.once('close', () => resolve(''));
  });
  try {
    const answer = await Promise.race([lines.question(question), closed]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
