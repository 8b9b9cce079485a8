import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { snapshot, temporaryFolder } from '../support/temporary-folder.ts';

/** A mask belongs to a process as a whole, so the agent's needs one of its own. */
it('a folder that is installed can be entered by others, whatever mask the agent was started with', () => {
  const disk = temporaryFolder();
  const program = `
    import { carryOut } from ${JSON.stringify(new URL('../../agent/install-instructions.ts', import.meta.url).href)};
    await carryOut({ type: 'mkdir', directory: ${JSON.stringify(join(disk, 'app'))} }, { write: async () => {} });
  `;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', program];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync('sh', ['-c', 'umask 077; exec "$@"', 'sh', ...node], { cwd });
  expect(snapshot(disk)).toEqual({ app: 'folder 755' });
});
