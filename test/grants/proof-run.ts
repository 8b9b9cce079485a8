import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LocalJson } from '../../scripts/local-cloud/local-json.ts';
import { startProcessGroup } from '../../scripts/process-group.ts';

/** A test of the end-to-end suite, by its file there without the ending, and its own title. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
  /** Where what it waits for takes longer than is usual. */
  readonly patienceSeconds?: number;
}

/** What a test waits for comes within a second or two; one that waits in vain should say so soon. */
const PATIENCE_SECONDS = 20;
/** Of the whole test, which may wait more than once. */
const PATIENCES = 3;

const projectFolder = join(import.meta.dirname, '..', '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Runs the one test, in a process of its own, on a local cloud that is up. Throws where there is no such test. */
export async function passes(
  { file, title, patienceSeconds = PATIENCE_SECONDS }: NamedTest,
  local: LocalJson,
): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-proof-'));
  const [cloud, report, log] = ['local.json', 'report.json', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(cloud, JSON.stringify(local));
  const group = startProcessGroup(
    process.execPath,
    [
      vitest,
      'run',
      '--project=cloud',
      `--testNamePattern=${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`,
      `--testTimeout=${PATIENCES * patienceSeconds * 1000}`,
      '--reporter=json',
      `--outputFile=${report}`,
      `test/e2e/${file}.test.ts`,
    ],
    {
      folder: projectFolder,
      environment: {
        ...process.env,
        SLUICE_TEST_CLOUD: cloud,
        SLUICE_TEST_PATIENCE_SECONDS: String(patienceSeconds),
      },
      logFile: log,
    },
  );
  try {
    await group.exited;
    const { numPassedTests, numTotalTests, success } = JSON.parse(await readFile(report, 'utf8')) as Report;
    if (numTotalTests === 0) throw new Error(`There is no test "${title}" in test/e2e/${file}.test.ts.`);
    return success && numPassedTests === 1;
  } finally {
    await group.end();
    await rm(folder, { recursive: true });
  }
}

interface Report {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
  readonly success: boolean;
}
