import { type AppSpecNode, parseAppSpecText } from './appspec.ts';
import {
  type Section,
  SectionFault,
  isNull,
  listOf,
  memberOf,
  oneOf,
  quoted,
  sectionOf,
  shown,
  textOf,
} from './section.ts';
import { type PermissionRule, permissionRulesOf } from './server-permissions.ts';

/** What a host is told to do with a revision. */
export interface ServerAppSpec {
  readonly os: 'linux' | 'windows';
  /** Beats what the deployment asks for. */
  readonly fileExistsBehavior?: FileExistsBehavior;
  readonly files: readonly FilesEntry[];
  /** Empty on Windows, where they are refused. */
  readonly permissions: readonly PermissionRule[];
  /** Only the events that have scripts. */
  readonly hooks: Readonly<Partial<Record<ScriptedEvent, readonly HookScript[]>>>;
}

export type FileExistsBehavior = (typeof FILE_EXISTS_BEHAVIORS)[number];

export interface FilesEntry {
  /** Within the bundle; `/` is all of it. It may begin with a slash, and never leaves the bundle. */
  readonly source: string;
  /** An absolute folder of the host. */
  readonly destination: string;
}

export interface HookScript {
  /** Within the bundle, which it never leaves. */
  readonly location: string;
  /** Absent where the AppSpec has none: then it may take what the event may, `EVENT_SECONDS`. */
  readonly timeoutSeconds?: number;
  readonly runAs?: string;
  readonly sudo: boolean;
}

export type ScriptedEvent = (typeof SCRIPTED_EVENTS)[number];

/** The lifecycle events that may have scripts. */
export const SCRIPTED_EVENTS = [
  'BeforeBlockTraffic',
  'AfterBlockTraffic',
  'ApplicationStop',
  'BeforeInstall',
  'AfterInstall',
  'ApplicationStart',
  'ValidateService',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
] as const;

/** All scripts of one event together may take this long, and so may one whose AppSpec says no less. */
export const EVENT_SECONDS = 3600;

export type ServerAppSpecReading =
  | { readonly status: 'parsed'; readonly appSpec: ServerAppSpec }
  | { readonly status: 'invalid'; readonly message: string };

/**
 * Reads the AppSpec of a revision for hosts. Never throws: a wrong one fails the event that reads it, with `message`,
 * which names the value and its line. Keys count in their exact spelling; unknown ones are left alone, except the names of events.
 */
export function parseServerAppSpec(text: string): ServerAppSpecReading {
  const reading = parseAppSpecText(text);
  if (reading.status === 'invalid') return { status: 'invalid', message: reading.message };
  try {
    return { status: 'parsed', appSpec: serverAppSpecOf(reading.root) };
  } catch (fault) {
    if (!(fault instanceof SectionFault)) throw fault;
    return { status: 'invalid', message: `The AppSpec cannot be used: ${fault.message}.` };
  }
}

const FILE_EXISTS_BEHAVIORS = ['DISALLOW', 'OVERWRITE', 'RETAIN'] as const;

function serverAppSpecOf(root: AppSpecNode): ServerAppSpec {
  if (isNull(root)) throw new SectionFault('it is empty', root.at);
  const document = sectionOf(root, 'it');
  checkVersion(document);
  const os = oneOf(needed(document, 'os'), 'os', ['linux', 'windows']);
  const behavior = memberOf(document, 'file_exists_behavior');
  const permissions = memberOf(document, 'permissions');
  if (os === 'windows' && permissions !== undefined) {
    throw new SectionFault('permissions are for os: linux only', permissions.at);
  }
  return {
    os,
    ...(behavior && {
      fileExistsBehavior: oneOf(behavior, 'file_exists_behavior', FILE_EXISTS_BEHAVIORS),
    }),
    files: listOf(memberOf(document, 'files'), 'files').map((node) => filesEntryOf(node, os)),
    permissions: permissionRulesOf(permissions),
    hooks: hooksOf(memberOf(document, 'hooks'), os),
  };
}

function needed(section: Section, key: string): AppSpecNode {
  const node = memberOf(section, key);
  if (node === undefined) throw new SectionFault(`${section.what} has no ${key}`, section.at);
  return node;
}

/** Stock agents refuse the text "0.0", so that a revision which takes it would work on some hosts only. */
function checkVersion(document: Section): void {
  const version = needed(document, 'version');
  if (version.type === 'scalar' && version.value === 0) return;
  throw new SectionFault(`version must be the number 0.0, not ${shown(version)}`, version.at);
}

