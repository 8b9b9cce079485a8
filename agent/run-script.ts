import { spawn } from 'node:child_process';
import { access, chmod, constants, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { userInfo } from 'node:os';
import type { Writable } from 'node:stream';
import type { EventOutput } from './event-output.ts';
import { EventFailure } from './event-failure.ts';
import { namesOfGroup, processOf, signalGroup } from './processes.ts';

export interface Script {
  /** The unpacked revision that it belongs to. */
  readonly archive: string;
  /** As the AppSpec has it. */
  readonly location: string;
  readonly timeoutSeconds: number;
  readonly runas?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ScriptPorts {
  readonly output: EventOutput;
  /** Told of the process group as soon as there is one. */
  readonly started: (script: { readonly pid: number; readonly startedAt: string }) => Promise<void>;
  /** The service wants it stopped. */
  readonly stop: AbortSignal;
}

/**
 * The script begins only when it is in the journal: an agent that is killed before leaves nothing behind that nobody knows. The
 * pipe closes with the agent.
 */
const AFTER_A_WORD = 'read -r go <&3 || exit 1; exec "$@" 3<&-';

/** Between TERM and KILL. */
const MERCY_MILLISECONDS = 5_000;
/** How long what a script has left behind may keep its output open after the script itself has ended. */
const OUTPUT_GRACE_MILLISECONDS = 3_000;

/** Runs one script to its end. Throws EventFailure where it cannot be run, fails or takes too long. */
export async function runScript(script: Script, ports: ScriptPorts): Promise<void> {
  const path = await executable(script);
  const { location, runas, timeoutSeconds } = script;
  ports.output.note(`Script - ${location}`);
  const [command, words] = commandOf(path, runas);
  const child = spawn('/bin/sh', ['-c', AFTER_A_WORD, 'sh', command, ...words], {
    cwd: '/',
    env: script.environment,
    // A group of its own, so that all that it starts can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', (bytes: Buffer) => ports.output.write('stdout', bytes));
  child.stderr?.on('data', (bytes: Buffer) => ports.output.write('stderr', bytes));
  const ended = endOf(child);
  const { pid } = child;
  const gate = child.stdio[3] as Writable;
  // A script that has ended already has closed it.
  gate.on('error', () => undefined);
  if (pid !== undefined) await ports.started({ pid, startedAt: processOf(pid)?.startedAt ?? '' });
  gate.end('go\n');
  let cut: 'time' | 'service' | undefined;
  const end = (why: 'time' | 'service') => (): void => {
    cut ??= why;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    mercy ??= setTimeout(() => signalGroup(pid, 'SIGKILL'), MERCY_MILLISECONDS);
  };
  let mercy: NodeJS.Timeout | undefined;
  const timer = setTimeout(end('time'), timeoutSeconds * 1000);
  const stopped = end('service');
  ports.stop.addEventListener('abort', stopped);
  if (ports.stop.aborted) stopped();
  try {
    const { code, signal } = await ended;
    await outputEnded(child, location, ports.output);
    if (cut === 'time') {
      throw new EventFailure(
        'ScriptTimedOut',
        `Script at ${location} failed to complete in ${timeoutSeconds} seconds`,
        location,
      );
    }
    if (cut === 'service') {
      throw new EventFailure('UnknownError', `The service stopped the script at ${location}`, location);
    }
    if (code === 0) return;
    const how = code === null ? `was ended by ${signal ?? 'a signal'}` : `failed with exit code ${code}`;
    const who = runas === undefined ? '' : ` run as user ${runas}`;
    throw new EventFailure('ScriptFailed', `Script at ${location}${who} ${how}`, location);
  } finally {
    clearTimeout(timer);
    // What ignored the first signal is ended with its group, also after the script itself.
    if (mercy !== undefined && pid !== undefined) signalGroup(pid, 'SIGKILL');
    clearTimeout(mercy);
    ports.stop.removeEventListener('abort', stopped);
  }
}

type Child = ReturnType<typeof spawn>;

function endOf(child: Child): Promise<{ readonly code: number | null; readonly signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new EventFailure('ScriptFailed', `The script could not be started: ${error.message}`));
    });
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** A process left behind that holds the output open must not hold up the event: after a while it is let go, and named. */
async function outputEnded(child: Child, location: string, output: EventOutput): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const isOpen = (): boolean => streams.some((stream) => !stream.readableEnded && !stream.destroyed);
  if (!isOpen()) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, OUTPUT_GRACE_MILLISECONDS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  if (!isOpen()) return;
  const names = child.pid === undefined ? [] : namesOfGroup(child.pid);
  for (const stream of streams) stream.destroy();
  const who = names.length === 0 ? 'A process that it started' : names.join(', ');
  output.note(`${location} has ended, and its output is still open: ${who} goes on without it`);
}

async function executable({ archive, location }: Script): Promise<string> {
  const path = await realpath(join(archive, location)).catch(() => undefined);
  const isInside = path?.startsWith(`${await realpath(archive)}${sep}`) === true;
  if (path === undefined || !isInside || !(await stat(path)).isFile()) {
    throw new EventFailure(
      'ScriptMissing',
      `Script does not exist at specified location: ${join(archive, location)}`,
      location,
    );
  }
  const isExecutable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (isExecutable) return path;
  try {
    await chmod(path, (await stat(path)).mode | 0o111);
    return path;
  } catch {
    throw new EventFailure(
      'ScriptNotExecutable',
      `Script at ${location} could not be made executable`,
      location,
    );
  }
}

/** `su` asks for a password unless the agent is root or that user. */
function commandOf(path: string, runas: string | undefined): readonly [string, readonly string[]] {
  if (runas === undefined || runas === userInfo().username) return [path, []];
  return ['su', [runas, '-c', path]];
}
