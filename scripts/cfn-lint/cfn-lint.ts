import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { endingSignal, main } from '../ending.ts';
import { pythonWith } from '../local-cloud/python.ts';

const requirements = {
  name: 'cfn-lint',
  file: join(import.meta.dirname, 'requirements.txt'),
  what: 'cfn-lint (from PyPI)',
};
// The command of the package names the place where it was installed, which has been moved since.
const LINT = 'from cfnlint.runner import main; raise SystemExit(main())';
const project = join(import.meta.dirname, '..', '..');

/** `cfn-lint.ts <template>…` says what is wrong with templates of CloudFormation, whichever way their conditions go. */
void main(async () => {
  const signal = endingSignal();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-cfn-lint-'));
  const options = { stateFolder: join(project, '.sluice'), logFile: join(folder, 'log'), signal };
  try {
    const python = await pythonWith(requirements, { ...options, say: console.log });
    await runCommand(python, ['-c', LINT, '--', ...process.argv.slice(2)], {
      ...options,
      folder: project,
      environment: process.env,
      logFile: join(folder, 'findings'),
    });
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
