import {
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Instruction } from '../../agent/install-instructions.ts';
import { carryOut } from '../../agent/install-instructions.ts';
import { cleanUp } from '../../agent/previous-install.ts';
import type { RunCommand } from '../../agent/system-command.ts';
import { snapshot, temporaryFolder } from '../support/temporary-folder.ts';

let disk = '';
const run: RunCommand = async () => await Promise.resolve({ status: 'done', output: '' });

const attempt = (instruction: Instruction): Promise<string | undefined> =>
  carryOut(instruction, { run, write: async () => undefined }).then(
    () => undefined,
    (error: Error) => error.message,
  );

/** `app/page` was installed, and `secret` is somebody else's. */
beforeEach(() => {
  disk = temporaryFolder();
  mkdirSync(join(disk, 'app'));
  writeFileSync(join(disk, 'app/page'), 'page', { mode: 0o644 });
  mkdirSync(join(disk, 'other'));
  writeFileSync(join(disk, 'other/page'), 'secret', { mode: 0o600 });
});

const other = () => join(disk, 'other');
const page = () => join(disk, 'app/page');

const exchanges: readonly [string, () => void][] = [
  [
    'a link in the place of the file',
    () => {
      unlinkSync(page());
      symlinkSync(join(other(), 'page'), page());
    },
  ],
  [
    'another name of a file elsewhere',
    () => {
      unlinkSync(page());
      linkSync(join(other(), 'page'), page());
    },
  ],
  [
    'a link in the place of the folder',
    () => {
      renameSync(join(disk, 'app'), join(disk, 'moved'));
      symlinkSync(other(), join(disk, 'app'));
    },
  ],
];

describe('what the owner of a folder exchanges while a revision is installed into it', () => {
  it.each(exchanges)('%s is not what rights are set of', async (_, exchange) => {
    exchange();
    const before = lstatSync(join(other(), 'page'));
    const file = page();
    const instructions: readonly Instruction[] = [
      { type: 'chmod', mode: '4777', file },
      { type: 'chown', userId: 4321, groupId: 4321, file },
      { type: 'setfacl', acl: ['u:www:rw'], file },
    ];
    for (const instruction of instructions)
      expect(await attempt(instruction)).toContain('something else took the place of');
    expect(lstatSync(join(other(), 'page'))).toMatchObject({ mode: before.mode, uid: before.uid });
  });

  it('a link in the place of the folder is not followed to where files are put', async () => {
    exchanges[2]?.[1]();
    const before = snapshot(other());
    const copy = { type: 'copy', source: join(disk, 'moved/page'), replaces: true } as const;
    expect(await attempt({ ...copy, destination: page() })).toContain('something else took the place of');
    expect(await attempt({ type: 'mkdir', directory: join(disk, 'app/new') })).toBeDefined();
    expect(snapshot(other())).toEqual(before);
  });

  it('a link in the place of the folder is not followed to where files are taken away', async () => {
    exchanges[2]?.[1]();
    const removals = [{ path: page(), type: 'file' as const }];
    await cleanUp({ removals, contexts: [], folders: new Set() }, join(disk, 'cleanup'), run);
    expect(snapshot(other())).toEqual({ page: '600 secret' });
  });

  it.runIf(process.getuid?.() === 0)('a file of its own is not given away as ours', async () => {
    chownSync(page(), 4321, 4321);
    expect(await attempt({ type: 'chown', userId: 0, groupId: 0, file: page() })).toMatch(
      /belongs to the user 4321\. Either something else took its place, or its file system/,
    );
    expect(lstatSync(page()).uid).toBe(4321);
  });

  it.runIf(process.getuid?.() === 0).each([4321, -1])(
    'a file that a file system has given to its owner already stays as it is, with the group %i',
    async (groupId) => {
      chownSync(page(), 4321, 4321);
      expect(await attempt({ type: 'chown', userId: 4321, groupId, file: page() })).toBeUndefined();
      expect(await attempt({ type: 'chown', userId: 4321, groupId: 1, file: page() })).toContain(
        'belongs to',
      );
    },
  );

  it('says the path by its name where it fails', async () => {
    expect(await attempt({ type: 'chmod', mode: '600', file: join(disk, 'app/none') })).toContain(
      `'${join(disk, 'app/none')}'`,
    );
  });
});
