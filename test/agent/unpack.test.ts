import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ArchiveLimits } from '../../agent/archive-entries.ts';
import { EventFailure } from '../../agent/event-failure.ts';
import type { ArchiveFormat } from '../../agent/read-archive.ts';
import { unpack } from '../../agent/unpack.ts';
import { type GivenEntry, tarOf, tgzOf, zipOf } from '../support/archives.ts';
import { snapshot, temporaryFolder } from '../support/temporary-folder.ts';

const packed = { tar: tarOf, tgz: tgzOf, zip: zipOf };

/** Unpacks into `revision` of a folder that has an older revision and a neighbour, and answers with all that is there then. */
async function unpacked(format: ArchiveFormat, bytes: Buffer, limits?: ArchiveLimits) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'revision'));
  writeFileSync(join(folder, 'revision', 'old'), 'old');
  writeFileSync(join(folder, 'neighbour'), 'mine');
  const archive = join(temporaryFolder(), 'bundle.tar');
  writeFileSync(archive, bytes);
  const order = { archive, format, folder: join(folder, 'revision'), ...(limits && { limits }) };
  const failure = await unpack(order).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, found: snapshot(folder), folder };
}

const untouched = { neighbour: '644 mine', revision: 'folder 755', 'revision/old': '644 old' };

const release: readonly GivenEntry[] = [
  { path: './', type: 'Directory', mode: 0o755 },
  { path: './appspec.yml', content: 'version: 0.0' },
  { path: 'scripts/', type: 'Directory', mode: 0o755 },
  { path: 'scripts/start.sh', content: '#!/bin/sh', mode: 0o755 },
  { path: 'web/deep/page.html', content: 'hello', mode: 0o600 },
  { path: 'web/link', type: 'SymbolicLink', target: 'deep/../deep/page.html' },
  { path: 'empty', content: '' },
];

describe('unpacking a bundle', () => {
  it.each(['tar', 'tgz', 'zip'] as const)('keeps the files, modes and links of a %s', async (format) => {
    const entries = format === 'zip' ? release.slice(1) : release;
    const { failure, found } = await unpacked(format, packed[format](entries));
    expect(failure).toBeUndefined();
    expect(found).toEqual({
      neighbour: '644 mine',
      revision: 'folder 755',
      'revision/appspec.yml': '644 version: 0.0',
      'revision/empty': '644 ',
      'revision/scripts': 'folder 755',
      'revision/scripts/start.sh': '755 #!/bin/sh',
      'revision/web': 'folder 755',
      'revision/web/deep': 'folder 755',
      'revision/web/deep/page.html': '600 hello',
      'revision/web/link': '-> deep/../deep/page.html',
    });
  });

  it('keeps the times of files', async () => {
    const { folder } = await unpacked('tar', tarOf(release));
    expect(statSync(join(folder, 'revision/appspec.yml')).mtime).toEqual(new Date('2026-03-04T05:06:08Z'));
  });

  it('reads a tar that is compressed though it is not called so, as GitHub sends it', async () => {
    const { found } = await unpacked('tar', tgzOf(release));
    expect(found['revision/empty']).toBe('644 ');
  });

  it('takes a hard link for another file with the same content', async () => {
    const entries: GivenEntry[] = [
      { path: 'a', content: 'same', mode: 0o700 },
      { path: 'b', type: 'Link', target: 'a' },
    ];
    expect((await unpacked('tar', tarOf(entries))).found['revision/b']).toBe('700 same');
  });

  it('lets later entries replace earlier ones of a tar', async () => {
    const entries = [
      { path: 'a', content: 'first' },
      { path: 'a', content: 'second' },
    ];
    expect((await unpacked('tar', tarOf(entries))).found['revision/a']).toBe('644 second');
  });

  it('drops the bits that let a file run as its owner', async () => {
    const entries = [{ path: 'a', content: 'x', mode: 0o4755 }];
    expect((await unpacked('tar', tarOf(entries))).found['revision/a']).toBe('755 x');
  });

  it('lifts the only folder when it holds the AppSpec', async () => {
    const entries = [
      { path: 'repo-1234/AppSpec.yaml', content: 'x' },
      { path: 'repo-1234/b', content: 'y' },
    ];
    const { found } = await unpacked('zip', zipOf(entries));
    expect(found).toEqual({
      neighbour: '644 mine',
      revision: 'folder 755',
      'revision/AppSpec.yaml': '644 x',
      'revision/b': '644 y',
    });
  });

  it.each([
    ['without an AppSpec in it', [{ path: 'top/b' }]],
    ['beside a file', [{ path: 'top/appspec.yml' }, { path: 'b' }]],
    ['with the AppSpec deeper', [{ path: 'top/deep/appspec.yml' }]],
  ])('leaves a folder %s where it is', async (_, entries) => {
    expect((await unpacked('tar', tarOf(entries))).found['revision/top']).toBe('folder 755');
  });
});

