import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { CannotDo } from '../command.ts';

/** A config file as it was read; `text` is empty where there is none yet. */
export interface ConfigFile {
  /** Where it really is: a link to it stays one. */
  readonly path: string;
  /** Each byte is one character, so that what is not ours comes back as it was whatever its encoding is. */
  readonly text: string;
}

/** Throws CannotDo where something is there that cannot be read. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    const real = await realpath(path);
    return { path: real, text: await readFile(real, 'latin1') };
  } catch (error) {
    // A link is not to be replaced: its file may lie on a disk that is only away for now.
    if (isMissing(error) && !(await isLink(path))) return { path, text: '' };
    throw new CannotDo(`${path} cannot be read (${(error as Error).message}). Nothing was changed.`);
  }
}

/**
 * Puts the text in the place of what was read, all or nothing, with the permissions and the owner that the file had.
 * Throws CannotDo where somebody has changed it since, or it cannot be written.
 */
export async function replaceConfigFile(file: ConfigFile, text: string): Promise<void> {
  const { path } = file;
  const { text: present } = await readConfigFile(path);
  if (present !== file.text) throw new CannotDo(`${path} was changed meanwhile. Run it again.`);
  const draft = `${path}.sluice-${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, text, { encoding: 'latin1', mode: 0o600, flag: 'wx' });
    const before = await stat(path).catch(() => undefined);
    if (before !== undefined) {
      await chown(draft, before.uid, before.gid);
      await chmod(draft, before.mode);
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw new CannotDo(`${path} cannot be written (${(error as Error).message}). It is as it was.`);
  }
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isSymbolicLink() === true;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
