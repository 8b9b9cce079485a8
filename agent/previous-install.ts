import { lstat, readdir, realpath, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readCleanup } from './cleanup-file.ts';
import { EventFailure } from './event-failure.ts';
import { fileContextPattern } from './file-context.ts';
import { inItsFolder } from './held-path.ts';
import type { RunCommand } from './system-command.ts';

/** What the last install of a group left on the host, and what of it will go. */
export interface PreviousInstall {
  /** In the order in which they go: what a folder holds before the folder. Folders that hold something else stay. */
  readonly removals: readonly { readonly path: string; readonly type: 'file' | 'directory' }[];
  readonly contexts: readonly string[];
  /** Those that stay included. */
  readonly folders: ReadonlySet<string>;
}

/** Looks only. What is a mount point stays, whatever was put there. */
export async function previousInstall(
  cleanupPath: string,
  mountPoints: ReadonlySet<string>,
): Promise<PreviousInstall> {
  const entries = (await readCleanup(cleanupPath)).toReversed();
  const going = new Map<string, 'file' | 'directory'>();
  for (const { type, path } of entries) {
    if (type === 'context' || going.has(path) || mountPoints.has(path)) continue;
    if (!(await isInPlace(path))) continue;
    const stats = await lstat(path).catch(() => undefined);
    if (type === 'file' && stats?.isDirectory() === false) going.set(path, 'file');
    if (type !== 'directory' || stats?.isDirectory() !== true) continue;
    const names = await readdir(path);
    if (names.every((name) => going.has(join(path, name)))) going.set(path, 'directory');
  }
  const ofType = (wanted: string) => entries.filter(({ type }) => type === wanted).map(({ path }) => path);
  return {
    removals: [...going].map(([path, type]) => ({ path, type })),
    contexts: ofType('context'),
    folders: new Set(ofType('directory')),
  };
}

/** Where somebody has put a link above it since, the path leads to what is not ours. */
async function isInPlace(path: string): Promise<boolean> {
  const folder = dirname(path);
  return (await realpath(folder).catch(() => undefined)) === folder;
}

/** Takes it away, bottom up, and then the record of it. What is gone already, or has become something else, is left alone. */
export async function cleanUp(
  previous: PreviousInstall,
  cleanupPath: string,
  run: RunCommand,
): Promise<void> {
  for (const path of previous.contexts) await run('semanage', ['fcontext', '-d', fileContextPattern(path)]);
  for (const { path, type } of previous.removals) {
    await inItsFolder(path, type === 'file' ? unlink : rmdir).catch((error: NodeJS.ErrnoException) => {
      const isLeftAlone = error instanceof EventFailure || LEFT_ALONE.has(error.code ?? '');
      if (!isLeftAlone) throw error;
    });
  }
  await rm(cleanupPath, { force: true });
}

const LEFT_ALONE = new Set(['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'EISDIR', 'EBUSY']);
