import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationError } from './configuration.ts';
import { lockPath } from './deployment-folders.ts';

/** One that was killed, or ends just now, is gone by then. */
const PATIENCE_MILLISECONDS = 10_000;
const LOOK_AGAIN_MILLISECONDS = 250;

/**
 * Whether this is the only agent on the folder, which it then is until its process ends, however that does: a second one would take the
 * scripts of the first for left behind, and end them. Linux keeps the lock for as long as the file is open, and whoever may not open
 * the file cannot take it. Throws ConfigurationError where there are no locks.
 */
export async function isOnlyOne(
  rootFolder: string,
  patienceMilliseconds: number = PATIENCE_MILLISECONDS,
): Promise<boolean> {
  mkdirSync(rootFolder, { recursive: true, mode: 0o755 });
  // Open until the process ends: a handle would be closed once nobody uses it.
  const file = openSync(lockPath({ rootFolder }), 'a', 0o600);
  const tries = Math.ceil(patienceMilliseconds / LOOK_AGAIN_MILLISECONDS);
  for (let left = tries; left > 0; left -= 1) {
    if (await locks(file)) return true;
    await pause(LOOK_AGAIN_MILLISECONDS);
  }
  closeSync(file);
  return false;
}

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** What `flock` says of a file that another has locked. */
const LOCKED_BY_ANOTHER = 1;

/** Node knows no locks. The program locks what it is given open, which is the same open file as ours. */
async function locks(file: number): Promise<boolean> {
  const program = spawn('flock', ['-n', '3'], { env: { PATH }, stdio: ['ignore', 'ignore', 'ignore', file] });
  const [code] = (await once(program, 'exit').catch((error: Error) => {
    throw new ConfigurationError(
      `The agent needs the program flock, which every Linux has in its package util-linux: ${error.message}`,
    );
  })) as [number | null];
  if (code === 0 || code === LOCKED_BY_ANOTHER) return code === 0;
  throw new ConfigurationError(
    `root_dir is on a disk that keeps no locks: flock has ended with ${code ?? 'a signal'}. Take another for it.`,
  );
}
