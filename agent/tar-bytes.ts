import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * The bytes of a tar, compressed by gzip or not. It is decompressed here and not by its parser, so that whoever reads can count. Rejects
 * where that does not work out.
 */
export async function* tarBytes(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const ignore = (): void => undefined;
  const chunks = isGzip(await beginningOf(path)) ? pipeline(file, createGunzip(), ignore) : file;
  try {
    let beginning: Buffer | undefined = Buffer.alloc(0);
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      if (beginning === undefined) {
        yield chunk;
        continue;
      }
      beginning = Buffer.concat([beginning, chunk]);
      if (beginning.length < GZIP.length) continue;
      if (isGzip(beginning)) throw new Error('it is compressed twice');
      yield beginning;
      beginning = undefined;
    }
  } finally {
    file.destroy();
  }
}

/** How everything begins that gzip has written. */
const GZIP = Buffer.from([0x1f, 0x8b]);

function isGzip(bytes: Buffer): boolean {
  return bytes.subarray(0, GZIP.length).equals(GZIP);
}

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP.length));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
