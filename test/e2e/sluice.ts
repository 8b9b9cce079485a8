import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { local } from './cloud.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
export const localFile = join(folder, 'local.json');
writeFileSync(localFile, JSON.stringify(local));

/** The same cloud with something of it changed, such as whose credentials these are. */
export function localFileWith(change: Partial<typeof local>): string {
  const path = join(folder, `${randomUUID()}.json`);
  writeFileSync(path, JSON.stringify({ ...local, ...change }));
  return path;
}

afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as it is, in a process of its own without a terminal, on the local cloud. */
export function sluice(...words: readonly string[]): Promise<Ran> {
  return sluiceIn({ SLUICE_LOCAL_JSON: localFile }, ...words);
}

/** With these variables added to the environment. */
export function sluiceIn(
  environment: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 };
    execFile('node', ['cli/sluice.mjs', ...words], options, (error, out, err) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}
