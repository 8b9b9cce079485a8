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
 * All tests, in two halves side by side, each of which does its parts one after the other: the tests of a cloud mostly wait
 * for it, so that two clouds have room on two cores. The first half prints as it goes, the other whenever a part is done.
 */
const halves = [
  [
    ['--project', 'cloud', '--shard=1/2'],
    ['--project', 'slow'],
  ],
  [
    ['--project', 'fast'],
    ['--project', 'cloud', '--shard=2/2'],
  ],
];

/** `npm test [-- arguments of vitest]`: every test, the local cloud's included. The last line is the count. */
void main(async () => {
  const signal = endingSignal();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const given = process.argv.slice(2);
  try {
    const runs = await Promise.all(
      (given.length > 0 ? [[given]] : halves).map(async (parts, half) => {
        const done: TestRun[] = [];
        for (const [part, args] of parts.entries()) {
          signal.throwIfAborted();
          const name = join(folder, `${half}-${part}`);
          done.push(await run(args, `${name}.json`, signal, half === 0 ? undefined : `${name}.log`));
        }
        return done;
      }),
    );
    signal.throwIfAborted();
    console.log(closingLine(runs.flat()));
    return runs.flat().some(({ exitCode }) => exitCode !== 0) ? 1 : 0;
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
    // What tests and the tools that they use leave there goes with it.
    environment: { ...process.env, TMPDIR: dirname(report) },
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
