import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Parser, type ReadEntry } from 'tar';
import { type Entry, type ZipFile, openPromise } from 'yauzl';
import type { ArchiveEntry } from './archive-entries.ts';
import { tarBytes } from './tar-bytes.ts';

export type ArchiveFormat = 'tar' | 'tgz' | 'zip';

/** An entry whose content can be had once, while it is visited. */
export interface ReadableEntry extends ArchiveEntry {
  /** Of the owner, its group and the others, as in `chmod`; undefined where the archive does not say. */
  readonly mode: number | undefined;
  readonly modifiedAt: Date | undefined;
  readonly content: () => Promise<AsyncIterable<Uint8Array>>;
}

/** What `visit` rejects with ends the reading. */
export type Visit = (entry: ReadableEntry) => Promise<void>;

/**
 * Visits the entries one after the other. Rejects with what `visit` rejects with, or with an error of a reader that says what is wrong
 * with the archive: a tar that has more than `mostTarBytes`, its headers included, is.
 */
export async function readArchive(
  path: string,
  format: ArchiveFormat,
  mostTarBytes: number,
  visit: Visit,
): Promise<void> {
  switch (format) {
    // A tar is read compressed or not, whichever it was called.
    case 'tar':
    case 'tgz':
      return await readTar(path, mostTarBytes, visit);
    case 'zip':
      return await readZip(path, visit);
    default:
      return format satisfies never;
  }
}

async function readTar(path: string, mostTarBytes: number, visit: Visit): Promise<void> {
  const parser = new Parser({ strict: true, zstd: false });
  const reading = new AbortController();
  let visits = Promise.resolve();
  let current: ReadEntry | undefined;
  let hasEnded = false;
  const visitAfter = async (before: Promise<void>, entry: ReadEntry) => {
    await before;
    if (SPARSE_PATH.test(entry.path)) throw new Error(`${JSON.stringify(entry.path)} is a sparse file`);
    await visit(tarEntryOf(entry));
    entry.resume();
  };
  const feed = async () => {
    const bytes = { ofTar: 0, behind: 0 };
    for await (const chunk of tarBytes(path)) {
      // Archives are padded at their end, and the parser would keep all of that in memory.
      if (hasEnded) bytes.behind += chunk.length;
      else bytes.ofTar += chunk.length;
      if (bytes.behind > MOST_BYTES_BEHIND) throw new Error('it goes on after its end');
      if (bytes.ofTar > mostTarBytes) throw new Error(`it has more than ${mostTarBytes} bytes, unpacked`);
      if (!hasEnded && !parser.write(chunk)) await once(parser, 'drain', { signal: reading.signal });
    }
    parser.end();
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
      parser.on('eof', () => (hasEnded = true));
      parser.on('error', reject);
      parser.on('end', resolve);
      feed().catch(reject);
    });
    await visits;
  } catch (error) {
    // Whoever waits for the rest of its content waits no longer.
    current?.destroy();
    throw error;
  } finally {
    reading.abort();
  }
}

/** Some thousand times what archives are padded with. */
const MOST_BYTES_BEHIND = 16 * 1024 ** 2;

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

async function readZip(path: string, visit: Visit): Promise<void> {
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
