import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { endingSignal, main } from './ending.ts';
import { startProcessGroup } from './process-group.ts';
import { closingLine, type TestRun } from './test-count.ts';

const projectFolder = join(import.meta.dirname, '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/**
 * The two halves of all tests, side by side: those of the cloud mostly wait for it, while the others want a processor.
 * The first one prints as it goes, the other when it is done.
 */
const halves = [
  ['--project', 'cloud'],
  ['--project', 'fast', '--project', 'slow'],
];

/** `npm test [-- arguments of vitest]`: every test, the local cloud's included. The last line is the count. */
void main(async () => {
  const signal = endingSignal();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const given = process.argv.slice(2);
  try {
    const runs = await Promise.all(
      (given.length > 0 ? [given] : halves).map((args, index) => {
        const name = join(folder, String(index));
        return run(args, `${name}.json`, signal, index === 0 ? undefined : `${name}.log`);
      }),
    );
    signal.throwIfAborted();
    console.log(closingLine(runs));
    return runs.some(({ exitCode }) => exitCode !== 0) ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** All that was printed to `logFile` is told when the run is over. */
async function run(
  args: readonly string[],
  report: string,
  signal: AbortSignal,
  logFile?: string,
): Promise<TestRun> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const group = startProcessGroup(process.execPath, [vitest, 'run', ...reporters, ...args], {
    folder: projectFolder,
    environment: process.env,
    ...(logFile === undefined ? {} : { logFile }),
  });
  signal.addEventListener('abort', () => void group.end());
  try {
    const exitCode = await group.exited;
    if (logFile !== undefined) {
      console.log(await readFile(logFile, 'utf8'));
    }
    return { json: await readFile(report, 'utf8').catch(() => undefined), exitCode };
  } finally {
    await group.end();
  }
}
