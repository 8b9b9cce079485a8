import { readFile } from 'node:fs/promises';
import { Ended } from './ending.ts';
import { startProcessGroup } from './process-group.ts';

export interface CommandOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

/**
 * Runs a command to its end, quietly: what it prints goes to the log file, the end of which is shown where it fails.
 * Throws what the signal aborts with, after the command and all its children have been ended.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  const group = startProcessGroup(command, args, options);
  const end = (): void => void group.end();
  options.signal.addEventListener('abort', end);
  try {
    const exitCode = await group.exited;
    options.signal.throwIfAborted();
    if (exitCode !== 0) {
      throw new Error(`${command} ${args.join(' ')} failed (${exitCode}):\n${await tail(options.logFile)}`);
    }
  } catch (error) {
    throw error instanceof Ended ? error : describe(command, error);
  } finally {
    options.signal.removeEventListener('abort', end);
    await group.end();
  }
}

/** Enough to hold the error of a failed deployment with its context. */
const TAIL_LINES = 30;

export async function tail(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}

function describe(command: string, error: unknown): Error {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new Error(`${command} could not be started: it is not installed.`)
    : (error as Error);
}
