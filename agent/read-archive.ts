import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Parser, type ReadEntry } from 'tar';
import { type Entry, type ZipFile, openPromise } from 'yauzl';
import type { ArchiveEntry } from './archive-entries.ts';

export type ArchiveFormat = 'tar' | 'tgz' | 'zip';

/** An entry whose content can be had once, while it is visited. */
export interface ReadableEntry extends ArchiveEntry {
  /** Of the owner, its group and the others, as in `chmod`; undefined where the archive does not say. */
  readonly mode: number | undefined;
  readonly modifiedAt: Date | undefined;
  readonly content: () => Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Visits the entries one after the other. Rejects with what `visit` rejects with, or with an error of a reader that says what is wrong
 * with the archive.
 */
export async function readArchive(
  path: string,
  format: ArchiveFormat,
  visit: (entry: ReadableEntry) => Promise<void>,
): Promise<void> {
  switch (format) {
    // A tar is read compressed or not, whichever it was called.
    case 'tar':
    case 'tgz':
      return await readTar(path, visit);
    case 'zip':
      return await readZip(path, visit);
    default:
      return format satisfies never;
  }
}

async function readTar(path: string, visit: (entry: ReadableEntry) => Promise<void>): Promise<void> {
  const source = createReadStream(path);
  const parser = new Parser({ strict: true });
  let visits = Promise.resolve();
  let current: ReadEntry | undefined;
  const visitAfter = async (before: Promise<void>, entry: ReadEntry) => {
    await before;
    if (SPARSE_PATH.test(entry.path)) throw new Error(`${JSON.stringify(entry.path)} is a sparse file`);
    await visit(tarEntryOf(entry));
    entry.resume();
  };
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on('entry', (entry: ReadEntry) => {
        current = entry;
        visits = visitAfter(visits, entry);
        visits.catch(reject);
      });
      // The parser passes over what it does not know, such as sparse files: half of a revision would be unpacked.
      parser.on('ignoredEntry', (entry: ReadEntry) => {
        reject(new Error(`the entry ${JSON.stringify(entry.path)} is of the unknown kind ${entry.type}`));
      });
      parser.on('error', (error: Error) => {
        reject(error);
        // Whoever waits for the rest of its content waits no longer.
        current?.destroy();
      });
      parser.on('end', resolve);
      source.on('error', reject);
      source.pipe(parser);
    });
    await visits;
  } finally {
    source.destroy();
  }
}

/** What tar --sparse --format=pax makes of a file: taken as it is, it would be unpacked elsewhere and with its holes left out. */
const SPARSE_PATH = /(?:^|\/)GNUSparseFile\.\d+\//;

function tarEntryOf(entry: ReadEntry): ReadableEntry {
  return {
    path: entry.path,
    type: tarTypeOf(entry.type),
    bytes: entry.size,
    target: entry.linkpath,
    mode: entry.mode,
    modifiedAt: entry.mtime,
    content: async () => await Promise.resolve(entry as AsyncIterable<Uint8Array>),
  };
}

function tarTypeOf(type: ReadEntry['type']): ArchiveEntry['type'] {
  switch (type) {
    case 'File':
    case 'OldFile':
    case 'ContiguousFile':
      return 'file';
    case 'Directory':
    case 'GNUDumpDir':
      return 'directory';
    case 'SymbolicLink':
      return 'symbolic-link';
    case 'Link':
      return 'hard-link';
    default:
      return 'special';
  }
}

async function readZip(path: string, visit: (entry: ReadableEntry) => Promise<void>): Promise<void> {
  const archive = await openPromise(path, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of archive.eachEntry()) await visit(await zipEntryOf(archive, entry));
  } finally {
    archive.close();
  }
}

async function zipEntryOf(archive: ZipFile, entry: Entry): Promise<ReadableEntry> {
  if (entry.isEncrypted()) throw new Error(`the entry ${JSON.stringify(entry.fileName)} is encrypted`);
  const isOfUnix = [ZIP_OF_UNIX, ZIP_OF_MACOS].includes(entry.versionMadeBy >>> 8);
  const unixMode = isOfUnix ? entry.externalFileAttributes >>> 16 : 0;
  const type = entry.fileName.endsWith('/') ? 'directory' : (zipTypes.get(unixMode & KIND_BITS) ?? 'special');
  const content = async () => await archive.openReadStreamPromise(entry);
  const isLink = type === 'symbolic-link' && entry.uncompressedSize <= LONGEST_LINK;
  return {
    path: entry.fileName,
    type,
    bytes: entry.uncompressedSize,
    target: isLink ? await text(await content()) : undefined,
    mode: unixMode === 0 ? undefined : unixMode & 0o7777,
    modifiedAt: entry.getLastModDate(),
    content,
  };
}

const ZIP_OF_UNIX = 3;
const ZIP_OF_MACOS = 19;

/** In bytes, as Linux has it. */
const LONGEST_LINK = 4096;

/** `S_IFMT` and its kinds; a zip made elsewhere than on Unix has none. */
const KIND_BITS = 0o170000;
const zipTypes = new Map<number, ArchiveEntry['type']>([
  [0, 'file'],
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symbolic-link'],
]);
