import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningProcess } from './processes.ts';
import { familyOf, holdersOf, openFile, processOf, signalAll } from './processes.ts';

/** How a script came to its end, and who goes on with its output open after it. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly leftBehind: readonly RunningProcess[];
  readonly isOutputOpen: boolean;
}

/** A process that was begun, in a group of its own, so that all that it starts can be ended with it. */
export interface ScriptProcess {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  /** Rejects where it could not be started. */
  readonly ended: Promise<ScriptEnd>;
  /** The process is there, but what it is for begins with this. */
  readonly begin: () => void;
  /** TERM for all of it, and KILL for what does not heed it. */
  readonly stop: () => void;
}

/**
 * The script begins only when it is in the journal: an agent that is killed before leaves nothing behind that nobody knows. The
 * pipe closes with the agent.
 */
const AFTER_A_WORD = 'read -r go <&3 || exit 1; exec "$@" 3<&-';

/** Between TERM and KILL. */
const MERCY_MILLISECONDS = 5_000;
/** How often it is looked whether those told to end have ended. */
const LOOK_AGAIN_MILLISECONDS = 50;
/** How long what a script has left behind may keep its output open after the script itself has ended. */
const OUTPUT_GRACE_MILLISECONDS = 3_000;

export interface ScriptProcessPorts {
  readonly write: (stream: 'stdout' | 'stderr', bytes: Buffer) => void;
  /** The script itself is gone; what it has left behind may hold its output open still. */
  readonly gone: () => Promise<void>;
}

export function scriptProcess(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  { write, gone }: ScriptProcessPorts,
): ScriptProcess {
  const child = spawn('/bin/sh', ['-c', AFTER_A_WORD, 'sh', ...words], {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const { pid } = child;
  const [stdout, stderr, gate] = child.stdio.slice(1) as [Readable, Readable, Writable];
  stdout.on('data', (bytes: Buffer) => write('stdout', bytes));
  stderr.on('data', (bytes: Buffer) => write('stderr', bytes));
  // One that has ended already has closed it.
  gate.on('error', () => undefined);
  // As the script sees them: whoever holds them after it has inherited them.
  const outputs = pid === undefined ? [] : [openFile(pid, 1), openFile(pid, 2)];
  const stopping = stopOf(pid);
  const ended = endOf(child, [stdout, stderr], outputs, async () => {
    await stopping.finish();
    await gone();
  });
  return { pid, ended, begin: () => gate.end('go\n'), stop: stopping.begin };
}

async function endOf(
  child: ChildProcess,
  streams: readonly Readable[],
  outputs: readonly (string | undefined)[],
  afterExit: () => Promise<void>,
): Promise<ScriptEnd> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const { code, signal } = await exitOf(child);
  await afterExit();
  const isClosed = await within(closed, OUTPUT_GRACE_MILLISECONDS);
  if (isClosed) return { code, signal, leftBehind: [], isOutputOpen: false };
  const files = outputs.filter((file) => file !== undefined);
  for (const stream of streams) letGo(stream);
  return { code, signal, leftBehind: holdersOf(files), isOutputOpen: true };
}

/** It is read on for nothing: what goes on would be ended by its next word if nobody heard it. */
function letGo(stream: Readable): void {
  stream.removeAllListeners('data');
  stream.on('error', () => undefined);
  stream.resume();
  (stream as Readable & { readonly unref?: () => void }).unref?.();
}

function exitOf(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

interface Stopping {
  readonly begin: () => void;
  /** Once the script itself has ended: resolves when nothing of what was told to end is left. */
  readonly finish: () => Promise<void>;
}

function stopOf(pid: number | undefined): Stopping {
  const leader = pid === undefined ? undefined : processOf(pid);
  let told: readonly RunningProcess[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  const mercy = new AbortController();
  const begin = (): void => {
    if (pid === undefined || told !== undefined) return;
    told = familyOf(pid);
    timer = setTimeout(() => {
      // Begun in the meantime by what ignored the signal, unless the number is another's by now.
      const begun = isAnother(pid, leader) ? [] : familyOf(pid);
      signalAll([...begun, ...(told ?? [])], 'SIGKILL');
      mercy.abort();
    }, MERCY_MILLISECONDS);
    signalAll(told, 'SIGTERM');
  };
  const finish = async (): Promise<void> => {
    while (!mercy.signal.aborted && told?.some(isAlive) === true) await pause(LOOK_AGAIN_MILLISECONDS);
    clearTimeout(timer);
  };
  return { begin, finish };
}

function isAlive({ pid, startedAt }: RunningProcess): boolean {
  return processOf(pid)?.startedAt === startedAt;
}

function isAnother(pid: number, before: RunningProcess | undefined): boolean {
  const now = processOf(pid);
  return now !== undefined && now.startedAt !== before?.startedAt;
}

async function within(done: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isDone = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}
