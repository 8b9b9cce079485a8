import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveFolder, deploymentFolder, installPlanPath } from '../../agent/deployment-folders.ts';
import { type Instruction, carryOut } from '../../agent/install-instructions.ts';
import { type InstallOrder, install } from '../../agent/install.ts';
import { runCommand } from '../../agent/system-command.ts';
import { snapshot } from '../support/temporary-folder.ts';
import { APP, NOTHING, type Tree, aHost } from './installed-host.ts';

const release: Tree = {
  'app/index.html': 'one',
  'app/.hidden': 'seen',
  'app/lib/code.js': 'code',
  'app/current': '-> lib/code.js',
  'app/linked': '-> lib',
};

const installed = {
  app: 'folder 755',
  'app/.hidden': '644 seen',
  'app/current': '-> lib/code.js',
  'app/index.html': '644 one',
  'app/lib': 'folder 755',
  'app/lib/code.js': '644 code',
  'app/linked': 'folder 755',
  'app/linked/code.js': '644 code',
};

function planOf(order: InstallOrder): readonly Instruction[] {
  const { instructions } = JSON.parse(readFileSync(installPlanPath(order), 'utf8')) as {
    instructions: readonly Instruction[];
  };
  return instructions;
}

describe('an install', () => {
  it('copies the contents of a folder, hidden files too; links to files stay links, links to folders are followed', async () => {
    const host = aHost();
    expect(await host.attempt(host.revision(release, APP))).toBeUndefined();
    expect(host.found()).toEqual(installed);
  });

  it('keeps the modes and times of files', async () => {
    const host = aHost();
    const order = host.revision({ 'app/run.sh': '#!/bin/sh' }, APP);
    const source = join(archiveFolder(deploymentFolder(order)), 'app/run.sh');
    chmodSync(source, 0o750);
    utimesSync(source, 1_700_000_000, 1_700_000_000);
    await install(order);
    const copy = statSync(join(host.disk, 'app/run.sh'));
    expect(copy.mode & 0o7777).toBe(0o750);
    expect(copy.mtimeMs).toBe(1_700_000_000_000);
  });

  it('puts a single file into the destination, which is always a folder', async () => {
    const host = aHost();
    const spec =
      'files: [{source: /app/index.html, destination: DISK/a/b/}, {source: app/lib, destination: DISK/a}]';
    expect(await host.attempt(host.revision(release, spec))).toBeUndefined();
    expect(host.found()).toEqual({
      a: 'folder 755',
      'a/b': 'folder 755',
      'a/b/index.html': '644 one',
      'a/code.js': '644 code',
    });
  });

  it('replaces what the group installed before, though files may not exist', async () => {
    const host = aHost({ 'app/foreign': 'mine' });
    await install(host.revision({ 'app/a': '1', 'app/old/b': '1' }, APP));
    expect(await host.attempt(host.revision({ 'app/a': '2', 'app/new/c': '2' }, APP))).toBeUndefined();
    expect(host.found()).toEqual({
      app: 'folder 755',
      'app/a': '644 2',
      'app/foreign': '644 mine',
      'app/new': 'folder 755',
      'app/new/c': '644 2',
    });
  });

  it('turns a file of the previous install into a folder, and a folder into a file', async () => {
    const host = aHost();
    await install(host.revision({ 'app/a': '1', 'app/b/c': '1' }, APP));
    expect(await host.attempt(host.revision({ 'app/a/c': '2', 'app/b': '2' }, APP))).toBeUndefined();
    expect(host.found()).toEqual({
      app: 'folder 755',
      'app/a': 'folder 755',
      'app/a/c': '644 2',
      'app/b': '644 2',
    });
  });

  it('leaves the previous release in place when a file of others is in the way', async () => {
    const host = aHost();
    await install(host.revision(release, APP));
    writeFileSync(join(host.disk, 'app/new'), 'mine');
    const before = [host.found(), snapshot(join(host.root, 'deployment-instructions'))];
    const message = await host.attempt(host.revision({ 'app/new': 'yours' }, APP));
    expect(message).toContain(`a file already exists at ${join(host.disk, 'app/new')}`);
    expect(message).toContain('--file-exists-behavior OVERWRITE to replace it, or RETAIN to keep it');
    expect([host.found(), snapshot(join(host.root, 'deployment-instructions'))]).toEqual(before);
  });

  it('takes over a file of others under OVERWRITE, and takes it away later', async () => {
    const host = aHost({ 'app/a': 'mine' });
    await install(host.revision({ 'app/a': 'yours' }, APP, 'OVERWRITE'));
    expect(host.found()['app/a']).toBe('644 yours');
    await install(host.revision({}, NOTHING));
    expect(host.found()).toEqual({ app: 'folder 755' });
  });

  it('replaces a link under OVERWRITE, and not what it leads to', async () => {
    const host = aHost({ 'app/a': '-> ../precious', precious: 'mine' });
    await install(host.revision({ 'app/a': 'yours' }, APP, 'OVERWRITE'));
    expect(host.found()).toMatchObject({ 'app/a': '644 yours', precious: '644 mine' });
  });

  it('leaves a file of others under RETAIN, now and later', async () => {
    const host = aHost({ 'app/a': 'mine' });
    await install(host.revision({ 'app/a': 'yours', 'app/b': 'yours' }, APP, 'RETAIN'));
    expect(host.found()).toMatchObject({ 'app/a': '644 mine', 'app/b': '644 yours' });
    await install(host.revision({}, NOTHING));
    expect(host.found()).toEqual({ app: 'folder 755', 'app/a': '644 mine' });
  });

  it('does what the AppSpec says of files that exist, whatever the deployment asks for', async () => {
    const host = aHost({ 'app/a': 'mine' });
    const spec = `file_exists_behavior: OVERWRITE\n${APP}`;
    expect(await host.attempt(host.revision({ 'app/a': 'yours' }, spec, 'DISALLOW'))).toBeUndefined();
    expect(host.found()['app/a']).toBe('644 yours');
  });

  it('goes through a link of the host that leads to a folder', async () => {
    const host = aHost({ 'real/': '', app: '-> real' });
    expect(await host.attempt(host.revision({ 'app/a': '1' }, APP))).toBeUndefined();
    expect(host.found()).toEqual({ app: '-> real', real: 'folder 755', 'real/a': '644 1' });
    await install(host.revision({}, NOTHING));
    expect(host.found()).toEqual({ app: '-> real', real: 'folder 755' });
  });

  it('does not follow a link to what it takes away', async () => {
    const host = aHost({ 'app/link': '-> gone' });
    await install(host.revision({ 'app/gone/a': '1' }, APP));
    const order = host.revision({ 'app/link/b': '2' }, APP, 'OVERWRITE');
    expect(await host.attempt(order)).toContain('a link that leads to none');
    expect(host.found()['app/gone/a']).toBe('644 1');
  });

  it('sees nothing behind a link that it takes away', async () => {
    const host = aHost({ 'app/a/x': 'mine' });
    await install(host.revision({ 'app/b': '-> a' }, APP));
    expect(await host.attempt(host.revision({ 'app/b/x': 'yours' }, APP))).toBeUndefined();
    expect(host.found()).toMatchObject({
      'app/a/x': '644 mine',
      'app/b': 'folder 755',
      'app/b/x': '644 yours',
    });
  });

  it('leaves alone what took the place of its files', async () => {
    const host = aHost({ 'precious/a': 'mine', 'precious/b/': '' });
    await install(host.revision({ 'app/x/a': '1', 'app/x/b': '1' }, APP));
    await runCommand('rm', ['-r', join(host.disk, 'app/x')]);
    symlinkSync(join(host.disk, 'precious'), join(host.disk, 'app/x'));
    await install(host.revision({}, NOTHING));
    expect(host.found()).toMatchObject({ 'precious/a': '644 mine', 'precious/b': 'folder 755' });
  });

  it('remembers a folder that stayed because of others as its own', async () => {
    const host = aHost();
    await install(host.revision({ 'app/a': '1' }, APP));
    writeFileSync(join(host.disk, 'app/log'), 'mine');
    await install(host.revision({ 'app/a': '2' }, APP));
    await runCommand('rm', [join(host.disk, 'app/log')]);
    await install(host.revision({}, NOTHING));
    expect(host.found()).toEqual({});
  });

  it.each([
    ['its own file', 'DISALLOW', { 'app/a': '1' }],
    ['a new file under OVERWRITE', 'OVERWRITE', { 'app/b': '1' }],
  ] as const)(
    'replaces %s though the app writes it while the release before goes',
    async (_, behavior, before) => {
      const host = aHost();
      await install(host.revision(before, APP));
      const order = host.revision({ 'app/a': '2' }, APP, behavior);
      await install(order);
      writeFileSync(join(host.disk, 'app/a'), 'of the app');
      const ports = { run: runCommand, write: async () => undefined };
      for (const instruction of planOf(order)) await carryOut(instruction, ports);
      expect(host.found()).toEqual({ app: 'folder 755', 'app/a': '644 2' });
    },
  );

  it('changes nothing where another file is mounted in the place of its own', async ({ skip }) => {
    const host = aHost({ 'mounted/a': 'of the host' });
    await install(host.revision({ 'app/a': '1', 'app/b': '1' }, APP));
    const [mounted, path] = [join(host.disk, 'mounted/a'), join(host.disk, 'app/a')];
    const { status } = await runCommand('mount', ['--bind', mounted, path]);
    skip(status !== 'done', 'nothing can be mounted here');
    try {
      const order = host.revision({ 'app/a': '2', 'app/b': '2' }, APP, 'OVERWRITE');
      expect(await host.attempt(order)).toContain(`something is mounted at ${path}`);
      expect(host.found()).toMatchObject({ 'app/a': '644 of the host', 'app/b': '644 1' });
      // It may also be mounted once the plan is made.
      const noneYet = async () => await Promise.resolve(new Set<string>());
      expect(await host.attempt(order, undefined, undefined, noneYet)).toContain('EBUSY');
    } finally {
      await runCommand('umount', [path]);
    }
    expect(host.found()).toMatchObject({ 'app/a': '644 1', 'mounted/a': '644 of the host' });
  });

  it('keeps the groups of a host apart', async () => {
    const host = aHost();
    await install(host.revision({ 'app/a': '1' }, APP));
    const other = { ...host.revision({ 'app/a': '2' }, APP), deploymentGroupId: 'other' };
    mkdirSync(join(host.root, 'other'));
    await runCommand('cp', ['-r', join(host.root, 'group', other.deploymentId), join(host.root, 'other')]);
    expect(await host.attempt(other)).toContain('a file already exists');
    expect(host.found()['app/a']).toBe('644 1');
  });

  it('tells people what it set out to do', async () => {
    const host = aHost();
    const order = host.revision({ 'app/a': '1' }, APP);
    await install(order);
    expect(planOf(order)).toEqual([
      { type: 'mkdir', directory: join(host.disk, 'app') },
      {
        type: 'copy',
        source: join(archiveFolder(deploymentFolder(order)), 'app/a'),
        destination: join(host.disk, 'app/a'),
        replaces: false,
      },
    ]);
  });
});
