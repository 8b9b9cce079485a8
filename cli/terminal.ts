/** Where a command writes: results to `print`, everything about the work itself to `note`. Plain lines, no colour. */
export interface Terminal {
  readonly print: (line: string) => void;
  readonly note: (line: string) => void;
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
  };
}
