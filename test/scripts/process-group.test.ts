import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../../scripts/command.ts';
import { startProcessGroup } from '../../scripts/process-group.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-group-'));
});
afterEach(() => rm(folder, { recursive: true }));

const options = () => ({ folder, environment: process.env, logFile: join(folder, 'log') });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The pid of the grandchild that the shell printed. */
async function printedPid(): Promise<number> {
  for (;;) {
    const printed = await readFile(options().logFile, 'utf8').catch(() => '');
    if (printed.endsWith('\n')) {
      return Number(printed);
    }
    await wait(10);
  }
}

it('ends the children of the child, too', async () => {
  const group = startProcessGroup('sh', ['-c', 'sleep 60 & echo $!; wait'], options());
  const grandchild = await printedPid();
  await group.end();
  await expect.poll(() => isAlive(grandchild)).toBe(false);
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
