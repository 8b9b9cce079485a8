import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { Header } from 'tar';

/** An entry as a stranger may write it: nothing is checked. */
export interface GivenEntry {
  readonly path: string;
  readonly type?:
    | 'File'
    | 'Directory'
    | 'SymbolicLink'
    | 'Link'
    | 'CharacterDevice'
    | 'FIFO'
    | 'SparseFile'
    | 'ExtendedHeader';
  readonly content?: string;
  readonly target?: string;
  readonly mode?: number;
  /** What the archive claims, where that is not so. */
  readonly bytes?: number;
}

const MODIFIED_AT = new Date('2026-03-04T05:06:08Z');
const BLOCK = 512;

export function tarOf(entries: readonly GivenEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const header = new Header({
      path: entry.path,
      type: entry.type ?? 'File',
      mode: entry.mode ?? 0o644,
      size: entry.bytes ?? content.length,
      mtime: MODIFIED_AT,
      ...(entry.target !== undefined && { linkpath: entry.target }),
    });
    const block = Buffer.alloc(BLOCK);
    header.encode(block);
    return [block, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

export function tgzOf(entries: readonly GivenEntry[]): Buffer {
  return gzipSync(tarOf(entries));
}

const ZIP_MODES = {
  File: 0o100000,
  Directory: 0o040000,
  SymbolicLink: 0o120000,
  Link: 0o100000,
  CharacterDevice: 0o020000,
  FIFO: 0o010000,
  SparseFile: 0o100000,
  ExtendedHeader: 0o100000,
} as const;

export function zipOf(entries: readonly GivenEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path);
    const content = Buffer.from(entry.target ?? entry.content ?? '');
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(0x5c64_28c4, 6);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.bytes ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, packed]);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 'latin1');
    central.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(((ZIP_MODES[entry.type ?? 'File'] | (entry.mode ?? 0o644)) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    centrals.push(central, name);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