function filesEntryOf(node: AppSpecNode, os: ServerAppSpec['os']): FilesEntry {
  const entry = sectionOf(node, 'an entry of files');
  const source = memberOf(entry, 'source');
  const destination = memberOf(entry, 'destination');
  if (source === undefined && destination === undefined) {
    throw new SectionFault('an entry of files has neither source nor destination', entry.at);
  }
  if (source === undefined) {
    const named = destination ? shown(destination) : '';
    throw new SectionFault(`the entry of files with the destination ${named} has no source`, entry.at);
  }
  if (destination === undefined) {
    throw new SectionFault(
      `the entry of files with the source ${shown(source)} has no destination`,
      entry.at,
    );
  }
  const folder = textOf(destination, 'destination');
  if (!(os === 'windows' ? /^(?:[A-Za-z]:)?[\\/]/ : /^\//).test(folder)) {
    throw new SectionFault(`destination must be an absolute path, not ${quoted(folder)}`, destination.at);
  }
  return { source: pathInBundle(source, 'source', os), destination: folder };
}

/** No step up may leave the bundle. Whatever links do is not seen here. */
function pathInBundle(node: AppSpecNode, what: string, os: ServerAppSpec['os']): string {
  const path = textOf(node, what);
  let depth = 0;
  for (const part of path.split(os === 'windows' ? /[\\/]/ : '/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) throw new SectionFault(`${what} ${quoted(path)} leaves the bundle`, node.at);
  }
  return path;
}

function hooksOf(node: AppSpecNode | undefined, os: ServerAppSpec['os']): ServerAppSpec['hooks'] {
  if (node === undefined) return {};
  const section = sectionOf(node, 'hooks');
  const unknown = section.entries.filter(({ key }) => eventOf(key) === undefined);
  const [first] = unknown;
  if (first !== undefined) {
    const names = unknown.map(({ key }) => quoted(key)).join(', ');
    throw new SectionFault(
      `hooks names unknown lifecycle events: ${names}. There are ${SCRIPTED_EVENTS.join(', ')}`,
      first.at,
    );
  }
  const hooks: Partial<Record<ScriptedEvent, readonly HookScript[]>> = {};
  for (const { key, value } of section.entries) {
    const event = eventOf(key);
    const scripts = listOf(value, `hooks.${key}`).map((script) => scriptOf(script, key, os));
    if (event === undefined || scripts.length === 0) continue;
    checkSum(scripts, key, value);
    hooks[event] = scripts;
  }
  return hooks;
}

function eventOf(name: string): ScriptedEvent | undefined {
  return SCRIPTED_EVENTS.find((event) => event === name);
}

function scriptOf(node: AppSpecNode, event: string, os: ServerAppSpec['os']): HookScript {
  const section = sectionOf(node, `a script of ${event}`);
  const runAs = memberOf(section, 'runas');
  if (runAs !== undefined && os === 'windows') {
    throw new SectionFault(`runas of ${event} is for os: linux only`, runAs.at);
  }
  const timeout = memberOf(section, 'timeout');
  const sudo = memberOf(section, 'sudo');
  return {
    location: pathInBundle(needed(section, 'location'), `location of ${event}`, os),
    ...(timeout && { timeoutSeconds: secondsOf(timeout, event) }),
    ...(runAs && { runAs: textOf(runAs, `runas of ${event}`) }),
    sudo: sudo !== undefined && oneOf(sudoText(sudo), `sudo of ${event}`, ['true', 'false']) === 'true',
  };
}

function sudoText(node: AppSpecNode): AppSpecNode {
  return node.type === 'scalar' ? { ...node, value: String(node.value) } : node;
}

/** Numbers are often quoted, and every agent takes that. */
function secondsOf(node: AppSpecNode, event: string): number {
  const value = node.type === 'scalar' ? node.value : undefined;
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 1) {
    throw new SectionFault(
      `timeout of ${event} must be a whole number of seconds above 0, not ${shown(node)}`,
      node.at,
    );
  }
  return seconds;
}

/** Scripts without a timeout of their own count for nothing: what is left of the event's time is theirs. */
function checkSum(scripts: readonly HookScript[], event: string, at: AppSpecNode): void {
  const sum = scripts.reduce((seconds, script) => seconds + (script.timeoutSeconds ?? 0), 0);
  if (sum > EVENT_SECONDS) {
    throw new SectionFault(
      `the timeouts of ${event} add up to ${sum} seconds, but an event may take ${EVENT_SECONDS}`,
      at.at,
    );
  }
}
