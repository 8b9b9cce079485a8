import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** One that was killed, or ends just now, is gone by then. */
const PATIENCE_MILLISECONDS = 10_000;
const LOOK_AGAIN_MILLISECONDS = 100;

/**
 * Whether this is the only agent on the folder, which it then is until its process ends, however that does: a second one would take the
 * scripts of the first for left behind, and end them. Linux keeps the name, and no file is left over.
 */
export async function isOnlyOne(
  rootFolder: string,
  patienceMilliseconds: number = PATIENCE_MILLISECONDS,
): Promise<boolean> {
  const digest = createHash('sha256').update(resolve(rootFolder)).digest('hex');
  const tries = Math.ceil(patienceMilliseconds / LOOK_AGAIN_MILLISECONDS);
  for (let left = tries; left > 0; left -= 1) {
    if (await takes(`\0sluice-agent-${digest}`)) return true;
    await pause(LOOK_AGAIN_MILLISECONDS);
  }
  return false;
}

function takes(name: string): Promise<boolean> {
  const server = createServer((stranger) => stranger.destroy());
  return new Promise((resolved, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolved(false);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolved(true);
    });
  });
}
