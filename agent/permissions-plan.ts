import { dirname } from 'node:path';
import { EVERYTHING, type PermissionRule } from '../core/appspec/server-permissions.ts';
import type { DiskAfterCleanup } from './disk-after-cleanup.ts';
import type { Instruction } from './install-instructions.ts';
import { type FilePlan, refused } from './install-plan.ts';
import { groupIdOf, userIdOf } from './owners.ts';
import type { RunCommand } from './system-command.ts';

export interface PermissionsOrder {
  readonly permissions: readonly PermissionRule[];
  readonly planned: FilePlan['planned'];
  readonly disk: DiskAfterCleanup;
  readonly run: RunCommand;
}

/**
 * The rights of what this install puts on the host, and of nothing else. Folders come last, the inner ones first: whoever is given one
 * may exchange what is in it. Throws EventFailure for a rule that cannot be carried out here: an owner that the host does not know, a
 * command that it does not have.
 */
export async function planPermissions(order: PermissionsOrder): Promise<readonly Instruction[]> {
  await checkCommands(order);
  const ruled = new Map<string, readonly Instruction[]>();
  const isFolder = (path: string) => order.planned.get(path) === 'directory';
  for (const rule of order.permissions) {
    const owner = await ownerOf(rule, order.run);
    for (const path of await pathsOf(rule, order)) {
      if (ruled.has(path)) throw refused(`its permissions name ${path} twice`);
      ruled.set(path, instructionsOf(rule, owner, path, isFolder(path)));
    }
  }
  const paths = [...ruled.keys()];
  const innerFirst = paths.filter(isFolder).toSorted((one, other) => other.length - one.length);
  const inOrder = [...paths.filter((path) => !isFolder(path)), ...innerFirst];
  return inOrder.flatMap((path) => ruled.get(path) ?? []);
}

async function checkCommands({ permissions, run }: PermissionsOrder): Promise<void> {
  const needs = [
    { command: 'setfacl', argument: '--version', isNeeded: permissions.some(({ acls }) => acls.length > 0) },
    { command: 'semanage', argument: '--help', isNeeded: permissions.some(({ context }) => context) },
    { command: 'restorecon', argument: '-h', isNeeded: permissions.some(({ context }) => context) },
  ];
  for (const { command, argument, isNeeded } of needs) {
    if (isNeeded && (await run(command, [argument])).status === 'missing') {
      throw refused(`its permissions need the command ${command}, which this host does not have`);
    }
  }
}

/** -1 leaves it as it is. */
interface Owner {
  readonly userId: number;
  readonly groupId: number;
}

async function ownerOf({ owner, group }: PermissionRule, run: RunCommand): Promise<Owner | undefined> {
  if (owner === undefined && group === undefined) return undefined;
  const userId = owner === undefined ? -1 : await userIdOf(owner, run);
  const groupId = group === undefined ? -1 : await groupIdOf(group, run);
  if (userId === undefined)
    throw refused(`its permissions name the owner ${owner}, whom this host does not know`);
  if (groupId === undefined)
    throw refused(`its permissions name the group ${group}, which this host does not know`);
  return { userId, groupId };
}

async function pathsOf(rule: PermissionRule, order: PermissionsOrder): Promise<readonly string[]> {
  const named = rule.object.replace(/(?<=.)\/+$/, '');
  // A link that is installed is not there yet to be followed; one that is there leads to the object.
  const object = order.planned.has(named) ? named : await order.disk.resolve(named);
  const planned = order.planned.get(object);
  if (planned === 'link')
    throw refused(`its permissions name ${object}, which is a link: name what it leads to`);
  if (planned === 'file') return fileOf(rule, object);
  const kind = planned === 'directory' ? planned : await order.disk.kindOf(object);
  if (kind === 'absent') throw refused(`its permissions name ${object}, which is not there`);
  if (kind !== 'directory') return [];
  return [...order.planned]
    .filter(([path, type]) => rule.types.some((wanted) => wanted === type) && isMatch(rule, object, path))
    .map(([path]) => path);
}

function fileOf(rule: PermissionRule, path: string): readonly string[] {
  if (!rule.types.includes('file')) return [];
  if (rule.pattern !== EVERYTHING || rule.except.length > 0) {
    throw refused(`its permissions of ${path} have a pattern or exceptions, but it is a single file`);
  }
  if (rule.acls.some(({ isDefault }) => isDefault)) {
    throw refused(`its permissions of ${path} have default ACLs, but it is a file`);
  }
  return [path];
}

function isMatch({ pattern, except }: PermissionRule, folder: string, path: string): boolean {
  const prefix = folder === '/' ? folder : `${folder}/`;
  if (!path.startsWith(prefix) || path === folder) return false;
  const name = path.slice(prefix.length);
  const matches = (glob: string) => glob === EVERYTHING || (dirname(name) === '.' && isGlobMatch(glob, name));
  return matches(pattern) && !except.some(matches);
}

/** `*` stands for any characters. Goes back to the last star only, so that no pattern takes long. */
function isGlobMatch(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  for (let index = 0; index < name.length;) {
    if (glob[at] === '*') {
      star = at;
      at += 1;
      starAt = index;
    } else if (glob[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      starAt += 1;
      index = starAt;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(glob.slice(at));
}

/**
 * The owner comes first, because changing it takes away the bits by which a file runs as its owner. Only folders can have default ACLs:
 * those of a rule for a folder are for the folders below it.
 */
function instructionsOf(
  rule: PermissionRule,
  owner: Owner | undefined,
  file: string,
  isFolder: boolean,
): readonly Instruction[] {
  const { mode, context } = rule;
  const acl = rule.acls.filter(({ isDefault }) => isFolder || !isDefault).map(({ text }) => text);
  return [
    ...(owner ? [{ type: 'chown' as const, ...owner, file }] : []),
    ...(mode === undefined ? [] : [{ type: 'chmod' as const, mode, file }]),
    ...(acl.length > 0 ? [{ type: 'setfacl' as const, acl, file }] : []),
    ...(context ? [{ type: 'semanage' as const, context, file }] : []),
  ];
}
