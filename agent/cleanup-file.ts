import { type FileHandle, open, readFile } from 'node:fs/promises';
import * as z from 'zod';

/** What an install put on the host. Written down before it is put there, so that no crash leaves anything that is not known. */
export type CleanupEntry = z.output<typeof entryShape>;

const entryShape = z.object({
  /** `context` is a rule of SELinux for the path. */
  type: z.enum(['file', 'directory', 'context']),
  path: z.string().startsWith('/'),
});

/** In the order in which they were put there; none where there was no install. A line that a crash cut off stands for nothing that was done. */
export async function readCleanup(path: string): Promise<readonly CleanupEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  return lines.flatMap((line) => {
    const read = entryShape.safeParse(jsonOf(line));
    return read.success ? [read.data] : [];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

export interface CleanupJournal {
  readonly write: (entry: CleanupEntry) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Takes the place of an older one. */
export async function beginCleanup(path: string): Promise<CleanupJournal> {
  const file: FileHandle = await open(path, 'w', 0o600);
  return {
    write: async (entry) => await file.writeFile(`${JSON.stringify(entry)}\n`),
    close: async () => {
      await file.sync();
      await file.close();
    },
  };
}
