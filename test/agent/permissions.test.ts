import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandResult, RunCommand } from '../../agent/system-command.ts';
import { APP, NOTHING, type Tree, aHost } from './installed-host.ts';

const tree: Tree = {
  'app/a.html': 'a',
  'app/b.js': 'b',
  'app/deep/c.html': 'c',
  'app/link': '-> a.html',
};

/** A host whose users are `www` (1001, in the group 1002), and which has every command but those that are missing. */
function commands({ missing = [], failing = [] }: { missing?: string[]; failing?: string[] } = {}) {
  const calls: string[] = [];
  const answer = (command: string, args: readonly string[]): CommandResult => {
    if (missing.includes(command)) return { status: 'missing' };
    if (command === 'getent') {
      const lines = new Map([
        ['passwd www', 'www:x:1001:1002::/home/www:/bin/sh\n'],
        ['group web', 'web:x:1002:\n'],
      ]);
      const output = lines.get(args.slice(1).join(' '));
      return output === undefined ? { status: 'failed', message: '' } : { status: 'done', output };
    }
    const isProbe = args.length === 1;
    // What is held open is reached by that, under the name that it has.
    const named = args.map((argument) => (argument.startsWith('/proc/') ? readlinkSync(argument) : argument));
    if (!isProbe) calls.push([command, ...named].join(' '));
    const message = `${command}: ${args.at(-1)}: not supported`;
    if (!isProbe && failing.includes(command)) return { status: 'failed', message };
    return { status: 'done', output: '' };
  };
  const run: RunCommand = async (command, args) => await Promise.resolve(answer(command, args));
  return { calls, run };
}

/** Nobody else may give a file away. */
const isRoot = process.getuid?.() === 0;

async function installed(permissions: string, run = commands().run) {
  const host = aHost({ 'app/foreign.html': 'mine' });
  const message = await host.attempt(host.revision(tree, `${APP}permissions: ${permissions}`), run);
  return { host, message, found: host.found() };
}