const limits: ArchiveLimits = { entries: 5, pathCharacters: 300, entryBytes: 100, totalBytes: 150 };

const hostile: readonly (readonly [string, string, readonly GivenEntry[]])[] = [
  ['climbs out', 'not within its folder', [{ path: 'a/../../neighbour', content: 'yours' }]],
  ['is absolute', 'not within its folder', [{ path: '/tmp/yours', content: 'yours' }]],
  [
    'leads to a file of the host',
    'leads out of it',
    [{ path: 'a', type: 'SymbolicLink', target: '/etc/passwd' }],
  ],
  ['leads up', 'leads out of it', [{ path: 'a/b', type: 'SymbolicLink', target: '../../neighbour' }]],
  [
    'leads up through another link',
    'leads out of it',
    [
      { path: 'a/here', type: 'SymbolicLink', target: '.' },
      { path: 'b', type: 'SymbolicLink', target: 'a/here/../..' },
    ],
  ],
  [
    'leads up once its folder is lifted',
    'leads out of it',
    [
      { path: 'top/appspec.yml', content: '' },
      { path: 'top/a', type: 'SymbolicLink', target: '../other' },
    ],
  ],
  [
    'writes through a link',
    'lies behind the link',
    [
      { path: 'a', type: 'SymbolicLink', target: 'b' },
      { path: 'a/yours', content: 'yours' },
    ],
  ],
  [
    'turns a folder into a link',
    'as a directory and as a link',
    [
      { path: 'a/b', content: '' },
      { path: 'a', type: 'SymbolicLink', target: '..' },
    ],
  ],
  [
    'writes over a link',
    'as a link and as a file',
    [
      { path: 'a', type: 'SymbolicLink', target: 'b' },
      { path: 'a', content: 'yours' },
    ],
  ],
  [
    'leads in a circle',
    'in a circle',
    [
      { path: 'a', type: 'SymbolicLink', target: 'b' },
      { path: 'b', type: 'SymbolicLink', target: 'a' },
    ],
  ],
  ['is a device', 'neither a file, a folder nor a link', [{ path: 'null', type: 'CharacterDevice' }]],
  ['is a pipe', 'neither a file, a folder nor a link', [{ path: 'pipe', type: 'FIFO' }]],
  ['has too many entries', 'more than 5 entries', 'abcdef'.split('').map((path) => ({ path }))],
  ['has too many folders that it only implies', 'more than 5 files and folders', [{ path: 'a/b/c/d/e/f' }]],
  [
    'has long paths',
    'more than 300 characters together',
    ['a', 'b'].map((path) => ({ path: `${path}/${'x'.repeat(90)}/${'y'.repeat(90)}` })),
  ],
  [
    'has links that lead along long paths',
    'more than 300 characters together',
    'abcd'.split('').map((path) => ({ path, type: 'SymbolicLink', target: 'x'.repeat(90) })),
  ],
  ['has a large file', 'larger than 100 bytes', [{ path: 'a', content: 'x'.repeat(101) }]],
  [
    'is large as a whole',
    'larger than 150 bytes together',
    ['a', 'b'].map((path) => ({ path, content: 'x'.repeat(80) })),
  ],
];

