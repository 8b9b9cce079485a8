import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mountPointsIn } from '../../agent/mount-points.ts';
import { APP, type Tree, aHost } from './installed-host.ts';

it('Mount points are read as Linux writes them', () => {
  const lines = [
    '22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw',
    '23 22 8:1 /etc/app.conf /srv/app.conf rw,relatime shared:1 - ext4 /dev/sda1 rw',
    String.raw`24 22 0:30 / /a\040b\011c\012d\134040 rw - tmpfs tmpfs rw`,
  ];
  expect([...mountPointsIn(`${lines.join('\n')}\n`)]).toEqual(['/', '/srv/app.conf', '/a b\tc\nd\\040']);
});

describe('an install where something is mounted', () => {
  /** The second release, with `mounted` taken for mount points, after a first one of `app/a`, `app/b` and `app/c/d`. */
  async function second(
    mounted: readonly string[],
    tree: Tree,
    behavior: 'DISALLOW' | 'OVERWRITE' | 'RETAIN',
  ) {
    const host = aHost({ 'app/foreign': 'mine', 'real/': '', led: '-> real', 'real/x': 'mine' });
    await host.attempt(host.revision({ 'app/a': '1', 'app/b': '1', 'app/c/d': '1' }, APP));
    const before = host.found();
    const spec = `files: [{source: app, destination: DISK/app}, {source: led, destination: DISK/led}]`;
    const order = host.revision({ 'app/': '', 'led/': '', ...tree }, spec, behavior);
    const points = new Set(['/', ...mounted.map((path) => join(host.disk, path))]);
    const message = await host.attempt(
      order,
      undefined,
      undefined,
      async () => await Promise.resolve(points),
    );
    return { host, before, message };
  }

  it.each<readonly [string, string, Tree]>([
    ['its own file', 'app/a', { 'app/a': '2' }],
    ['its own file, by a link', 'app/a', { 'app/a': '-> b', 'app/b': '2' }],
    ['a file of others', 'app/foreign', { 'app/foreign': '2' }],
    ['a file behind a link', 'real/x', { 'led/x': '2' }],
  ])('is refused before it would replace %s', async (_, path, tree) => {
    for (const behavior of ['DISALLOW', 'OVERWRITE'] as const) {
      const { host, before, message } = await second([path], tree, behavior);
      expect(message).toBe(
        `The revision was not installed: something is mounted at ${join(host.disk, path)}, which cannot be replaced: unmount it or leave the file out of the revision. Nothing on this host was changed.`,
      );
      expect(host.found()).toEqual(before);
    }
  });

  it('goes on where what is mounted is to be kept', async () => {
    const { host, before, message } = await second(['app/foreign'], { 'app/foreign': '2' }, 'RETAIN');
    expect(message).toBeUndefined();
    expect(host.found()['app/foreign']).toBe(before['app/foreign']);
  });

  it.each<readonly [string, string, Tree, string]>([
    ['a folder in the place of its own file', 'app/a', { 'app/a/x': '2' }, 'must be a folder'],
    ['a file in the place of a folder around it', 'app/c/d', { 'app/c': '2' }, 'must be a file'],
  ])('is refused with %s', async (_, path, tree, words) => {
    const { host, before, message } = await second([path], tree, 'OVERWRITE');
    expect(message).toContain(words);
    expect(host.found()).toEqual(before);
  });

  it('goes into a folder that is a mount point', async () => {
    const { host, message } = await second(['app', 'app/c'], { 'app/a': '2', 'app/c/e': '2' }, 'DISALLOW');
    expect(message).toBeUndefined();
    expect(host.found()).toMatchObject({ 'app/a': '644 2', 'app/c/e': '644 2' });
  });
});
