import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { endingSignal, main } from './ending.ts';
import { startProcessGroup } from './process-group.ts';
import { closingLine } from './test-count.ts';

const projectFolder = join(import.meta.dirname, '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** `npm test [-- arguments of vitest]`: every test, the local cloud's included. The last line is the count. */
void main(async () => {
  const signal = endingSignal();
  const report = join(projectFolder, '.sluice', 'test-report.json');
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const group = startProcessGroup(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
    folder: projectFolder,
    environment: process.env,
  });
  signal.addEventListener('abort', () => void group.end());
  try {
    const exitCode = await group.exited;
    signal.throwIfAborted();
    console.log(closingLine(await readFile(report, 'utf8').catch(() => undefined), exitCode));
    return exitCode;
  } finally {
    await group.end();
  }
});
