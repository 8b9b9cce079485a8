import type { AppSpecNode } from './appspec.ts';
import { type Section, SectionFault, listOf, memberOf, oneOf, quoted, sectionOf, textOf } from './section.ts';

/** Rights of what a deployment installs on Linux: one file, or what lies below a folder. */
export interface PermissionRule {
  /** A file or a folder of the host. */
  readonly object: string;
  /** `**` is everything at any depth; else a glob, with `*` only, of what lies directly in the folder. */
  readonly pattern: string;
  readonly except: readonly string[];
  readonly types: readonly (typeof TYPES)[number][];
  readonly owner?: string;
  readonly group?: string;
  /** One to four octal digits. */
  readonly mode?: string;
  /** In the form that setfacl takes. */
  readonly acls: readonly AclEntry[];
  readonly context?: SecurityContext;
}

export interface AclEntry {
  readonly text: string;
  /** What new files of a folder will get; a file itself can have none. */
  readonly isDefault: boolean;
}

/** Of SELinux. */
export interface SecurityContext {
  readonly type: string;
  readonly user?: string;
  readonly range?: string;
}

const TYPES = ['file', 'directory'] as const;

export const EVERYTHING = '**';

/** The section `permissions`. Throws SectionFault. */
export function permissionRulesOf(node: AppSpecNode | undefined): readonly PermissionRule[] {
  return listOf(node, 'permissions').map(ruleOf);
}

function ruleOf(node: AppSpecNode): PermissionRule {
  const section = sectionOf(node, 'an entry of permissions');
  const object = textMember(section, 'object');
  if (object === undefined) throw new SectionFault('an entry of permissions has no object', node.at);
  if (!object.startsWith('/')) {
    throw new SectionFault(`object must be an absolute path, not ${quoted(object)}`, node.at);
  }
  const of = (key: string) => `${key} of ${quoted(object)}`;
  const owner = textMember(section, 'owner');
  const group = textMember(section, 'group');
  const mode = memberOf(section, 'mode');
  const context = memberOf(section, 'context');
  const types = listOf(memberOf(section, 'type'), of('type')).map((type) => oneOf(type, of('type'), TYPES));
  return {
    object,
    pattern: textMember(section, 'pattern') ?? EVERYTHING,
    except: listOf(memberOf(section, 'except'), of('except')).map((text) => textOf(text, of('except'))),
    types: types.length === 0 ? TYPES : types,
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    ...(mode && { mode: modeOf(mode, of('mode')) }),
    acls: listOf(memberOf(section, 'acls'), of('acls')).map((text) => aclOf(text, of('acls'))),
    ...(context && { context: contextOf(context, of('context')) }),
  };
}

function textMember(section: Section, key: string): string | undefined {
  const node = memberOf(section, key);
  return node && textOf(node, key);
}

function modeOf(node: AppSpecNode, what: string): string {
  const mode = textOf(node, what);
  if (/^[0-7]{1,4}$/.test(mode)) return mode;
  throw new SectionFault(`${what} must be one to four octal digits, not ${quoted(mode)}`, node.at);
}

/** Entries of a named user or group; those of the owner, its group and the others are what `mode` says. */
const ACL = /^(?<isDefault>d(?:efault)?:)?(?:u(?:ser)?|g(?:roup)?):[^:\s,]+:(?:[0-7]|[rwxX-]{1,4})$/;

function aclOf(node: AppSpecNode, what: string): AclEntry {
  const text = textOf(node, what);
  const match = ACL.exec(text);
  if (match) return { text, isDefault: match.groups?.['isDefault'] !== undefined };
  throw new SectionFault(
    `${what} must be entries such as user:name:rwx or default:group:name:r-x, not ${quoted(text)}; owner, group and others are set by mode`,
    node.at,
  );
}

/** What SELinux itself writes; it becomes an argument of a command. */
const LABEL = /^[A-Za-z0-9_][A-Za-z0-9_.:,-]{0,254}$/;

function contextOf(node: AppSpecNode, what: string): SecurityContext {
  const section = sectionOf(node, what);
  const role = memberOf(section, 'role');
  if (role !== undefined) throw new SectionFault(`${what} cannot have a role`, role.at);
  const label = (key: string) => {
    const text = textMember(section, key);
    if (text === undefined || LABEL.test(text)) return text;
    throw new SectionFault(`${key} of ${what} is no label of SELinux: ${quoted(text)}`, section.at);
  };
  const type = label('type');
  if (type === undefined) throw new SectionFault(`${what} has no type`, section.at);
  const user = label('user') ?? label('name');
  const range = label('range');
  return { type, ...(user !== undefined && { user }), ...(range !== undefined && { range }) };
}
