import { lstat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Instruction } from './install-instructions.ts';
import { refused } from './install-plan.ts';
import type { PreviousInstall } from './previous-install.ts';

/**
 * Throws EventFailure where a disk has no room for what will be copied to it, with what goes counted as free: found out later, it would
 * leave the host with half of a release.
 */
export async function checkDiskSpace(
  instructions: readonly Instruction[],
  previous: PreviousInstall,
): Promise<void> {
  const disks = new Map<number, { readonly path: string; bytes: number }>();
  const count = async (path: string, bytes: number) => {
    const folder = await existingFolder(dirname(path));
    const { dev } = await lstat(folder);
    const disk = disks.get(dev) ?? { path: folder, bytes: 0 };
    disks.set(dev, disk);
    disk.bytes += bytes;
  };
  for (const instruction of instructions) {
    if (instruction.type !== 'copy') continue;
    await count(instruction.destination, (await lstat(instruction.source)).size);
  }
  for (const { path, type } of previous.removals) {
    if (type === 'file') await count(path, -(await lstat(path)).blocks * BLOCK_BYTES);
  }
  for (const { path, bytes } of disks.values()) {
    const { bavail, bsize } = await statfs(path);
    if (bytes > bavail * bsize) {
      throw refused(`it needs ${bytes} bytes more on the disk of ${path}, which has ${bavail * bsize} left`);
    }
  }
}

/** Of those that `stat` counts, whatever the disk has. */
const BLOCK_BYTES = 512;

async function existingFolder(path: string): Promise<string> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isDirectory() === true || path === '/' ? path : await existingFolder(dirname(path));
}
