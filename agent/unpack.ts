import { copyFile, chmod, mkdir, open, rename, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ARCHIVE_LIMITS, type ArchiveLimits, admittedEntries } from './archive-entries.ts';
import { archiveBeginning, archiveKindOf } from './archive-beginning.ts';
import { EventFailure } from './event-failure.ts';
import { type ArchiveFormat, type ReadableEntry, type Visit, readArchive } from './read-archive.ts';

export interface UnpackOrder {
  readonly archive: string;
  readonly format: ArchiveFormat;
  /** Replaced as a whole; until then the one before stays. */
  readonly folder: string;
  readonly limits?: ArchiveLimits;
  /** Aborted with what is to be thrown where the bundle is wanted no more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks a bundle. All of it is looked at before any of it is written, and it is written beside `folder`, which it then becomes in one
 * step. Throws EventFailure for what cannot be read and for what would reach out of the folder or fill the disk.
 * Modes and times of files are kept, owners are not, nor the bits that let a file run as its owner: an AppSpec can ask for those.
 */
export async function unpack({
  archive,
  format,
  folder,
  limits = ARCHIVE_LIMITS,
  signal,
}: UnpackOrder): Promise<void> {
  const read = async (visit: Visit): Promise<void> =>
    await readArchive(archive, format, mostTarBytes(limits), async (entry) => {
      signal?.throwIfAborted();
      await visit(entry);
    });
  const staging = `${folder}.unpacking`;
  await rm(staging, { recursive: true, force: true });
  try {
    const lifted = await lookThrough(read, limits);
    const folderModes = new Map<string, number>();
    await mkdir(staging, { recursive: true, mode: 0o755 });
    const { admit } = admittedEntries(limits);
    await read(async (entry) => await write(entry, admit(entry), { staging, folderModes, signal }));
    await restrictFolders(staging, folderModes);
    await rm(folder, { recursive: true, force: true });
    await rename(lifted === undefined ? staging : join(staging, lifted), folder);
  } catch (error) {
    throw error instanceof EventFailure
      ? error
      : await unreadable(error as NodeJS.ErrnoException, archive, format);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Beside its content an entry has headers, of which the names in them are the largest part, and is filled up to whole blocks. */
const MOST_BYTES_BESIDE_AN_ENTRY = 16 * 1024;

function mostTarBytes({ totalBytes, entries }: ArchiveLimits): number {
  return totalBytes + (entries + 1) * MOST_BYTES_BESIDE_AN_ENTRY;
}

async function lookThrough(
  read: (visit: Visit) => Promise<void>,
  limits: ArchiveLimits,
): Promise<string | undefined> {
  const { admit, finish } = admittedEntries(limits);
  await read(async (entry) => {
    admit(entry);
    await Promise.resolve();
  });
  return finish();
}

async function unreadable(
  error: NodeJS.ErrnoException,
  archive: string,
  format: ArchiveFormat,
): Promise<EventFailure> {
  if (error.code === 'ENOSPC') {
    return new EventFailure(
      'UnknownError',
      'The disk of this host is full: the bundle could not be unpacked.',
    );
  }
  const why = (await mistakenFor(archive, format)) ?? error.message;
  return new EventFailure('UnknownError', `The bundle cannot be unpacked as ${format}: ${why}.`);
}

/** A bundle of another kind than it was said to be is the commonest fault, and a reader finds only that sums are wrong. */
async function mistakenFor(archive: string, format: ArchiveFormat): Promise<string | undefined> {
  const beginning = await archiveBeginning(archive).catch(() => Buffer.alloc(0));
  const kind = archiveKindOf(beginning);
  if (kind === 'zip' && format !== 'zip')
    return 'it looks like a zip. If it is one, deploy it with bundleType=zip';
  if (kind === 'gzip' && format === 'zip')
    return 'it looks like a gzip. If it is a tar in one, deploy it with bundleType=tgz';
  return undefined;
}

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
const MODE_BITS = 0o777;
/** What the agent itself needs, to install the revision and to take it away. */
const FOLDER_OF_OWNER = 0o700;
const READABLE_BY_OWNER = 0o400;

interface Writing {
  readonly staging: string;
  readonly folderModes: Map<string, number>;
  readonly signal: AbortSignal | undefined;
}

async function write(
  entry: ReadableEntry,
  path: string,
  { staging, folderModes, signal }: Writing,
): Promise<void> {
  const place = join(staging, path);
  await mkdir(dirname(place), { recursive: true, mode: FOLDER_MODE });
  switch (entry.type) {
    case 'directory':
      await mkdir(place, { recursive: true, mode: FOLDER_MODE });
      if (path !== '' && entry.mode !== undefined)
        folderModes.set(path, (entry.mode & MODE_BITS) | FOLDER_OF_OWNER);
      return;
    case 'file':
      return await writeFile(entry, place, signal);
    case 'symbolic-link':
      return await symlink(entry.target ?? '', place);
    case 'hard-link':
      await rm(place, { force: true });
      return await copyFile(join(staging, entry.target ?? ''), place);
    case 'special':
      return;
    default:
      return entry.type satisfies never;
  }
}

async function writeFile(
  entry: ReadableEntry,
  place: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await rm(place, { force: true });
  const file = await open(place, 'wx', 0o600);
  try {
    for await (const chunk of await entry.content()) {
      signal?.throwIfAborted();
      await file.writeFile(chunk);
    }
    await file.chmod(((entry.mode ?? FILE_MODE) & MODE_BITS) | READABLE_BY_OWNER);
  } finally {
    await file.close();
  }
  if (entry.modifiedAt !== undefined) await utimes(place, entry.modifiedAt, entry.modifiedAt);
}

/** Last, because a folder that may not be written to takes no files. */
async function restrictFolders(staging: string, modes: ReadonlyMap<string, number>): Promise<void> {
  for (const [path, mode] of modes) await chmod(join(staging, path), mode);
}
