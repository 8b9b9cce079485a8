import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ongoingFolder } from './deployment-folders.ts';
import { writeWhole } from './written-whole.ts';

const entryShape = z.object({
  hostCommandIdentifier: z.string().min(1),
  deploymentId: z.string(),
  event: z.string(),
  /** The process group of the script that runs, and when it began, by which it is told from another of the same number. */
  script: z.object({ pid: z.number().int(), startedAt: z.string() }).optional(),
  /** What is to be told to the service, from when it is known until the service has it. */
  completion: z
    .object({
      CommandStatus: z.enum(['Succeeded', 'Failed']),
      Payload: z.string(),
      OutputUploaded: z.boolean(),
    })
    .optional(),
});

/** A command that this host has begun. It outlives the agent. */
export type JournalEntry = z.infer<typeof entryShape>;

export interface Journal {
  readonly write: (entry: JournalEntry) => Promise<void>;
  readonly forget: (entry: Pick<JournalEntry, 'hostCommandIdentifier'>) => Promise<void>;
  /** What an agent before this one left. A file that cannot be read is put away. */
  readonly left: () => Promise<readonly JournalEntry[]>;
}

export function journalIn(rootFolder: string): Journal {
  const folder = ongoingFolder({ rootFolder });
  // An identifier may hold slashes; its hash is a name that cannot lead anywhere.
  const pathOf = (identifier: string) =>
    join(folder, createHash('sha256').update(identifier).digest('hex').slice(0, 32));
  return {
    write: (entry) => writeWhole(pathOf(entry.hostCommandIdentifier), JSON.stringify(entry)),
    forget: ({ hostCommandIdentifier }) => rm(pathOf(hostCommandIdentifier), { force: true }),
    left: async () => {
      const names = await readdir(folder).catch(() => [] as string[]);
      const entries = await Promise.all(names.map((name) => read(join(folder, name))));
      return entries.filter((entry) => entry !== undefined);
    },
  };
}

async function read(path: string): Promise<JournalEntry | undefined> {
  try {
    return entryShape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    await rm(path, { force: true });
    return undefined;
  }
}
