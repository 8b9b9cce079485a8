import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { PreviousInstall } from './previous-install.ts';

export type PathKind = 'absent' | 'file' | 'link' | 'directory' | 'special';

/** The disk as it will be once the previous install is gone. */
export interface DiskAfterCleanup {
  readonly kindOf: (path: string) => Promise<PathKind>;
  /** Without links on the way: two paths that reach one place become one. A link to what will be gone leads nowhere, and stays in it. */
  readonly resolve: (path: string) => Promise<string>;
  /** Whether the previous install put it there and will be asked to take it away: what is there later may be there again. */
  readonly goes: (path: string) => boolean;
  /** Whether a folder that stays was made by the previous install. */
  readonly isOurFolder: (path: string) => boolean;
}

interface Walked {
  readonly path: string;
  readonly isThere: boolean;
}

/** One within the other, as many as Linux follows. */
const MOST_LINKS = 40;

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
  const walk = async (from: string, path: string, links: number): Promise<Walked> => {
    let at = from;
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    for (const [index, part] of parts.entries()) {
      const next = part === '..' ? dirname(at) : join(at, part);
      const kind = await kindOf(next);
      const target = kind === 'link' && links > 0 ? await readlink(next) : undefined;
      const led =
        target === undefined ? undefined : await walk(target.startsWith('/') ? '/' : at, target, links - 1);
      const isThere = kind === 'link' ? led?.isThere === true : kind !== 'absent';
      if (!isThere) return { path: join(next, ...parts.slice(index + 1)), isThere };
      at = led?.path ?? next;
    }
    return { path: at, isThere: true };
  };
  const resolve = async (path: string): Promise<string> =>
    (await walk('/', normalize(path), MOST_LINKS)).path;
  return {
    kindOf,
    resolve,
    goes: (path) => gone.has(path),
    isOurFolder: (path) => previous.folders.has(path),
  };
}
