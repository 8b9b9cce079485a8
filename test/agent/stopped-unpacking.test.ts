import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { EventFailure } from '../../agent/event-failure.ts';
import { unpack } from '../../agent/unpack.ts';
import { tgzOf, zipOf } from '../support/archives.ts';
import { snapshot, temporaryFolder } from '../support/temporary-folder.ts';

const packed = { tgz: tgzOf, zip: zipOf };
/** The last is larger than any piece in which it is read. */
const bundle = [{ path: 'a' }, { path: 'large', content: randomBytes(2 ** 19).toString('hex') }];
const stopped = new EventFailure('UnknownError', 'stopped');

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** When the service stops it, and what is unpacked by then. */
const moments: readonly (readonly [string, (unpacking: string) => boolean, readonly string[]])[] = [
  ['before it begins', () => true, []],
  ['between two files', (unpacking) => existsSync(join(unpacking, 'a')), ['a']],
  ['in the middle of a file', (unpacking) => bytesOf(join(unpacking, 'large')) > 0, ['a', 'large']],
];

it.each((['tgz', 'zip'] as const).flatMap((format) => moments.map((moment) => [format, ...moment] as const)))(
  'Unpacking a %s that is stopped %s ends there',
  async (format, _, isReached, names) => {
    const folder = join(temporaryFolder(), 'revision');
    mkdirSync(folder);
    writeFileSync(join(folder, 'old'), 'old');
    const archive = join(temporaryFolder(), 'bundle');
    writeFileSync(archive, packed[format](bundle));
    const unpacking = `${folder}.unpacking`;
    const stopping = new AbortController();
    const { signal } = stopping;
    const ask = signal.throwIfAborted.bind(signal);
    let found: readonly string[] | undefined;
    vi.spyOn(signal, 'throwIfAborted').mockImplementation(() => {
      if (found === undefined && isReached(unpacking)) {
        found = existsSync(unpacking) ? readdirSync(unpacking) : [];
        stopping.abort(stopped);
      }
      ask();
    });
    await expect(unpack({ archive, format, folder, signal })).rejects.toBe(stopped);
    expect([found, snapshot(join(folder, '..'))]).toEqual([
      names,
      { revision: 'folder 755', 'revision/old': '644 old' },
    ]);
  },
);
