import { chmod, chown, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CannotDo } from '../command.ts';

/** A config file as it was read; `text` is empty where there is none yet. */
export interface ConfigFile {
  /** Where it really is: a link to it stays one. */
  readonly path: string;
  /** Each byte is one character, so that what is not ours comes back as it was whatever its encoding is. */
  readonly text: string;
}

export async function readConfigFile(path: string): Promise<ConfigFile> {
  try {
    const real = await realpath(path);
    return { path: real, text: await readFile(real, 'latin1') };
  } catch (error) {
    if (isMissing(error)) return { path, text: '' };
    throw error;
  }
}

/**
 * Puts the text in the place of what was read, all or nothing, with the permissions and the owner that the file had.
 * Throws CannotDo where somebody has changed it since.
 */
export async function replaceConfigFile(file: ConfigFile, text: string): Promise<void> {
  const { path } = file;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { text: present } = await readConfigFile(path);
  if (present !== file.text) throw new CannotDo(`${path} was changed meanwhile. Run it again.`);
  const draft = `${path}.sluice-${process.pid}`;
  try {
    await writeFile(draft, text, { encoding: 'latin1', mode: 0o600, flag: 'wx' });
    const before = await stat(path).catch(() => undefined);
    if (before !== undefined) {
      await chown(draft, before.uid, before.gid);
      await chmod(draft, before.mode);
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
