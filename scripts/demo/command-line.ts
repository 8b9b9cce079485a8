import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProcessGroup } from '../process-group.ts';

const projectFolder = join(import.meta.dirname, '..', '..');

/** Runs the command line as a person would, and gives its exit code. */
export async function cli(words: readonly string[], localFile: string, signal: AbortSignal): Promise<number> {
  const group = startProcessGroup(
    process.execPath,
    [join(projectFolder, 'cli', 'sluice.mjs'), ...words, '--local'],
    {
      folder: projectFolder,
      environment: { ...process.env, SLUICE_LOCAL_JSON: localFile },
    },
  );
  const end = (): void => void group.end();
  signal.addEventListener('abort', end);
  try {
    const exitCode = await group.exited;
    signal.throwIfAborted();
    return exitCode;
  } finally {
    signal.removeEventListener('abort', end);
    await group.end();
  }
}

/** The same for what a program reads: what it printed. Rejects where it fails. */
export async function printed(words: readonly string[], localFile: string): Promise<string> {
  const program = join(projectFolder, 'cli', 'sluice.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words, '--local'], {
    cwd: projectFolder,
    env: { ...process.env, SLUICE_LOCAL_JSON: localFile },
  });
  return stdout;
}
