import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventFailure } from '../../agent/event-failure.ts';
import type { EventOutput } from '../../agent/event-output.ts';
import { eventOutput } from '../../agent/event-output.ts';
import { processOf } from '../../agent/processes.ts';
import { runScript } from '../../agent/run-script.ts';

let folder = '';
let output: EventOutput;
const started: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-script-'));
  mkdirSync(join(folder, 'archive'));
  output = eventOutput(join(folder, 'out.log'));
  started.length = 0;
});

afterEach(async () => {
  await output.close();
  rmSync(folder, { recursive: true });
});

function run(
  text: string,
  { timeoutSeconds = 30, stop = new AbortController().signal, location = 'run.sh', mode = 0o755 } = {},
): Promise<void> {
  if (location === 'run.sh')
    writeFileSync(join(folder, 'archive', location), `#!/bin/sh\n${text}\n`, { mode });
  return runScript(
    {
      archive: join(folder, 'archive'),
      location,
      timeoutSeconds,
      environment: { PATH: process.env['PATH'] ?? '', WHO: 'me' },
    },
    { output, stop, started: async ({ pid }) => void started.push(pid) },
  );
}

const failureOf = (running: Promise<void>): Promise<EventFailure> =>
  running.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: EventFailure) => error,
  );

describe('a script', () => {
  it('has the environment it is given and nothing else, no input, and a process group of its own', async () => {
    process.env['SECRET_OF_THE_AGENT'] = 'x';
    await run('env | sort; cat; ps -o pgid= -p $$ 2>/dev/null || true');
    delete process.env['SECRET_OF_THE_AGENT'];
    expect(output.tail()).toContain('[stdout]WHO=me');
    expect(output.tail().join()).not.toContain('SECRET');
    expect(started).toHaveLength(1);
  });

  it('that returns another code than 0 has failed, with the end of what it wrote', async () => {
    const failure = await failureOf(run('echo before; echo why >&2; exit 3'));
    expect(failure).toMatchObject({ errorCode: 'ScriptFailed', scriptName: 'run.sh' });
    expect(failure.message).toContain('exit code 3');
    expect(output.tail()).toEqual(expect.arrayContaining(['[stdout]before', '[stderr]why']));
  });

  it('that takes too long is ended with all that it started, even where that ignores the signal', async () => {
    const failure = await failureOf(
      run(`trap '' TERM; sh -c "trap '' TERM; sleep 60" & echo $! > ${folder}/child; wait; sleep 60`, {
        timeoutSeconds: 0.2,
      }),
    );
    expect(failure).toMatchObject({ errorCode: 'ScriptTimedOut' });
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    await expect.poll(() => processOf(child)).toBeUndefined();
  }, 20_000);

  it('that leaves a process behind which holds its output is not waited for, and the process is named', async () => {
    await run('sleep 60 & exit 0');
    expect(output.tail().join()).toMatch(/still open: sleep \(\d+\)/);
    process.kill(-(started[0] ?? 0), 'SIGKILL');
  }, 20_000);

  it('that the service stops is ended', async () => {
    const stopping = new AbortController();
    const running = failureOf(run('echo $$ > started; sleep 60', { stop: stopping.signal }));
    await expect.poll(() => started.length).toBe(1);
    stopping.abort();
    expect((await running).message).toContain('The service stopped');
  }, 20_000);

  it('that is not there, or lies elsewhere, is missing', async () => {
    expect(await failureOf(run('', { location: 'nothing.sh' }))).toMatchObject({
      errorCode: 'ScriptMissing',
    });
    symlinkSync('/bin/true', join(folder, 'archive', 'link.sh'));
    expect(await failureOf(run('', { location: 'link.sh' }))).toMatchObject({ errorCode: 'ScriptMissing' });
    expect(await failureOf(run('', { location: '../out.log' }))).toMatchObject({
      errorCode: 'ScriptMissing',
    });
  });

  it('that is not executable is made so', async () => {
    await run('echo ran', { mode: 0o644 });
    expect(output.tail()).toContain('[stdout]ran');
  });
});

describe('the output of an event', () => {
  it('is kept whole, and its end is text whatever the bytes', async () => {
    await run(String.raw`printf 'a\377b\n'; head -c 5000 /dev/zero | tr '\0' x; echo; echo last`);
    const tail = output.tail();
    expect(tail).toContain('[stdout]a\u{FFFD}b');
    expect(tail.at(-1)).toBe('[stdout]last');
    expect(Math.max(...tail.map(({ length }) => length))).toBeLessThan(1_100);
    await output.close();
    expect(readFileSync(output.path).length).toBeGreaterThan(5_000);
    output = eventOutput(join(folder, 'other.log'));
  });
});