describe('permissions', () => {
  it('are those of everything that was installed below a folder, and of nothing else', async () => {
    const { found, message } = await installed('[{object: DISK/app, mode: 700}]');
    expect(message).toBeUndefined();
    expect(found).toEqual({
      app: 'folder 755',
      'app/a.html': '700 a',
      'app/b.js': '700 b',
      'app/deep': 'folder 700',
      'app/deep/c.html': '700 c',
      'app/foreign.html': '644 mine',
      'app/link': '-> a.html',
    });
  });

  it.each([
    ['pattern: "*.html"', ['app/a.html']],
    ['pattern: "a*l"', ['app/a.html']],
    ['pattern: "*"', ['app/a.html', 'app/b.js', 'app/deep']],
    ['pattern: "*x*"', []],
    ['except: ["*.js", deep]', ['app/a.html', 'app/deep/c.html']],
    ['type: [directory]', ['app/deep']],
    ['type: [file], pattern: "**", except: ["*"]', ['app/deep/c.html']],
  ])('with %s are those of %j', async (rule, paths) => {
    const { found } = await installed(`[{object: DISK/app/, mode: 700, ${rule}}]`);
    const changed = Object.entries(found).filter(([, text]) => text.includes('700'));
    expect(changed.map(([path]) => path)).toEqual(paths);
  });

  it.runIf(isRoot)('let a file run as its owner, though the owner changes', async () => {
    const { host } = await installed('[{object: DISK/app/a.html, mode: 4750, owner: www, group: web}]');
    const { mode, uid, gid } = lstatSync(join(host.disk, 'app/a.html'));
    expect([(mode & 0o7777).toString(8), uid, gid]).toEqual(['4750', 1001, 1002]);
  });

  it.runIf(isRoot)(
    'leave the group of a file that only has an owner, and take numbers for names',
    async () => {
      const { host } = await installed('[{object: DISK/app/a.html, owner: 4321}]');
      const { uid, gid } = lstatSync(join(host.disk, 'app/a.html'));
      expect([uid, gid]).toEqual([4321, process.getgid?.()]);
    },
  );

  it('set ACLs with the base entries of the mode, then the context of SELinux for exactly this path', async () => {
    const { calls, run } = commands();
    const { host, message } = await installed(
      '[{object: DISK/app/a.html, mode: 640, acls: ["u:www:rw"], context: {user: u, type: t, range: s0}}]',
      run,
    );
    const path = join(host.disk, 'app/a.html');
    expect(message).toBeUndefined();
    expect(calls).toEqual([
      `setfacl --set user::rw-,group::r--,other::---,u:www:rw ${path}`,
      `semanage fcontext -a -s u -t t -r s0 ${path.replaceAll('.', '\\.')}`,
      `restorecon -v ${path}`,
    ]);
  });

  it('give default ACLs to folders only, because the system refuses them for files', async () => {
    const { calls, run } = commands();
    const { host } = await installed('[{object: DISK/app, acls: ["u:www:r", "d:u:www:r"]}]', run);
    const entries = calls.map((call) => call.replace(`${host.disk}/`, '').split(',').slice(3).join(','));
    expect(entries).toEqual([
      'u:www:r app/a.html',
      'u:www:r app/b.js',
      'u:www:r app/deep/c.html',
      'u:www:r,d:u:www:r app/deep',
    ]);
  });

  it('give no command to files where a rule has default ACLs only', async () => {
    const { calls, run } = commands();
    await installed('[{object: DISK/app, acls: ["d:u:www:r"]}]', run);
    expect(calls.map((call) => call.replace(/.* .*[/]/, ''))).toEqual(['deep']);
  });

  it('come to folders last and to inner ones first, because who is given one may exchange what is in it', async () => {
    const { calls, run } = commands();
    const acls = 'acls: ["u:www:r"]';
    const rules = `[{object: DISK, type: [directory], ${acls}}, {object: DISK/app, type: [file], ${acls}}]`;
    const host = aHost();
    expect(await host.attempt(host.revision(tree, `${APP}permissions: ${rules}`), run)).toBeUndefined();
    expect(calls.map((call) => call.replace(/.* .*[/]/, ''))).toEqual([
      'a.html',
      'b.js',
      'c.html',
      'deep',
      'app',
    ]);
  });

  it('take the rule of SELinux away again', async () => {
    const { calls, run } = commands();
    const { host } = await installed('[{object: DISK/app/b.js, context: {type: t}}]', run);
    calls.length = 0;
    expect(await host.attempt(host.revision({}, NOTHING), run)).toBeUndefined();
    expect(calls).toEqual([`semanage fcontext -d ${join(host.disk, 'app/b\\.js')}`]);
  });

  it.each([
    ['[{object: DISK/app/a.html, mode: 600}, {object: DISK/app, mode: 700}]', 'twice'],
    ['[{object: DISK/app/a.html, pattern: "*.html", mode: 600}]', 'but it is a single file'],
    ['[{object: DISK/app/a.html, except: [b], mode: 600}]', 'but it is a single file'],
    ['[{object: DISK/app/a.html, acls: ["d:u:www:r"]}]', 'default ACLs, but it is a file'],
    ['[{object: DISK/app/link, mode: 600}]', 'which is a link'],
    ['[{object: DISK/app/gone, mode: 600}]', 'which is not there'],
    ['[{object: DISK/app, group: nobodies}]', 'the group nobodies, which'],
  ])('of %s are refused before anything changes', async (permissions, words) => {
    const { found, message } = await installed(permissions);
    expect(message).toContain(words);
    expect(found).toEqual({ app: 'folder 755', 'app/foreign.html': '644 mine' });
  });

  it.each([
    ['setfacl', 'acls: ["u:www:r"]'],
    ['semanage', 'context: {type: t}'],
    ['restorecon', 'context: {type: t}'],
  ])('are refused before anything changes where the host has no %s', async (command, rule) => {
    const { run } = commands({ missing: [command] });
    const { found, message } = await installed(`[{object: DISK/app, ${rule}}]`, run);
    expect(message).toContain(`need the command ${command}`);
    expect(found).toEqual({ app: 'folder 755', 'app/foreign.html': '644 mine' });
  });

  it('fail the event where the system cannot set them, whose words name the file as people know it', async () => {
    const { run } = commands({ failing: ['setfacl'] });
    const { host, message } = await installed('[{object: DISK/app/a.html, acls: ["u:www:r"]}]', run);
    const path = join(host.disk, 'app/a.html');
    const entries = 'user::rw-,group::r--,other::r--,u:www:r';
    expect(message).toBe(`setfacl --set ${entries} ${path} failed: setfacl: ${path}: not supported.`);
  });

  it('leave a file of others that was there already, and say so to nobody', async () => {
    const { found, message } = await installed('[{object: DISK/app/foreign.html, mode: 700}]');
    expect(message).toBeUndefined();
    expect(found['app/foreign.html']).toBe('644 mine');
  });
});
