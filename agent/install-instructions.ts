import { constants, copyFile, lstat, lutimes, mkdir, readlink, symlink, unlink } from 'node:fs/promises';
import type { SecurityContext } from '../core/appspec/server-permissions.ts';
import type { CleanupEntry } from './cleanup-file.ts';
import { EventFailure } from './event-failure.ts';
import { fileContextPattern } from './file-context.ts';
import { heldOpen, inItsFolder, openPath } from './held-path.ts';
import type { RunCommand } from './system-command.ts';

/** One step of an install. They are kept in a file, in these words, for people. */
export type Instruction =
  | { readonly type: 'mkdir'; readonly directory: string }
  | {
      readonly type: 'copy';
      readonly source: string;
      readonly destination: string;
      /** Whether a file that is there by then goes: one of ours may be written anew while the release before is taken away. */
      readonly replaces: boolean;
    }
  | { readonly type: 'chown'; readonly userId: number; readonly groupId: number; readonly file: string }
  | { readonly type: 'chmod'; readonly mode: string; readonly file: string }
  | { readonly type: 'setfacl'; readonly acl: readonly string[]; readonly file: string }
  | { readonly type: 'semanage'; readonly context: SecurityContext; readonly file: string };

export interface CarryOutPorts {
  readonly write: (entry: CleanupEntry) => Promise<void>;
  readonly run: RunCommand;
}

/** Writes down what it will put on the host, then does it. Throws EventFailure. */
export async function carryOut(instruction: Instruction, ports: CarryOutPorts): Promise<void> {
  switch (instruction.type) {
    case 'mkdir':
      await ports.write({ type: 'directory', path: instruction.directory });
      return await makeFolder(instruction.directory);
    case 'copy':
      return await copy(instruction, ports);
    case 'chown':
      return await setOwner(instruction);
    case 'chmod':
      return await setMode(instruction.file, Number.parseInt(instruction.mode, 8));
    case 'setfacl':
      return await setAcl(instruction.file, instruction.acl, ports.run);
    case 'semanage':
      await ports.write({ type: 'context', path: instruction.file });
      return await setContext(instruction.file, instruction.context, ports.run);
    default:
      return instruction satisfies never;
  }
}

const FOLDER_MODE = 0o755;

async function makeFolder(path: string): Promise<void> {
  const isMade = await inItsFolder(path, async (place) => {
    try {
      await mkdir(place);
      return true;
    } catch (error) {
      const isThere =
        (error as NodeJS.ErrnoException).code === 'EEXIST' && (await lstat(place)).isDirectory();
      if (!isThere) throw error;
      return false;
    }
  });
  // Whatever mask the agent was started with; a folder that is there keeps what it has.
  if (isMade) await setMode(path, FOLDER_MODE);
}

async function copy(
  { source, destination, replaces }: Extract<Instruction, { type: 'copy' }>,
  { write }: CarryOutPorts,
): Promise<void> {
  await inItsFolder(destination, async (place) => {
    const there = await lstat(place).catch(() => undefined);
    if (there !== undefined && !replaces) {
      throw new EventFailure(
        'UnknownError',
        `While it was being installed, a file appeared at ${destination}.`,
      );
    }
    // A link is replaced and not written through, and a program that runs keeps its file.
    if (there !== undefined) await unlink(place);
    await write({ type: 'file', path: destination });
    const stats = await lstat(source);
    if (stats.isSymbolicLink()) return await symlink(await readlink(source), place);
    await copyFile(source, place, constants.COPYFILE_EXCL);
    await lutimes(place, stats.atime, stats.mtime);
  });
}

async function setOwner({ file, userId, groupId }: Extract<Instruction, { type: 'chown' }>): Promise<void> {
  await heldOpen(file, async (handle, stats) => {
    // Some file systems choose the owner of what is made in them, and may have chosen this one.
    if ((userId < 0 || stats.uid === userId) && (groupId < 0 || stats.gid === groupId)) return;
    // The agent has just made it, and gives away nothing that others have put in its place: it might run as its new owner.
    if (stats.isFile() && stats.uid !== process.geteuid?.()) {
      throw new EventFailure(
        'UnknownError',
        `The owner of ${file} was not set: the agent has just made it, but it belongs to the user ${stats.uid}. Either something else took its place, or its file system gives files owners of its own choice: leave the owner out of the permissions there.`,
      );
    }
    await handle.chown(userId, groupId);
  });
}

async function setMode(path: string, mode: number): Promise<void> {
  await heldOpen(path, (handle) => handle.chmod(mode));
}

const PERMISSIONS = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];

/** Setting a list means setting all of it: the base entries are those that the mode has set. */
async function setAcl(file: string, acl: readonly string[], run: RunCommand): Promise<void> {
  await heldOpen(file, async (handle, { mode }) => {
    const bits = (shift: number) => PERMISSIONS[(mode >> shift) & 0o7] ?? '';
    const entries = [`user::${bits(6)}`, `group::${bits(3)}`, `other::${bits(0)}`, ...acl].join(',');
    await needed('setfacl', ['--set', entries, openPath(handle)], run);
  });
}

async function setContext(file: string, context: SecurityContext, run: RunCommand): Promise<void> {
  const { type, user, range } = context;
  const options = [
    ...(user === undefined ? [] : ['-s', user]),
    '-t',
    type,
    ...(range === undefined ? [] : ['-r', range]),
  ];
  await needed('semanage', ['fcontext', '-a', ...options, fileContextPattern(file)], run);
  await needed('restorecon', ['-v', file], run);
}

async function needed(command: string, args: readonly string[], run: RunCommand): Promise<void> {
  const result = await run(command, args);
  switch (result.status) {
    case 'done':
      return;
    case 'failed':
      throw new EventFailure('UnknownError', `${command} ${args.join(' ')} failed: ${result.message}.`);
    case 'missing':
      throw new EventFailure('UnknownError', `This host has no command ${command}.`);
    default:
      return result satisfies never;
  }
}
