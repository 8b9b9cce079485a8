import { open } from 'node:fs/promises';

/** How everything begins that gzip has written, and every zip that holds something. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');

/** By its first bytes; undefined for all else, a tar that is not compressed included. */
export function archiveKindOf(bytes: Buffer): 'gzip' | 'zip' | undefined {
  if (bytes.subarray(0, GZIP.length).equals(GZIP)) return 'gzip';
  return bytes.subarray(0, ZIP.length).equals(ZIP) ? 'zip' : undefined;
}

/** As many bytes as it takes to tell, fewer where the file has fewer. */
export async function archiveBeginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ZIP.length));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
