import { EventFailure } from './event-failure.ts';

/** What an archive says of one of its entries. */
export interface ArchiveEntry {
  /** As the archive spells it. */
  readonly path: string;
  /** Whatever is none of these has no place in a revision: `special`. */
  readonly type: 'file' | 'directory' | 'symbolic-link' | 'hard-link' | 'special';
  readonly bytes: number;
  /** Where a link leads, as the archive spells it. */
  readonly target?: string | undefined;
}

export interface ArchiveLimits {
  readonly entries: number;
  readonly entryBytes: number;
  readonly totalBytes: number;
}

/** A release with all that it depends on has some ten thousand files; each costs the disk an inode. */
const MOST_ENTRIES = 200_000;
/** Above any program, below what fills a usual disk at once. */
const MOST_ENTRY_BYTES = 4 * 1024 ** 3;
const MOST_TOTAL_BYTES = 8 * 1024 ** 3;

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: MOST_ENTRIES,
  entryBytes: MOST_ENTRY_BYTES,
  totalBytes: MOST_TOTAL_BYTES,
};

/** Those of Linux, in bytes. */
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

export interface AdmittedEntries {
  /** The path of the next entry within the folder; empty for the folder itself. Throws EventFailure for one that has no place there. */
  readonly admit: (entry: ArchiveEntry) => string;
  /**
   * To be called after the last entry. Throws EventFailure where a link leads out of the revision. Answers with the one folder
   * that holds everything, its AppSpec included, which then is the revision; undefined where the whole archive is.
   */
  readonly finish: () => string | undefined;
}

type Known =
  | { readonly type: 'file'; readonly bytes: number }
  | { readonly type: 'directory' }
  | { readonly type: 'symbolic-link'; readonly target: string };

/** Goes through all that an archive says of itself before a byte of it is written. */
export function admittedEntries(limits: ArchiveLimits): AdmittedEntries {
  const known = new Map<string, Known>();
  let entries = 0;
  let totalBytes = 0;
  return {
    admit: (entry) => {
      entries += 1;
      if (entries > limits.entries) throw refused(`it has more than ${limits.entries} entries`);
      const path = pathWithin(entry.path, entry.path);
      const next = knownOf(entry, known, limits);
      if (next.type === 'file') totalBytes += next.bytes;
      if (totalBytes > limits.totalBytes) {
        throw refused(`its files are larger than ${limits.totalBytes} bytes together`);
      }
      place(path, next, known);
      return path;
    },
    finish: () => {
      const lifted = liftedFolder(known);
      for (const [path, { type }] of known) {
        if (type === 'symbolic-link') checkLink(path, known, lifted);
      }
      return lifted;
    },
  };
}

function refused(why: string): EventFailure {
  return new EventFailure('UnknownError', `The bundle was refused: ${why}. Nothing of it was unpacked.`);
}

/** Enough of a stranger's path to find it by. */
const SHOWN_CHARACTERS = 200;

function named(path: string): string {
  return JSON.stringify(path.length > SHOWN_CHARACTERS ? `${path.slice(0, SHOWN_CHARACTERS)}…` : path);
}

/** Without dots and doubled slashes. */
function pathWithin(path: string, entry: string): string {
  if (path.startsWith('/')) throw refused(`${named(entry)} is not within its folder`);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refused(`${named(entry)} is not within its folder`);
  const isTooLong =
    Buffer.byteLength(path) > LONGEST_PATH || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME);
  if (isTooLong) throw refused(`the path ${named(entry)} is too long`);
  if (path.includes('\0')) throw refused(`the path ${named(entry)} has the character NUL in it`);
  return parts.join('/');
}

function knownOf(entry: ArchiveEntry, known: ReadonlyMap<string, Known>, limits: ArchiveLimits): Known {
  switch (entry.type) {
    case 'directory':
      return { type: 'directory' };
    case 'file':
      if (entry.bytes > limits.entryBytes) {
        throw refused(`${named(entry.path)} is larger than ${limits.entryBytes} bytes`);
      }
      return { type: 'file', bytes: entry.bytes };
    case 'symbolic-link': {
      const target = entry.target ?? '';
      const isUsable = target !== '' && !target.includes('\0') && Buffer.byteLength(target) <= LONGEST_PATH;
      if (!isUsable) throw refused(`the link ${named(entry.path)} leads nowhere`);
      return { type: 'symbolic-link', target };
    }
    case 'hard-link': {
      const file = known.get(pathWithin(entry.target ?? '', entry.path));
      if (file?.type === 'file') return file;
      throw refused(`${named(entry.path)} is a hard link to no file before it in the bundle`);
    }
    case 'special':
      throw refused(`${named(entry.path)} is neither a file, a folder nor a link`);
    default:
      return entry.type satisfies never;
  }
}

/** Later files replace earlier ones, as tar appends them. Nothing else may stand in the place of another, least of all behind a link. */
function place(path: string, next: Known, known: Map<string, Known>): void {
  const parts = path === '' ? [] : path.split('/');
  for (let depth = 0; depth < parts.length; depth += 1) {
    const above = parts.slice(0, depth).join('/');
    const type = known.get(above)?.type ?? 'directory';
    if (type !== 'directory') throw refused(`${named(path)} lies behind the ${wordOf(type)} ${named(above)}`);
    known.set(above, { type: 'directory' });
  }
  const before = known.get(path)?.type ?? (path === '' ? 'directory' : next.type);
  if (before !== next.type || (next.type === 'symbolic-link' && known.has(path))) {
    throw refused(`${named(path)} is in it as a ${wordOf(before)} and as a ${wordOf(next.type)}`);
  }
  known.set(path, next);
}

function wordOf(type: Known['type']): string {
  return type === 'symbolic-link' ? 'link' : type;
}

/** Other agents lift such a folder from every source: GitHub puts one around each commit. */
function liftedFolder(known: ReadonlyMap<string, Known>): string | undefined {
  const top = [...known.keys()].filter((path) => path !== '' && !path.includes('/'));
  const [only] = top;
  if (only === undefined || top.length > 1 || known.get(only)?.type !== 'directory') return undefined;
  const holdsAppSpec = [...known.keys()].some((path) => {
    const [first, name, ...deeper] = path.split('/');
    return first === only && deeper.length === 0 && name?.toLowerCase().includes('appspec') === true;
  });
  return holdsAppSpec ? only : undefined;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

/** Follows a link as the system would, through other links of the bundle too. What it leads to need not be there. */
function checkLink(link: string, known: ReadonlyMap<string, Known>, lifted: string | undefined): void {
  const floor = lifted === undefined ? 0 : 1;
  const at: string[] = [];
  const ahead = link.split('/').reverse();
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.length <= floor) throw refused(`the link ${named(link)} leads out of it`);
      at.pop();
      continue;
    }
    const here = known.get([...at, part].join('/'));
    if (here?.type !== 'symbolic-link') {
      at.push(part);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw refused(`the link ${named(link)} leads in a circle`);
    if (here.target.startsWith('/')) throw refused(`the link ${named(link)} leads out of it`);
    ahead.push(...here.target.split('/').reverse());
  }
}
