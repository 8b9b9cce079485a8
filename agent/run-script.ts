import { access, chmod, constants, realpath, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join, sep } from 'node:path';
import type { EventOutput } from './event-output.ts';
import { EventFailure } from './event-failure.ts';
import { loginShellOf } from './owners.ts';
import { processOf } from './processes.ts';
import type { ScriptEnd } from './script-process.ts';
import { scriptProcess } from './script-process.ts';
import { runCommand } from './system-command.ts';

export interface Script {
  /** The unpacked revision that it belongs to. */
  readonly archive: string;
  /** As the AppSpec has it. */
  readonly location: string;
  readonly timeoutSeconds: number;
  readonly runas?: string | undefined;
  readonly sudo?: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

export interface StartedScript {
  readonly pid: number;
  readonly startedAt: string;
  readonly location: string;
}

export interface ScriptPorts {
  readonly output: EventOutput;
  /** Told of the process group as soon as there is one. */
  readonly started: (script: StartedScript) => Promise<void>;
  /** The script has ended. What it has left behind is not to be ended with it: it may be what the script was to start. */
  readonly ended: () => Promise<void>;
  /** The service wants it stopped. */
  readonly stop: AbortSignal;
}

/**
 * Runs one script to its end. Throws EventFailure where it cannot be run, fails or takes too long. What is to be told of its success, if
 * anything: that something it started holds its output open, which does not hold up the event.
 */
export async function runScript(script: Script, ports: ScriptPorts): Promise<string | undefined> {
  const path = await executable(script);
  const { location, timeoutSeconds } = script;
  const { output, stop } = ports;
  output.note(`Script - ${location}`);
  const running = scriptProcess(commandOf(path, script), script.environment, {
    write: output.write,
    gone: ports.ended,
  });
  const ended = running.ended.catch((error: Error) => {
    throw new EventFailure(
      'ScriptFailed',
      `Script at ${location} could not be started: ${error.message}`,
      location,
    );
  });
  let cut: 'time' | 'service' | undefined;
  const end = (why: 'time' | 'service') => (): void => {
    cut ??= why;
    running.stop();
  };
  const timer = setTimeout(end('time'), timeoutSeconds * 1000);
  const stopped = end('service');
  stop.addEventListener('abort', stopped);
  if (stop.aborted) stopped();
  let scriptEnd: ScriptEnd;
  try {
    const { pid } = running;
    if (pid !== undefined) await ports.started({ pid, startedAt: processOf(pid)?.startedAt ?? '', location });
    running.begin();
    scriptEnd = await ended;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', stopped);
  }
  return outcomeOf(script, scriptEnd, cut, output);
}

async function outcomeOf(
  { location, timeoutSeconds, runas }: Script,
  end: ScriptEnd,
  cut: 'time' | 'service' | undefined,
  output: EventOutput,
): Promise<string | undefined> {
  const leftOpen = leftOpenBy(location, end);
  if (leftOpen !== undefined) output.note(leftOpen);
  if (cut === 'time') {
    const message = `Script at ${location} failed to complete in ${timeoutSeconds} seconds`;
    throw new EventFailure('ScriptTimedOut', message, location);
  }
  if (cut === 'service') {
    throw new EventFailure('UnknownError', `The service stopped the script at ${location}`, location);
  }
  if (end.code === 0) return leftOpen;
  const how =
    end.code === null ? `was ended by ${end.signal ?? 'a signal'}` : `failed with exit code ${end.code}`;
  const who = runas === undefined ? '' : ` run as user ${runas}`;
  const shell = runas === undefined ? '' : await noShellWords(runas);
  throw new EventFailure('ScriptFailed', `Script at ${location}${who} ${how}${shell}`, location);
}

/** `su` runs the script with the login shell of the user, and that of many accounts of services runs nothing. */
async function noShellWords(runas: string): Promise<string> {
  if (isOurself(runas)) return '';
  const shell = await loginShellOf(runas, runCommand);
  return shell === undefined || !NO_SHELLS.has(basename(shell))
    ? ''
    : `: the login shell of that user is ${shell}, which runs no script. Name another user in runas, or change its shell with usermod --shell`;
}

const NO_SHELLS: ReadonlySet<string> = new Set(['nologin', 'false']);

function isOurself(runas: string): boolean {
  return runas === userInfo().username;
}

function leftOpenBy(location: string, { isOutputOpen, leftBehind }: ScriptEnd): string | undefined {
  if (!isOutputOpen) return undefined;
  const names = leftBehind.map(({ name, pid }) => `${name} (${pid})`);
  const who = names.length === 0 ? 'something that it started' : names.join(', ');
  return `${location} has ended, but its output is still open in ${who}. Nothing more of it is kept, and whatever writes to it after a restart of the agent is ended: redirect it to a file`;
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

/** `su` asks for a password unless the agent is root or that user. Its command is read by a shell. */
function commandOf(path: string, { runas, sudo }: Script): readonly string[] {
  const asRoot = sudo === true ? ['sudo'] : [];
  const words =
    runas === undefined || isOurself(runas)
      ? [path]
      : ['su', runas, '-c', `'${path.replaceAll("'", `'\\''`)}'`];
  return [...asRoot, ...words];
}
