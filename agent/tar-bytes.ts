import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { archiveBeginning, archiveKindOf } from './archive-beginning.ts';

/** By which it is told whether it is compressed once more. */
const LEAST_BYTES = 2;

/**
 * The bytes of a tar, compressed by gzip or not. It is decompressed here and not by its parser, so that whoever reads can count. Rejects
 * where that does not work out.
 */
export async function* tarBytes(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path);
  const ignore = (): void => undefined;
  const chunks =
    archiveKindOf(await archiveBeginning(path)) === 'gzip' ? pipeline(file, createGunzip(), ignore) : file;
  try {
    let beginning: Buffer | undefined = Buffer.alloc(0);
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      if (beginning === undefined) {
        yield chunk;
        continue;
      }
      beginning = Buffer.concat([beginning, chunk]);
      if (beginning.length < LEAST_BYTES) continue;
      if (archiveKindOf(beginning) === 'gzip') throw new Error('it is compressed twice');
      yield beginning;
      beginning = undefined;
    }
  } finally {
    file.destroy();
  }
}
