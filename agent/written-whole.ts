import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** How the names of files end that are being written, or that a crash has cut off. */
export const UNFINISHED = '.fresh';

/** Replaces the file in one step: whoever reads it, also after a crash, finds the old text or the new. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  const fresh = `${path}${UNFINISHED}`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
}
