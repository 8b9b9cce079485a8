import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginCleanup } from '../../agent/cleanup-file.ts';
import { cleanupPath, installPlanPath } from '../../agent/deployment-folders.ts';
import { type Instruction, carryOut } from '../../agent/install-instructions.ts';
import { type InstallOrder, install } from '../../agent/install.ts';
import { cleanUp, previousInstall } from '../../agent/previous-install.ts';
import { runCommand } from '../../agent/system-command.ts';
import { APP, NOTHING, type Tree, aHost, writeTree } from './installed-host.ts';

const release: Tree = {
  'app/index.html': 'one',
  'app/.hidden': 'seen',
  'app/lib/code.js': 'code',
  'app/current': '-> lib/code.js',
  'app/linked': '-> lib',
};

/** Paths of few names, so that they clash. */
const name = fc.constantFrom('a', 'b', 'c');
const tree = fc
  .dictionary(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    fc.constantFrom('1', '2', '-> a', '-> b/c'),
    { maxKeys: 6 },
  )
  .map((wanted): Tree => {
    const paths = Object.keys(wanted);
    const leaves = Object.entries(wanted).filter(
      ([path]) => !paths.some((other) => other.startsWith(`${path}/`)),
    );
    return Object.fromEntries(leaves);
  });
const behavior = fc.constantFrom('DISALLOW' as const, 'RETAIN' as const);
const within = (files: Tree): Tree =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`app/${path}`, content]));

const NO_MOUNTS: ReadonlySet<string> = new Set();

/** What a process that was killed leaves: the first steps of the plan are done, the next is at most written down. */
async function killedWhileInstalling(order: InstallOrder, steps: number): Promise<void> {
  const { instructions } = JSON.parse(readFileSync(installPlanPath(order), 'utf8')) as {
    instructions: readonly Instruction[];
  };
  await cleanUp(await previousInstall(cleanupPath(order), NO_MOUNTS), cleanupPath(order), runCommand);
  const journal = await beginCleanup(cleanupPath(order));
  for (const instruction of instructions.slice(0, steps)) {
    await carryOut(instruction, { write: journal.write, run: runCommand });
  }
  const next = instructions[steps];
  if (next?.type === 'copy') await journal.write({ type: 'file', path: next.destination });
  if (next?.type === 'mkdir') await journal.write({ type: 'directory', path: next.directory });
  await journal.close();
}

describe('any installs, one after the other', () => {
  it('leave the host as it was once nothing is installed any more, or change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        tree,
        fc.array(fc.tuple(tree, behavior), { minLength: 1, maxLength: 3 }),
        async (foreign, revisions) => {
          const host = aHost(within(foreign));
          const before = host.found();
          for (const [files, wanted] of revisions) {
            const order = host.revision({ 'app/': '', ...within(files) }, APP, wanted);
            const earlier = host.found();
            const message = await host.attempt(order);
            if (message !== undefined) expect(host.found()).toEqual(earlier);
          }
          expect(await host.attempt(host.revision({}, NOTHING))).toBeUndefined();
          expect(host.found()).toEqual(before);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are repaired by running again after a crash at any step', async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, tree, fc.nat(8), async (foreign, first, second, steps) => {
        const host = aHost(within(foreign));
        const before = host.found();
        await host.attempt(host.revision({ 'app/': '', ...within(first) }, APP, 'RETAIN'));
        const order = host.revision({ 'app/': '', ...within(second) }, APP, 'RETAIN');
        fc.pre((await host.attempt(order)) === undefined);
        const whole = host.found();
        await killedWhileInstalling(order, steps);
        expect(await host.attempt(order)).toBeUndefined();
        expect(host.found()).toEqual(whole);
        await install(host.revision({}, NOTHING));
        expect(host.found()).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('are repaired by running again after a crash in the middle of the cleanup', async () => {
    const host = aHost({ 'app/foreign': 'mine' });
    const first = host.revision(release, APP);
    await install(first);
    const previous = await previousInstall(cleanupPath(first), NO_MOUNTS);
    const half = { ...previous, removals: previous.removals.slice(0, 3) };
    const record = readFileSync(cleanupPath(first));
    await cleanUp(half, cleanupPath(first), runCommand);
    writeFileSync(cleanupPath(first), record);
    expect(await host.attempt(host.revision({ 'app/a': '2' }, APP))).toBeUndefined();
    expect(host.found()).toEqual({ app: 'folder 755', 'app/a': '644 2', 'app/foreign': '644 mine' });
  });

  it('read a record whose last line was cut off', async () => {
    const host = aHost();
    const order = host.revision({ 'app/a': '1', 'app/b': '1' }, APP);
    await install(order);
    const record = readFileSync(cleanupPath(order), 'utf8');
    writeFileSync(cleanupPath(order), record.slice(0, -5));
    expect((await previousInstall(cleanupPath(order), NO_MOUNTS)).removals).toEqual([
      { path: join(host.disk, 'app/a'), type: 'file' },
    ]);
    expect(lstatSync(join(host.disk, 'app/b')).isFile()).toBe(true);
  });
});

describe('a file that appears while it is being installed', () => {
  it('is not overwritten, nor taken for one of ours', async () => {
    const host = aHost();
    writeTree(host.disk, { source: 'yours', a: 'mine' });
    const written: unknown[] = [];
    const copying = carryOut(
      { type: 'copy', source: join(host.disk, 'source'), destination: join(host.disk, 'a'), replaces: false },
      { run: runCommand, write: async (entry) => await Promise.resolve(void written.push(entry)) },
    );
    await expect(copying).rejects.toThrow('a file appeared at');
    expect([host.found()['a'], written]).toEqual(['644 mine', []]);
  });
});
