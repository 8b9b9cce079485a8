/** A file of which parts can be read. */
export interface Parts {
  readonly size: number;
  readonly read: (from: number, bytes: number) => Promise<Uint8Array>;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
/** The comment behind the end has a length of 16 bits. */
const LONGEST_COMMENT_BYTES = 65_535;

const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;

/** Of some 100,000 files. */
const MOST_DIRECTORY_BYTES = 8 * 1024 * 1024;

/**
 * The paths of the entries of a zip archive, by its directory at the end: two small reads, however large it is. Throws
 * where it is none, or a larger one than a directory of 32 bits can tell.
 */
export async function* zipPaths({ size, read }: Parts): AsyncGenerator<string> {
  if (size < END_BYTES) throw new Error('it is no zip archive');
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT_BYTES);
  const tail = viewOf(await read(size - tailBytes, tailBytes));
  const end = endIn(tail);
  const bytes = tail.getUint32(end + 12, true);
  const from = tail.getUint32(end + 16, true);
  if (bytes > MOST_DIRECTORY_BYTES || from + bytes > size) {
    throw new Error('the directory of the zip archive is too large to be read');
  }
  if (bytes === 0) return;
  const directory = viewOf(await read(from, bytes));
  for (let at = 0; at + ENTRY_BYTES <= directory.byteLength;) {
    if (directory.getUint32(at, true) !== ENTRY_SIGNATURE)
      throw new Error('an entry of the zip archive is none');
    const nameBytes = directory.getUint16(at + 28, true);
    yield new TextDecoder().decode(subView(directory, at + ENTRY_BYTES, nameBytes));
    at += ENTRY_BYTES + nameBytes + directory.getUint16(at + 30, true) + directory.getUint16(at + 32, true);
  }
}

/** Where the record of the end is: the last one whose comment reaches just to the end of the file. */
function endIn(tail: DataView): number {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    const isEnd = tail.getUint32(at, true) === END_SIGNATURE;
    if (isEnd && at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  throw new Error('it is no zip archive');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function subView({ buffer, byteOffset }: DataView, from: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset + from, bytes);
}
