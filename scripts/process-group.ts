import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** A child in a process group of its own, so that a terminal's Ctrl-C reaches only us and we end all of it in order. */
export interface ProcessGroup {
  readonly child: ChildProcess;
  /** The exit code; 1 where a signal ended it. Rejects where the command could not be started. */
  readonly exited: Promise<number>;
  /** SIGTERM, then SIGKILL where that was not enough; resolves when the child is gone. */
  readonly end: () => Promise<void>;
}

export interface ProcessGroupOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Standard output and standard error go to this file; else to ours. */
  readonly logFile?: string;
  /** A pipe that closes with us, for children that end when it does; else standard input is empty. */
  readonly tether?: boolean;
}

/** MiniStack needs it: a hanging custom resource keeps it from ending on SIGTERM. */
const PATIENCE_MILLISECONDS = 5_000;

const leaders = new Set<number>();

/** The last net, for a process that exits without having ended its children: vitest does so on SIGINT. */
process.on('exit', () => {
  for (const leader of leaders) {
    signalGroup(leader, 'SIGKILL');
  }
});

export function startProcessGroup(
  command: string,
  args: readonly string[],
  options: ProcessGroupOptions,
): ProcessGroup {
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, 'a');
  const output = log ?? 'inherit';
  const stdio: StdioOptions = [options.tether === true ? 'pipe' : 'ignore', output, output];
  const child = spawn(command, args, {
    cwd: options.folder,
    env: options.environment,
    detached: true,
    stdio,
  });
  if (log !== undefined) {
    closeSync(log);
  }
  const { pid } = child;
  if (pid !== undefined) {
    leaders.add(pid);
  }
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  // Whoever waits for it sees the failure; one who does not must not be ended by it.
  exited.catch(() => undefined);
  return { child, exited, end: () => endGroup(pid, exited) };
}

async function endGroup(leader: number | undefined, exited: Promise<number>): Promise<void> {
  if (leader === undefined || !leaders.has(leader)) {
    return;
  }
  signalGroup(leader, 'SIGTERM');
  const impatience = setTimeout(() => signalGroup(leader, 'SIGKILL'), PATIENCE_MILLISECONDS);
  await exited.catch(() => undefined);
  clearTimeout(impatience);
  // The leader's own children may have ignored the first signal.
  signalGroup(leader, 'SIGKILL');
  leaders.delete(leader);
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // No such process: the whole group is gone, which is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
