import type { StatsFs } from 'node:fs';
import { lstat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskAfterCleanup } from './disk-after-cleanup.ts';
import type { Instruction } from './install-instructions.ts';
import { refused } from './install-plan.ts';
import type { PreviousInstall } from './previous-install.ts';

/** What is free on the disk of a folder, in blocks; without files where it keeps as many as fit. */
export type FreeSpace = (folder: string) => Promise<Pick<StatsFs, 'bavail' | 'bsize' | 'files' | 'ffree'>>;

interface Disk extends Awaited<ReturnType<FreeSpace>> {
  readonly folder: string;
  /** What the install takes more than it gives back. */
  bytes: number;
  inodes: number;
}

/**
 * Throws EventFailure where a disk has no room for what will be copied to it, with what goes counted as free: found out later, it would
 * leave the host with half of a release. A disk gives out whole blocks, and an inode for each file and folder.
 */
export async function checkDiskSpace(
  instructions: readonly Instruction[],
  previous: PreviousInstall,
  freeSpace: FreeSpace = statfs,
): Promise<void> {
  const disks = new Map<number, Disk>();
  const diskOf = async (path: string): Promise<Disk> => {
    const folder = await existingFolder(dirname(path));
    const { dev } = await lstat(folder);
    const disk = disks.get(dev) ?? { ...(await freeSpace(folder)), folder, bytes: 0, inodes: 0 };
    disks.set(dev, disk);
    return disk;
  };
  const take = async (path: string, size: number) => {
    const disk = await diskOf(path);
    disk.bytes += inBlocks(size, disk);
    disk.inodes += 1;
  };
  const giveBack = async (path: string) => {
    const stats = await lstat(path);
    // The file stays where it has other names.
    if (stats.nlink > 1 && !stats.isDirectory()) return;
    const disk = await diskOf(path);
    // Holes take nothing, and what was set aside beyond the end may not come back.
    disk.bytes -= Math.min(inBlocks(stats.size, disk), stats.blocks * STAT_BLOCK_BYTES);
    disk.inodes -= 1;
  };
  for (const { path } of previous.removals) await giveBack(path);
  const { kindOf } = diskAfterCleanup(previous);
  const isThere = async (path: string) => (await kindOf(path)) !== 'absent';
  for (const instruction of instructions) {
    if (instruction.type === 'mkdir' && !(await isThere(instruction.directory))) {
      await take(instruction.directory, 1);
    }
    if (instruction.type !== 'copy') continue;
    if (await isThere(instruction.destination)) await giveBack(instruction.destination);
    await take(instruction.destination, (await lstat(instruction.source)).size);
  }
  for (const disk of disks.values()) check(disk);
}

/** Of those that `stat` counts, whatever the disk has. */
const STAT_BLOCK_BYTES = 512;

/** In bytes. A larger `bsize` is what NFS sends at once, or ZFS keeps in a record: a small file does not take all of that. */
const LARGEST_BLOCK = 4096;

function inBlocks(bytes: number, { bsize }: Disk): number {
  const block = Math.min(bsize, LARGEST_BLOCK);
  return Math.ceil(bytes / block) * block;
}

function check({ folder, bytes, inodes, bavail, bsize, files, ffree }: Disk): void {
  if (bytes > bavail * bsize) {
    throw refused(`it needs ${bytes} bytes more on the disk of ${folder}, which has ${bavail * bsize} left`);
  }
  if (files > 0 && inodes > ffree) {
    throw refused(`it needs ${inodes} inodes more on the disk of ${folder}, which has ${ffree} left`);
  }
}

async function existingFolder(path: string): Promise<string> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isDirectory() === true || path === '/' ? path : await existingFolder(dirname(path));
}
