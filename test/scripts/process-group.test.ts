import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../../scripts/command.ts';
import { startProcessGroup } from '../../scripts/process-group.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-group-'));
});
afterEach(() => rm(folder, { recursive: true }));

const options = () => ({ folder, environment: process.env, logFile: join(folder, 'log') });

const printed = () => readFile(options().logFile, 'utf8');

it('ends the children of the child, too', async () => {
  // A process that nobody has waited for yet still has its id, so it is the grandchild itself that says that it ended.
  const grandchild = '(trap "echo ended; exit" TERM; echo ready; while :; do sleep 0.05; done)';
  const group = startProcessGroup('sh', ['-c', `${grandchild} & trap "wait" TERM; wait`], options());
  await expect.poll(printed).toBe('ready\n');
  await group.end();
  // The shell may remark on the sleep that the signal ended as well.
  expect(await printed()).toMatch(/ended\n$/);
});

it('gives the exit code of a command that ends by itself', async () => {
  const group = startProcessGroup('sh', ['-c', 'exit 3'], options());
  expect(await group.exited).toBe(3);
  await group.end();
});

it('says what a failed command printed last', async () => {
  const signal = new AbortController().signal;
  await expect(runCommand('sh', ['-c', 'echo the reason; exit 1'], { ...options(), signal })).rejects.toThrow(
    'the reason',
  );
});

it('says that a command is not installed', async () => {
  const signal = new AbortController().signal;
  await expect(runCommand('no-such-command', [], { ...options(), signal })).rejects.toThrow('not installed');
});

it('ends a command when it is told to, and says why', async () => {
  const stopping = new AbortController();
  const running = runCommand('sleep', ['60'], { ...options(), signal: stopping.signal });
  stopping.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
});
