import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { PreviousInstall } from './previous-install.ts';

export type PathKind = 'absent' | 'file' | 'link' | 'directory' | 'special';

/** The disk as it will be once the previous install is gone. */
export interface DiskAfterCleanup {
  readonly kindOf: (path: string) => Promise<PathKind>;
  /** Without links on the way: two paths that reach one place become one. */
  readonly resolve: (path: string) => Promise<string>;
  /** Whether a folder that stays was made by the previous install. */
  readonly isOurFolder: (path: string) => boolean;
}

export function diskAfterCleanup(previous: PreviousInstall): DiskAfterCleanup {
  const gone = new Set(previous.removals.map(({ path }) => path));
  /** What lies behind a link that goes is out of reach too. */
  const isGone = (path: string): boolean => gone.has(path) || (path !== '/' && isGone(dirname(path)));
  const kindOf = async (path: string): Promise<PathKind> => {
    if (isGone(path)) return 'absent';
    const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (stats === undefined) return 'absent';
    if (stats.isSymbolicLink()) return 'link';
    if (stats.isDirectory()) return 'directory';
    return stats.isFile() ? 'file' : 'special';
  };
  const resolve = async (path: string): Promise<string> => {
    let at = '/';
    const ahead = normalize(path)
      .split('/')
      .filter((part) => part !== '');
    for (const [index, part] of ahead.entries()) {
      const next = join(at, part);
      const kind = await kindOf(next);
      const real = kind === 'link' ? await realpath(next).catch(() => undefined) : next;
      if (kind === 'absent' || real === undefined) return join(next, ...ahead.slice(index + 1));
      at = real;
    }
    return at;
  };
  return { kindOf, resolve, isOurFolder: (path) => previous.folders.has(path) };
}
