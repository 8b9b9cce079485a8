import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ongoingFolder } from './deployment-folders.ts';
import type { Log } from './log.ts';
import { UNFINISHED, writeWhole } from './written-whole.ts';

const entryShape = z.object({
  hostCommandIdentifier: z.string().min(1),
  deploymentId: z.string(),
  event: z.string(),
  /** The process group of the script that runs, and when it began, by which it is told from another of the same number. */
  script: z
    .object({ pid: z.number().int(), startedAt: z.string(), location: z.string().optional() })
    .optional(),
  /** Where what its scripts write is kept, and where it may be sent. */
  output: z.object({ path: z.string(), uploadAddress: z.string().optional() }).optional(),
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
  /** What an agent before this one left. What is no entry is put away; one that cannot be read just now waits for the next start. */
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
  // A crash came before it took the place of the one before, which counts.
  if (path.endsWith(UNFINISHED)) return await putAway(path);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return entryShape.parse(JSON.parse(text));
  } catch {
    return await putAway(path);
  }
}

async function putAway(path: string): Promise<undefined> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** Where nothing can be written down, what is done is done and told all the same; only a crash now would lose it. */
export async function writeDown(
  { journal, log }: { readonly journal: Journal; readonly log: Log },
  entry: JournalEntry,
): Promise<void> {
  try {
    await journal.write(entry);
  } catch (error) {
    log.warn(`${entry.hostCommandIdentifier}: could not be written down: ${(error as Error).message}`);
  }
}
