import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkDiskSpace } from '../../agent/disk-space.ts';
import type { FreeSpace } from '../../agent/disk-space.ts';
import type { Instruction } from '../../agent/install-instructions.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BLOCK = 4096;
let disk = '';
let instructions: readonly Instruction[] = [];

/** Copies three files of a byte each into a folder that is new. */
beforeEach(() => {
  disk = temporaryFolder();
  const names = ['a', 'b', 'c'];
  for (const name of names) writeFileSync(join(disk, name), 'x');
  instructions = [
    { type: 'mkdir', directory: join(disk, 'app') },
    ...names.map((name) => {
      const [source, destination] = [join(disk, name), join(disk, 'app', name)];
      return { type: 'copy' as const, source, destination, replaces: false };
    }),
  ];
});

const having =
  (free: {
    readonly blocks?: number;
    readonly bsize?: number;
    readonly inodes?: number;
    readonly files?: number;
  }): FreeSpace =>
  async () =>
    await Promise.resolve({
      bsize: free.bsize ?? BLOCK,
      bavail: free.blocks ?? 1000,
      files: free.files ?? 1000,
      ffree: free.inodes ?? 1000,
    });

const nothing = { removals: [], contexts: [], folders: new Set<string>() };

/** As an install before has left it: one file, alone on the disk or not. */
function previous(hasOtherName = false) {
  mkdirSync(join(disk, 'old'));
  const path = join(disk, 'old/file');
  writeFileSync(path, 'x'.repeat(BLOCK));
  if (hasOtherName) linkSync(path, join(disk, 'elsewhere'));
  return { ...nothing, removals: [{ path, type: 'file' as const }] };
}

describe('the room for an install', () => {
  it('is counted in blocks: a file of a byte takes a whole one, and so does a folder', async () => {
    await checkDiskSpace(instructions, nothing, having({ blocks: 4 }));
    await expect(checkDiskSpace(instructions, nothing, having({ blocks: 3 }))).rejects.toThrow(
      `it needs ${4 * BLOCK} bytes more on the disk of ${disk}, which has ${3 * BLOCK} left`,
    );
  });

  it('is not counted in what a disk of the network sends at once, or ZFS keeps in a record', async () => {
    await checkDiskSpace(instructions, nothing, having({ blocks: 1, bsize: 4 * BLOCK }));
    await expect(
      checkDiskSpace(instructions, nothing, having({ blocks: 0, bsize: 4 * BLOCK })),
    ).rejects.toThrow(`it needs ${4 * BLOCK} bytes more`);
  });

  it('is counted in inodes too, where the disk has a number of them', async () => {
    await checkDiskSpace(instructions, nothing, having({ inodes: 4 }));
    await expect(checkDiskSpace(instructions, nothing, having({ inodes: 3 }))).rejects.toThrow(
      'it needs 4 inodes more',
    );
    await checkDiskSpace(instructions, nothing, having({ inodes: 0, files: 0 }));
  });

  it('has in it what the install before gives back, unless that has another name', async () => {
    await checkDiskSpace(instructions, previous(), having({ blocks: 3, inodes: 3 }));
    disk = temporaryFolder();
    await expect(checkDiskSpace(instructions, previous(true), having({ blocks: 3 }))).rejects.toThrow(
      'it needs',
    );
  });

  it('needs none for a folder that is there, nor for a file whose place it takes', async () => {
    mkdirSync(join(disk, 'app'));
    writeFileSync(join(disk, 'app/a'), 'x');
    await checkDiskSpace(instructions, nothing, having({ blocks: 2, inodes: 2 }));
    await expect(checkDiskSpace(instructions, nothing, having({ blocks: 1 }))).rejects.toThrow('it needs');
  });

  it('has what the install before gives back only once, where a file takes the place of that', async () => {
    const before = previous();
    const [source, destination] = [join(disk, 'a'), join(disk, 'old/file')];
    const all = [...instructions, { type: 'copy', source, destination, replaces: true } as const];
    await checkDiskSpace(all, before, having({ blocks: 4, inodes: 4 }));
    await expect(checkDiskSpace(all, before, having({ blocks: 3 }))).rejects.toThrow('it needs');
  });
});