describe('a hostile bundle', () => {
  it.each(
    hostile.flatMap(([what, words, entries]) =>
      (['tgz', 'zip'] as const).map((format) => [format, what, words, entries] as const),
    ),
  )('as a %s is refused when it %s', async (format, what, words, entries) => {
    const { failure, found } = await unpacked(format, packed[format](entries), limits);
    expect(failure).toBeInstanceOf(EventFailure);
    const isSeenByTheReader = format === 'zip' && ['climbs out', 'is absolute'].includes(what);
    if (!isSeenByTheReader) expect((failure as Error).message).toContain(words);
    expect(found).toEqual(untouched);
  });

  it.each([
    ['a hard link to a file of the host', [{ path: 'a', type: 'Link', target: '/etc/passwd' }]],
    ['a hard link that climbs', [{ path: 'a', type: 'Link', target: '../neighbour' }]],
    ['a hard link to what is not there', [{ path: 'a', type: 'Link', target: 'b' }]],
    [
      'a hard link to a link',
      [
        { path: 'l', type: 'SymbolicLink', target: 'x' },
        { path: 'a', type: 'Link', target: 'l' },
      ],
    ],
    [
      'hard links that multiply a file',
      [
        { path: 'a', content: 'x'.repeat(90) },
        { path: 'b', type: 'Link', target: 'a' },
      ],
    ],
    ['a link in place of its folder', [{ path: '.', type: 'SymbolicLink', target: 'x' }]],
    ['a sparse file as pax has it', [{ path: './GNUSparseFile.2055/a', content: 'x' }]],
    ['a sparse file', [{ path: 'a', type: 'SparseFile', content: 'x' }]],
    ['a file that ends too early', [{ path: 'a', content: 'x', bytes: 4000 }]],
  ] as const)('is refused with %s', async (_, entries) => {
    const large = { ...limits, entryBytes: 10_000, totalBytes: 10_000 };
    const isLarge = entries.some((entry) => 'bytes' in entry);
    const { failure, found } = await unpacked('tar', tarOf(entries), isLarge ? large : limits);
    expect(failure).toBeInstanceOf(EventFailure);
    expect(found).toEqual(untouched);
  });

  it.each([
    ['less than it has', 3],
    ['more than it has', 50],
  ])('is refused as a zip that claims %s', async (_, bytes) => {
    const { failure, found } = await unpacked('zip', zipOf([{ path: 'a', content: 'x'.repeat(10), bytes }]));
    expect(failure).toBeInstanceOf(EventFailure);
    expect(found).toEqual(untouched);
  });

  it.each([
    ['tar', Buffer.from('no archive at all')],
    ['tgz', tgzOf(release).subarray(0, 100)],
    ['zip', Buffer.from('no archive at all')],
    ['zip', zipOf(release.slice(1)).subarray(0, 200)],
  ] as const)('is refused as a %s that is none', async (format, bytes) => {
    const { failure, found } = await unpacked(format, bytes);
    expect((failure as Error).message).toContain(`cannot be unpacked as ${format}`);
    expect(failure).toBeInstanceOf(EventFailure);
    expect(found).toEqual(untouched);
  });

  it.each([
    ['tar', zipOf(release.slice(1)), 'it looks like a zip. If it is one, deploy it with bundleType=zip'],
    ['tgz', zipOf(release.slice(1)), 'it looks like a zip. If it is one, deploy it with bundleType=zip'],
    ['zip', tgzOf(release), 'it looks like a gzip. If it is a tar in one, deploy it with bundleType=tgz'],
  ] as const)('that is no %s says what it looks like', async (format, bytes, words) => {
    const { failure, found } = await unpacked(format, bytes);
    expect((failure as Error).message).toBe(`The bundle cannot be unpacked as ${format}: ${words}.`);
    expect(found).toEqual(untouched);
  });

  it.each([
    [
      'goes on after its end',
      [tarOf([{ path: 'a', content: 'a' }]), Buffer.alloc(17 * 1024 ** 2)],
      'it goes on after its end',
    ],
    ['is compressed twice', [gzipSync(tarOf(release))], 'it is compressed twice'],
    [
      'has more beside its files than their names can take',
      [tarOf([{ path: 'x', type: 'ExtendedHeader', content: `120000 comment=${'x'.repeat(119_984)}\n` }])],
      'bytes, unpacked',
    ],
  ])('is refused as a tgz that %s', async (_, parts, words) => {
    const { failure, found } = await unpacked('tgz', gzipSync(Buffer.concat(parts)), limits);
    expect((failure as Error).message).toContain(words);
    expect(failure).toBeInstanceOf(EventFailure);
    expect(found).toEqual(untouched);
  });
});
