import { existsSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventFailure } from '../../agent/event-failure.ts';
import type { RunCommand } from '../../agent/system-command.ts';
import { APP, NOTHING, type Tree, aHost } from './installed-host.ts';

const refusals: readonly (readonly [string, string, Tree, string, Tree])[] = [
  [
    'a source that is not there',
    'the source "gone" of its files',
    {},
    'files: [{source: gone, destination: DISK}]',
    {},
  ],
  [
    'two files for one place',
    'two files for',
    { 'a/x': '1', 'b/x': '2' },
    'files: [{source: a, destination: DISK/d}, {source: b, destination: DISK/d/../d}]',
    {},
  ],
  [
    'two files for one place by way of a link',
    'two files for',
    { 'a/x': '1', 'b/x': '2' },
    'files: [{source: a, destination: DISK/d}, {source: b, destination: DISK/e}]',
    { 'd/': '', e: '-> d' },
  ],
  [
    'a file and a folder for one place',
    'both a file and a folder',
    { 'a/x': '1', 'b/x/y': '2' },
    'files: [{source: a, destination: DISK}, {source: b, destination: DISK}]',
    {},
  ],
  [
    'a folder and a file for one place',
    'both a file and a folder',
    { 'a/x': '1', 'b/x/y': '2' },
    'files: [{source: b, destination: DISK}, {source: a, destination: DISK}]',
    {},
  ],
  ['a folder in place of a file', 'must be a folder', { 'app/a/b': '1' }, APP, { 'app/a': 'mine' }],
  ['a file in place of a folder', 'must be a file', { 'app/a': '1' }, APP, { 'app/a/b': 'mine' }],
  ['a destination below a file', 'must be a folder', { 'app/a': '1' }, APP, { app: 'mine' }],
  [
    'a destination below a dangling link',
    'a link that leads to none',
    { 'app/a': '1' },
    APP,
    { app: '-> gone' },
  ],
  [
    'a link that leads to the folder it is in',
    'leads to a folder that it lies in',
    { 'app/a': '-> .' },
    APP,
    {},
  ],
  [
    'rights of what is not there',
    'which is not there',
    { 'app/a': '1' },
    `${APP}permissions: [{object: DISK/app/b, mode: 600}]`,
    {},
  ],
  [
    'an owner that the host does not know',
    'the owner nobody-of-that-name, whom',
    { 'app/a': '1' },
    `${APP}permissions: [{object: DISK/app/a, owner: nobody-of-that-name}]`,
    {},
  ],
  ['an AppSpec that cannot be used', 'mode of', {}, 'permissions: [{object: /a, mode: 999}]', {}],
];

describe('an install that is refused', () => {
  it.each(refusals)('for %s changes nothing', async (_, words, tree, spec, foreign) => {
    const host = aHost(foreign);
    const before = host.found();
    expect(await host.attempt(host.revision(tree, spec, 'OVERWRITE'))).toContain(words);
    expect(host.found()).toEqual(before);
    expect(existsSync(join(host.root, 'deployment-instructions'))).toBe(false);
  });

  it('for want of room on the disk leaves the previous release in place', async () => {
    const host = aHost();
    await host.attempt(host.revision({ 'app/a': '1' }, APP));
    const order = host.revision({ 'app/a': '2', 'app/huge': '' }, APP);
    // A file with a hole of 8 TB, which takes nothing here.
    truncateSync(join(host.root, 'group', order.deploymentId, 'deployment-archive/app/huge'), 2 ** 43);
    expect(await host.attempt(order)).toMatch(/it needs 87960930\d{5} bytes more on the disk of/);
    expect(host.found()).toEqual({ app: 'folder 755', 'app/a': '644 1' });
  });

  it('for a disk that is full already says that nothing was changed', async () => {
    const host = aHost();
    await host.attempt(host.revision({ 'app/a': '1' }, APP));
    const folder = join(host.root, 'deployment-instructions');
    symlinkSync('/dev/full', join(folder, 'group-install.json.fresh'));
    expect(await host.attempt(host.revision({ 'app/a': '2' }, APP))).toBe(
      `The revision was not installed: the disk of ${folder} is full. Nothing on this host was changed.`,
    );
    expect(host.found()).toEqual({ app: 'folder 755', 'app/a': '644 1' });
  });

  it('never reaches into the folder of the agent', async () => {
    const host = aHost();
    const order = host.revision({ 'app/a': '1' }, `files: [{source: app, destination: ${host.root}/group}]`);
    expect(await host.attempt(order)).toContain('lies in the folder of the agent itself');
  });

  it('is refused without an unpacked revision', async () => {
    const host = aHost();
    const order = { ...host.revision({}, NOTHING), deploymentId: 'd-other' };
    expect(await host.attempt(order)).toContain('DownloadBundle must come first');
  });
});

describe('an install that is wanted no more', () => {
  const stopped = new EventFailure('UnknownError', 'stopped');

  it('changes nothing where it has not begun to', async () => {
    const host = aHost();
    await host.attempt(host.revision({ 'app/a': '1' }, APP));
    const order = host.revision({ 'app/a': '2' }, APP);
    expect(await host.attempt(order, undefined, AbortSignal.abort(stopped))).toBe('stopped');
    expect(host.found()).toEqual({ app: 'folder 755', 'app/a': '644 1' });
  });

  it('goes to its end where it has begun to take the release before away', async () => {
    const host = aHost();
    const wanted = new AbortController();
    const run: RunCommand = async (_, args) => {
      if (args.includes('-d')) wanted.abort(stopped);
      return await Promise.resolve({ status: 'done', output: '' });
    };
    const context = '[{object: DISK/app/a, context: {type: t}}]';
    await host.attempt(host.revision({ 'app/a': '1' }, `${APP}permissions: ${context}`), run);
    const order = host.revision({ 'app/a': '2', 'app/b': '2' }, APP);
    expect(await host.attempt(order, run, wanted.signal)).toBeUndefined();
    expect([wanted.signal.aborted, host.found()]).toEqual([
      true,
      { app: 'folder 755', 'app/a': '644 2', 'app/b': '644 2' },
    ]);
  });
});
