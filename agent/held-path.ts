import type { Stats } from 'node:fs';
import { type FileHandle, constants, open, readlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { EventFailure } from './event-failure.ts';

/**
 * Works on `path`, which has no links on the way, by another path to it that nobody can change. Whoever owns a folder may put a link in
 * the place of what is in it at any time, and root would follow; so the folder is held open and looked at, and reached by what is open.
 * Throws EventFailure where it is another by now.
 */
export async function inItsFolder<Done>(path: string, work: (place: string) => Promise<Done>): Promise<Done> {
  const name = dirname(path);
  const folder = await open(name, constants.O_RDONLY | constants.O_DIRECTORY);
  const held = openPath(folder);
  try {
    if ((await readlink(held)) !== name) throw exchanged(name);
    return await work(`${held}/${basename(path)}`);
  } catch (error) {
    throw toldAs(error, held, name);
  } finally {
    await folder.close();
  }
}

/**
 * Works on the file or folder at `path` itself: never on what a link there leads to, nor on a file that has another name elsewhere,
 * which may be that of somebody else's. Throws EventFailure for those.
 */
export async function heldOpen<Done>(
  path: string,
  work: (handle: FileHandle, stats: Stats) => Promise<Done>,
): Promise<Done> {
  return await inItsFolder(path, async (place) => {
    const handle = await open(place, AS_IT_IS).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ELOOP' ? exchanged(path) : error;
    });
    try {
      const stats = await handle.stat();
      if (!stats.isDirectory() && !(stats.isFile() && stats.nlink === 1)) throw exchanged(path);
      return await work(handle, stats);
    } catch (error) {
      throw toldAs(error, openPath(handle), path);
    } finally {
      await handle.close();
    }
  });
}

/** A pipe would be waited for. */
const AS_IT_IS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** By which other programs reach what this one holds open. */
export function openPath({ fd }: FileHandle): string {
  return `/proc/${process.pid}/fd/${fd}`;
}

function exchanged(path: string): EventFailure {
  return new EventFailure(
    'UnknownError',
    `While it was being installed, something else took the place of ${path}.`,
  );
}

/** People know the path by its name. */
function toldAs(error: unknown, held: string, name: string): unknown {
  if (!(error instanceof Error)) return error;
  const { path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const inWords = (text: string) => text.replaceAll(held, name === '/' ? '' : name);
  return Object.assign(error, {
    message: inWords(error.message),
    ...(path === undefined ? {} : { path: inWords(path) }),
    ...(dest === undefined ? {} : { dest: inWords(dest) }),
  });
}
