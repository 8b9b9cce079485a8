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
  /** Folders included, whether the archive names them or only what is in them. */
  readonly entries: number;
  /** Of their paths and of where links lead, together: they are kept in memory. */
  readonly pathCharacters: number;
  readonly entryBytes: number;
  readonly totalBytes: number;
}

/** A release with all that it depends on has some ten thousand files; each costs the disk an inode. */
const MOST_ENTRIES = 200_000;
/** Three times what that many paths of 100 characters have. */
const MOST_PATH_CHARACTERS = 64 * 1024 ** 2;
/** Above any program, below what fills a usual disk at once. */
const MOST_ENTRY_BYTES = 4 * 1024 ** 3;
const MOST_TOTAL_BYTES = 8 * 1024 ** 3;

export const ARCHIVE_LIMITS: ArchiveLimits = {
  entries: MOST_ENTRIES,
  pathCharacters: MOST_PATH_CHARACTERS,
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
  const known = new Map<string, Known>([['', { type: 'directory' }]]);
  let entries = 0;
  let pathCharacters = 0;
  let totalBytes = 0;
  const add = (path: string, next: Known): void => {
    pathCharacters += path.length + (next.type === 'symbolic-link' ? next.target.length : 0);
    if (pathCharacters > limits.pathCharacters) {
      throw refused(`its paths have more than ${limits.pathCharacters} characters together`);
    }
    known.set(path, next);
    if (known.size > limits.entries + 1)
      throw refused(`it has more than ${limits.entries} files and folders`);
  };
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
      place(path, next, known, add);
      return path;
    },
    finish: () => {
      const lifted = liftedFolder(known);
      const work: Work = { done: 0 };
      for (const [path, { type }] of known) {
        if (type === 'symbolic-link') checkLink(path, known, lifted, work);
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

type Add = (path: string, next: Known) => void;

/** Later files replace earlier ones, as tar appends them. Nothing else may stand in the place of another, least of all behind a link. */
function place(path: string, next: Known, known: ReadonlyMap<string, Known>, add: Add): void {
  placeFolder(folderOf(path), path, known, add);
  const before = known.get(path)?.type ?? next.type;
  if (before !== next.type || (next.type === 'symbolic-link' && known.has(path))) {
    throw refused(`${named(path)} is in it as a ${wordOf(before)} and as a ${wordOf(next.type)}`);
  }
  add(path, next);
}

/** From the inside out, because what a folder lies in that is known is known too. */
function placeFolder(path: string, inside: string, known: ReadonlyMap<string, Known>, add: Add): void {
  const type = known.get(path)?.type;
  if (type === 'directory') return;
  if (type !== undefined) throw refused(`${named(inside)} lies behind the ${wordOf(type)} ${named(path)}`);
  placeFolder(folderOf(path), inside, known, add);
  add(path, { type: 'directory' });
}

/** Empty for the outermost. */
function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
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
    const [first, name, deeper] = path.split('/', 3);
    return first === only && deeper === undefined && name?.toLowerCase().includes('appspec') === true;
  });
  return holdsAppSpec ? only : undefined;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

/** What following the links of a bundle has come to: the folders that were gone through, counted again with each that lies in them. */
interface Work {
  done: number;
}

/** A second or two, in which the agent does nothing else; eight times what the 50,000 links of a large node_modules come to. */
const MOST_WORK = 20_000_000;

/** Follows a link as the system would, through other links of the bundle too. What it leads to need not be there. */
function checkLink(
  link: string,
  known: ReadonlyMap<string, Known>,
  lifted: string | undefined,
  work: Work,
): void {
  const floor = lifted === undefined ? 0 : 1;
  const at: string[] = [];
  const ahead = link.split('/').reverse();
  let links = 0;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    work.done += 1 + at.length;
    if (work.done > MOST_WORK) throw refused('its links lead too far to be followed');
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
