import { readFile } from 'node:fs/promises';

/** The paths at which something is mounted, without links on the way: what is there is not what the disk has there. */
export type ReadMountPoints = () => Promise<ReadonlySet<string>>;

export const readMountPoints: ReadMountPoints = async () =>
  mountPointsIn(await readFile('/proc/self/mountinfo', 'utf8'));

/** Of each line the fifth word, in which Linux writes what would end it, and the backslash, as octal numbers. */
export function mountPointsIn(mountInfo: string): ReadonlySet<string> {
  const words = mountInfo.split('\n').flatMap((line) => line.split(' ', 5).slice(4));
  const inPlain = (word: string) =>
    word.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return new Set(words.map(inPlain));
}
