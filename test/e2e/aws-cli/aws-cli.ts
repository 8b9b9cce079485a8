import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from '../../../scripts/local-cloud/python.ts';

/** It is some 20 MB that only these tests need, so that nobody else has to wait for it. */
export const INSTALL_MILLISECONDS = 10 * 60 * 1000;

export interface AwsCli {
  /** Holds the command `aws` and nothing else: for PATH. */
  readonly folder: string;
  readonly remove: () => void;
}

/** The AWS CLI itself, in a virtual environment of this repository that is made once. */
export async function awsCli(): Promise<AwsCli> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-aws-'));
  const python = await pythonWith(
    {
      name: 'aws-cli',
      file: join(import.meta.dirname, 'requirements.txt'),
      what: 'the AWS CLI (from PyPI) for the tests',
    },
    {
      stateFolder: join(import.meta.dirname, '..', '..', '..', '.sluice'),
      logFile: join(folder, 'pip.log'),
      signal: AbortSignal.timeout(INSTALL_MILLISECONDS),
      say: console.log,
    },
  );
  const command = join(folder, 'bin');
  mkdirSync(command);
  const aws = join(command, 'aws');
  writeFileSync(aws, `#!/bin/sh\nexec '${python}' -m awscli "$@"\n`);
  chmodSync(aws, 0o755);
  return { folder: command, remove: () => rmSync(folder, { recursive: true }) };
}
