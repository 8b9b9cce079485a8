import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { FileExistsBehavior, FilesEntry } from '../core/appspec/server-appspec.ts';
import type { DiskAfterCleanup } from './disk-after-cleanup.ts';
import { EventFailure } from './event-failure.ts';
import type { Instruction } from './install-instructions.ts';

/** What an install will put on the host. All paths are without links on the way. */
export interface FilePlan {
  readonly instructions: readonly Instruction[];
  /** Every path that it takes; those that RETAIN leaves as they are count as `retained`. */
  readonly planned: ReadonlyMap<string, 'file' | 'link' | 'directory' | 'retained'>;
}

export interface FilePlanOrder {
  readonly files: readonly FilesEntry[];
  readonly archive: string;
  readonly behavior: FileExistsBehavior;
  /** The agent's own: nothing is installed into it. */
  readonly rootFolder: string;
  readonly disk: DiskAfterCleanup;
  /** As `readMountPoints` answers. */
  readonly mountPoints: ReadonlySet<string>;
}

interface Planning extends FilePlanOrder {
  readonly instructions: Instruction[];
  readonly planned: Map<string, 'file' | 'link' | 'directory' | 'retained'>;
}

/** Twice what a bundle may hold: links to folders are followed, and could multiply it. */
const MOST_INSTRUCTIONS = 400_000;

/** Changes nothing. Throws EventFailure, which names the path that is in the way. */
export async function planFiles(order: FilePlanOrder): Promise<FilePlan> {
  const planning: Planning = {
    ...order,
    rootFolder: await order.disk.resolve(order.rootFolder),
    instructions: [],
    planned: new Map(),
  };
  for (const { source, destination } of order.files) {
    const path = join(order.archive, source);
    const stats = await stat(path).catch(() => undefined);
    const found = stats ?? (await lstat(path).catch(() => undefined));
    if (found === undefined) {
      throw refused(`the source ${JSON.stringify(source)} of its files is not in the revision`);
    }
    const folder = await order.disk.resolve(destination);
    await planFolder(planning, folder);
    if (found.isDirectory()) await planContents(planning, path, folder, [await realpath(path)]);
    else await planFile(planning, path, join(folder, basename(path)));
  }
  return planning;
}

export function refused(why: string): EventFailure {
  return new EventFailure(
    'UnknownError',
    `The revision was not installed: ${why}. Nothing on this host was changed.`,
  );
}

/** `trail` are the folders of the revision that lie above, by their real paths. */
async function planContents(
  planning: Planning,
  source: string,
  folder: string,
  trail: readonly string[],
): Promise<void> {
  for (const name of (await readdir(source)).sort()) {
    const path = join(source, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isDirectory() !== true) {
      await planFile(planning, path, join(folder, name));
      continue;
    }
    const real = await realpath(path);
    if (trail.includes(real))
      throw refused(`the link ${name} of the revision leads to a folder that it lies in`);
    const place = await planning.disk.resolve(join(folder, name));
    await planFolder(planning, place);
    await planContents(planning, path, place, [...trail, real]);
  }
}

async function planFolder(planning: Planning, path: string): Promise<void> {
  const planned = planning.planned.get(path);
  if (planned === 'directory') return;
  if (planned !== undefined) throw refused(`it has both a file and a folder for ${path}`);
  checkPlace(planning, path);
  const kind = await planning.disk.kindOf(path);
  if (kind !== 'absent' && kind !== 'directory') {
    throw refused(
      `${path} must be a folder, but there is a ${kind === 'link' ? 'link that leads to none' : 'file'}`,
    );
  }
  if (kind === 'directory' && !planning.disk.isOurFolder(path)) return;
  const above = dirname(path);
  if (above !== path) await planFolder(planning, above);
  add(planning, { type: 'mkdir', directory: path });
  planning.planned.set(path, 'directory');
}

async function planFile(planning: Planning, source: string, path: string): Promise<void> {
  const stats = await lstat(source);
  if (!stats.isFile() && !stats.isSymbolicLink()) {
    throw refused(`${basename(source)} of the revision is neither a file, a folder nor a link`);
  }
  const planned = planning.planned.get(path);
  if (planned === 'directory') throw refused(`it has both a file and a folder for ${path}`);
  if (planned !== undefined) throw refused(`it has two files for ${path}`);
  checkPlace(planning, path);
  const kind = await planning.disk.kindOf(path);
  if (kind === 'directory') throw refused(`${path} must be a file, but there is a folder`);
  if (kind === 'special') throw refused(`${path} must be a file, but there is a device, a pipe or a socket`);
  // It cannot be replaced, and what is written into it might be anybody's.
  if (planning.mountPoints.has(path) && planning.behavior !== 'RETAIN') {
    throw refused(
      `something is mounted at ${path}, which cannot be replaced: unmount it or leave the file out of the revision`,
    );
  }
  if (kind !== 'absent' && planning.behavior === 'DISALLOW') {
    throw refused(
      `a file already exists at ${path}, which no deployment of this group put there, and the file-exists behavior is DISALLOW: create the deployment with --file-exists-behavior OVERWRITE to replace it, or RETAIN to keep it`,
    );
  }
  if (kind !== 'absent' && planning.behavior === 'RETAIN') {
    planning.planned.set(path, 'retained');
    return;
  }
  const replaces = kind !== 'absent' || planning.behavior === 'OVERWRITE' || planning.disk.goes(path);
  add(planning, { type: 'copy', source, destination: path, replaces });
  planning.planned.set(path, stats.isSymbolicLink() ? 'link' : 'file');
}

function checkPlace({ rootFolder }: Planning, path: string): void {
  if (path === rootFolder || path.startsWith(`${rootFolder}${sep}`)) {
    throw refused(`${path} lies in the folder of the agent itself`);
  }
}

function add({ instructions }: Planning, instruction: Instruction): void {
  if (instructions.length >= MOST_INSTRUCTIONS) {
    throw refused(`it has more than ${MOST_INSTRUCTIONS} files and folders, links followed`);
  }
  instructions.push(instruction);
}
