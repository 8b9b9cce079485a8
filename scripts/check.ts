import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endingSignal, main } from './ending.ts';
import { startProcessGroup } from './process-group.ts';

interface Step {
  readonly name: string;
  /** A command of `node_modules/.bin` with its arguments; `{folder}` is one that is removed afterwards. */
  readonly command: readonly [string, ...string[]];
}

/** The longest first, so that the cores of a small machine are busy to the end. */
const steps: readonly Step[] = [
  { name: 'tests', command: ['vitest', 'run', '--project', 'fast', '--reporter=dot'] },
  { name: 'synth', command: ['cdk', 'synth', '--quiet', '--no-notices', '--output', '{folder}/cdk.out'] },
  { name: 'types of infra', command: ['tsc', '-p', 'infra'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'templates', command: ['tsx', 'scripts/cfn-lint/cfn-lint.ts', 'docs/templates/instance.yaml'] },
  { name: 'format', command: ['oxfmt', '--check'] },
];

/** One for each core of the smallest machine that we build on; more would only slow each other down. */
const AT_ONCE = 2;

const projectFolder = join(import.meta.dirname, '..');

/**
 * `npm run check [-- --no-tests]`: all that is looked at without a cloud, in under a minute. Stops at the first failure.
 * Whoever runs `npm test` as well leaves its tests to that.
 */
void main(async () => {
  const { values } = parseArgs({ options: { 'no-tests': { type: 'boolean' } } });
  const signal = endingSignal();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-check-'));
  const failing = new AbortController();
  const waiting = steps.filter(({ name }) => name !== 'tests' || values['no-tests'] !== true);
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      await run(step, folder, AbortSignal.any([signal, failing.signal]));
    }
  };
  try {
    const workers = Array.from({ length: AT_ONCE }, async () => {
      await work().catch((error: unknown) => failing.abort(error));
    });
    await Promise.all(workers);
    signal.throwIfAborted();
    failing.signal.throwIfAborted();
    return 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Throws, with all that the step printed, where it fails. */
async function run(step: Step, folder: string, stopping: AbortSignal): Promise<void> {
  stopping.throwIfAborted();
  const started = Date.now();
  const [command, ...args] = step.command.map((part) => part.replace('{folder}', folder));
  const logFile = join(folder, `${step.name}.log`);
  const group = startProcessGroup(join(projectFolder, 'node_modules', '.bin', command ?? ''), args, {
    folder: projectFolder,
    environment: { ...process.env, TMPDIR: folder },
    logFile,
  });
  const end = (): void => void group.end();
  stopping.addEventListener('abort', end);
  const exitCode = await group.exited;
  stopping.removeEventListener('abort', end);
  await group.end();
  stopping.throwIfAborted();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (exitCode !== 0) {
    const printed = await readFile(logFile, 'utf8');
    throw new Error(`${printed.trimEnd()}\n\n${step.name}: failed after ${seconds} s`);
  }
  console.log(`${step.name}: ${seconds} s`);
}
