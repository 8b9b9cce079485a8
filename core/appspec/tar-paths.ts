const BLOCK_BYTES = 512;
const ASCII = new TextDecoder('latin1');

/** Entries that only say more of the next one: global and further attributes, long names and long links. */
const ABOUT_OTHERS: ReadonlySet<string> = new Set(['g', 'x', 'L', 'K']);

/**
 * The paths of the entries of a tar archive, in its order. One that is too long for its header is cut off, so that it is
 * good for its first folders. Throws where a header cannot be read.
 */
export async function* tarPaths(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const header = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  let toSkip = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length - at);
        toSkip -= skipped;
        at += skipped;
        continue;
      }
      const part = chunk.subarray(at, at + BLOCK_BYTES - filled);
      header.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < BLOCK_BYTES) break;
      filled = 0;
      // A block of zeros is the end.
      if (header[0] === 0) return;
      if (!ABOUT_OTHERS.has(text(header, 156, 1))) yield pathOf(header);
      toSkip = Math.ceil(sizeOf(header) / BLOCK_BYTES) * BLOCK_BYTES;
    }
  }
}

function pathOf(header: Uint8Array): string {
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function sizeOf(header: Uint8Array): number {
  const octal = text(header, 124, 12).trim();
  // Beyond 8 GB it is written otherwise, and no agent takes such a file.
  if (!/^[0-7]+$/.test(octal)) throw new Error('a header of the tar archive tells no size');
  return Number.parseInt(octal, 8);
}

function text(header: Uint8Array, from: number, length: number): string {
  const [value = ''] = ASCII.decode(header.subarray(from, from + length)).split('\0');
  return value;
}
