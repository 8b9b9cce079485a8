import { describe, expect, it } from 'vitest';
import { appSpecFilename } from '../../../core/appspec/appspec-filename.ts';
import { tarPaths } from '../../../core/appspec/tar-paths.ts';
import { zipPaths } from '../../../core/appspec/zip-paths.ts';
import { tarOf, zipOf } from '../../support/archives.ts';

const paths = ['web/', './web/page.html', 'appspec.yaml', 'é/ü.txt', `${'long/'.repeat(40)}name`];
const entries = paths.map((path) => ({ path, content: 'x'.repeat(path.length * 20) }));

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(found: AsyncIterable<string>): Promise<readonly string[]> {
  const list: string[] = [];
  for await (const path of found) list.push(path);
  return list;
}

describe('the paths in a tar archive', () => {
  it.each([1, 7, 511, 512, 513, 100_000])('are read in order, in chunks of %d bytes', async (size) => {
    const short = entries.filter(({ path }) => path.length < 100 && /^[ -~]*$/.test(path));
    const found = await all(tarPaths(inChunks(tarOf(short), size)));
    expect(found).toEqual(short.map(({ path }) => path));
  });

  it('are those of entries, not of what is said about them', async () => {
    const about = { path: 'PaxHeader/web', content: '18 path=a longer\n' };
    const tar = tarOf([about, { path: 'web/page.html' }]);
    tar[156] = 'x'.charCodeAt(0);
    expect(await all(tarPaths(inChunks(tar, 512)))).toEqual(['web/page.html']);
  });

  it('are not made up where it is none', async () => {
    await expect(all(tarPaths(inChunks(Buffer.from('no archive '.repeat(100)), 512)))).rejects.toThrow(
      'size',
    );
    expect(await all(tarPaths(inChunks(Buffer.alloc(0), 512)))).toEqual([]);
  });
});

describe('the paths in a zip archive', () => {
  /** With what was read of it. */
  const opened = (bytes: Uint8Array) => {
    const read: (readonly [number, number])[] = [];
    const parts = {
      size: bytes.length,
      read: async (from: number, count: number) => {
        read.push([from, count]);
        // As S3 gives it: in a buffer that holds more.
        return Buffer.concat([Buffer.from('before'), bytes.subarray(from, from + count)]).subarray(6);
      },
    };
    return { parts, read };
  };

  it('are read from its directory at the end, however large it is', async () => {
    const large = [
      {
        path: 'large',
        content: Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) % 251)).toString('latin1'),
      },
    ];
    const bytes = zipOf([...large, ...entries]);
    const { parts, read } = opened(bytes);
    expect(await all(zipPaths(parts))).toEqual(['large', ...paths]);
    expect(read).toHaveLength(2);
  });

  it('are found before a comment, also one that looks like an end', async () => {
    const zip = zipOf(entries);
    const comment = Buffer.from('PK\x05\x06 is how an end begins, but this is none of it', 'latin1');
    zip.writeUInt16LE(comment.length, zip.length - 2);
    expect(await all(zipPaths(opened(Buffer.concat([zip, comment])).parts))).toEqual(paths);
    expect(await all(zipPaths(opened(zipOf([])).parts))).toEqual([]);
  });

  it('are not made up where it is none, is cut off, or tells its sizes in 64 bits', async () => {
    const zip = zipOf(entries);
    await expect(all(zipPaths(opened(Buffer.alloc(5)).parts))).rejects.toThrow('no zip archive');
    await expect(all(zipPaths(opened(Buffer.alloc(5000)).parts))).rejects.toThrow('no zip archive');
    await expect(all(zipPaths(opened(zip.subarray(0, -1)).parts))).rejects.toThrow('no zip archive');
    await expect(all(zipPaths(opened(zip.subarray(10)).parts))).rejects.toThrow();
    zip.writeUInt32LE(0xffff_ffff, zip.length - 6);
    await expect(all(zipPaths(opened(zip).parts))).rejects.toThrow('too large');
  });
});

describe('the name of the AppSpec of a bundle', () => {
  it.each([
    [['appspec.yml'], undefined],
    [['web/', 'web/page.html', './appspec.yaml'], 'appspec.yaml'],
    [['appspec.yaml', 'appspec.yml'], undefined],
    [['shop-c0ffee/', 'shop-c0ffee/appspec.yaml', 'shop-c0ffee/web/page.html'], 'appspec.yaml'],
    [['shop/appspec.yaml', 'shop/appspec.yml'], undefined],
    // Two folders are no folder that stands for the whole.
    [['shop/appspec.yaml', 'other/x'], undefined],
    [['shop/appspec.yaml', 'readme.txt'], undefined],
    [['web/deep/appspec.yaml'], undefined],
    [['appspec.yaml/file'], undefined],
    [[], undefined],
  ])('of %j is %s, where hosts have to be told it', async (given, expected) => {
    expect(await appSpecFilename(given)).toBe(expected);
  });

  it('is known as soon as the usual one is met', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        yield 'appspec.yml';
        throw new Error('read too far');
      } finally {
        ended = true;
      }
    }
    expect(await appSpecFilename(endless())).toBeUndefined();
    expect(ended).toBe(true);
  });
});
