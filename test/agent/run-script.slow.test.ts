import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
const ended: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-script-'));
  mkdirSync(join(folder, 'archive'));
  output = eventOutput(join(folder, 'out.log'));
  started.length = 0;
  ended.length = 0;
});

afterEach(async () => {
  await output.close();
  rmSync(folder, { recursive: true });
});

function run(
  text: string,
  { timeoutSeconds = 30, stop = new AbortController().signal, location = 'run.sh', mode = 0o755 } = {},
): Promise<string | undefined> {
  if (location === 'run.sh')
    writeFileSync(join(folder, 'archive', location), `#!/bin/sh\n${text}\n`, { mode });
  return runScript(
    {
      archive: join(folder, 'archive'),
      location,
      timeoutSeconds,
      environment: { PATH: process.env['PATH'] ?? '', WHO: 'me' },
    },
    {
      output,
      stop,
      started: async ({ pid }) => void started.push(pid),
      ended: async () => {
        ended.push(...started.filter((pid) => processOf(pid) === undefined));
        if (existsSync(join(folder, 'left')))
          process.kill(Number(readFileSync(join(folder, 'left'), 'utf8')));
      },
    },
  );
}

const failureOf = (running: Promise<unknown>): Promise<EventFailure> =>
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
    expect(ended).toEqual(started);
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

  it('that leaves a process behind which holds its output is not waited for; the process is named and goes on', async () => {
    const said = await run(
      `setsid sh -c 'until [ -f ${folder}/go ]; do sleep 0.05; done; echo more; touch ${folder}/went-on' & exit 0`,
    );
    expect(said).toMatch(
      /^run\.sh has ended, but its output is still open in sh \(\d+\).*\. Nothing more of it is kept, and whatever writes to it after a restart of the agent is ended: redirect it to a file$/,
    );
    expect(output.tail()).toContain(said);
    writeFileSync(join(folder, 'go'), '');
    await expect.poll(() => existsSync(join(folder, 'went-on'))).toBe(true);
    expect(output.tail().join()).not.toContain('[stdout]more');
  }, 20_000);

  it('that takes too long is ended also where a part of it has a session of its own', async () => {
    await failureOf(run(`setsid -w sh -c 'echo $$ > ${folder}/child; sleep 60'`, { timeoutSeconds: 0.3 }));
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    expect(processOf(child)).toBeUndefined();
  }, 20_000);

  it('is known to have ended as soon as it has, whatever holds its output open still', async () => {
    expect(await run('sleep 60 & echo $! > "$(dirname "$0")/../left"')).toBeUndefined();
  });

  it('is run as another user by su, and by sudo where it says so', async () => {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    for (const tool of ['su', 'sudo'])
      writeFileSync(join(tools, tool), `#!/bin/sh\nprintf '${tool}<%s>\\n' "$@"\n`, { mode: 0o755 });
    const archive = join(folder, "it's here");
    mkdirSync(archive);
    writeFileSync(join(archive, 'run.sh'), '', { mode: 0o755 });
    const script = {
      archive,
      location: 'run.sh',
      timeoutSeconds: 30,
      environment: { PATH: `${tools}:/bin` },
    };
    const nothing = async (): Promise<void> => undefined;
    const ports = { output, stop: new AbortController().signal, started: nothing, ended: nothing };
    await runScript({ ...script, runas: 'deploy' }, ports);
    expect(output.tail().slice(1)).toEqual([
      '[stdout]su<deploy>',
      '[stdout]su<-c>',
      String.raw`[stdout]su<'${folder}/it'\''s here/run.sh'>`,
    ]);
    await runScript({ ...script, sudo: true }, ports);
    expect(output.tail().at(-1)).toBe(`[stdout]sudo<${archive}/run.sh>`);
  });

  it('that is run as a user who has no shell says so, and of no other user', async () => {
    writeFileSync(join(folder, 'su'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    writeFileSync(join(folder, 'archive', 'run.sh'), '', { mode: 0o755 });
    const nothing = async (): Promise<void> => undefined;
    const ports = { output, stop: new AbortController().signal, started: nothing, ended: nothing };
    const as = async (runas: string): Promise<string> => {
      const environment = { PATH: `${folder}:/bin` };
      const script = { archive: join(folder, 'archive'), location: 'run.sh', timeoutSeconds: 30 };
      return (await failureOf(runScript({ ...script, runas, environment }, ports))).message;
    };
    expect(await as('nobody')).toMatch(
      /^Script at run\.sh run as user nobody failed with exit code 1: the login shell of that user is \S+\/(nologin|false), which runs no script\. Name another user/,
    );
    expect(await as('no-such-user')).toBe(
      'Script at run.sh run as user no-such-user failed with exit code 1',
    );
  });

  it('that cannot be started has failed', async () => {
    writeFileSync(join(folder, 'archive', 'odd.sh'), '#!/no/such/program\n', { mode: 0o755 });
    const failure = await failureOf(run('', { location: 'odd.sh' }));
    expect(failure).toMatchObject({ errorCode: 'ScriptFailed', scriptName: 'odd.sh' });
    expect(failure.message).toContain('failed with exit code 12');
    expect(output.tail().at(-1)).toMatch(/^\[stderr\].*odd\.sh/);
  });

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

  it('holds characters that came in two pieces, and every last line', () => {
    output.write('stdout', Buffer.from('gr\u{FC}n').subarray(0, 3));
    output.write('stdout', Buffer.from('gr\u{FC}n').subarray(3));
    expect(output.tail()).toEqual(['[stdout]gr\u{FC}n']);
  });

  it('is cut in the file where it has no end, and its own end is told still', async () => {
    const small = eventOutput(join(folder, 'small.log'), { mostBytes: 10 });
    for (const text of ['0123456789ab\n', 'cd\n']) small.write('stdout', Buffer.from(text));
    expect(small.tail()).toEqual(['[stdout]0123456789ab', '[stdout]cd']);
    expect(await small.close()).toBeUndefined();
    expect(readFileSync(small.path, 'utf8')).toBe(
      '0123456789\n… the output goes on, but only 10 bytes of it are kept\n',
    );
  });

  it('that cannot be kept fails nothing', async () => {
    mkdirSync(join(folder, 'a-folder.log'));
    const lost = eventOutput(join(folder, 'a-folder.log'));
    lost.write('stderr', Buffer.from('all the same\n'));
    expect(lost.tail()).toEqual(['[stderr]all the same']);
    expect(await lost.close()).toContain('EISDIR');
  });
});
