import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type VirtualScreen, virtualScreen } from '../support/virtual-screen.ts';

/** A command in a terminal, and what can be seen and done there. */
export interface InTerminal {
  readonly screen: VirtualScreen;
  /** All that was written so far. */
  readonly output: () => string;
  readonly press: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly exitCode: Promise<number>;
}

const PSEUDO_TERMINAL = join(import.meta.dirname, '..', 'support', 'pseudo_terminal.py');

/** Runs the command in a real terminal of that size, which an interpreter of ours looks at. */
export function inTerminal(
  [columns, rows]: readonly [columns: number, rows: number],
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): InTerminal {
  const { NO_COLOR: _, ...inherited } = process.env;
  const child = spawn('python3', [PSEUDO_TERMINAL, String(columns), String(rows), ...command], {
    env: { ...inherited, TERM: 'xterm-256color', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const screen = virtualScreen(columns, rows);
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    screen.write(text);
  });
  const act = (action: object): void => {
    child.stdin.write(`${JSON.stringify(action)}\n`);
  };
  return {
    screen,
    output: () => output,
    press: (keys) => act({ keys }),
    resize: (toColumns, toRows) => {
      screen.resize(toColumns, toRows);
      act({ size: [toColumns, toRows] });
    },
    exitCode: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    }),
  };
}
