import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { tail } from '../command.ts';
import { messageOf } from '../message.ts';
import { type ProcessGroup, startProcessGroup } from '../process-group.ts';
import type { RunFolder } from './run-folder.ts';

export interface MiniStackOptions {
  readonly python: string;
  readonly port: number;
  readonly run: RunFolder;
  /** Where `node_modules` is: functions that do not bring the SDK, such as CDK's own, take it from there. */
  readonly projectFolder: string;
  /** Multiplies the waits and the retry intervals of Step Functions. */
  readonly waitScale: number;
  readonly signal: AbortSignal;
}

export interface MiniStack {
  readonly endpoint: string;
  readonly end: () => Promise<void>;
}

/** It answers after a fraction of a second; a machine that is busy with tests may take far longer. */
const START_MILLISECONDS = 30_000;
const ASK_AGAIN_MILLISECONDS = 50;

/**
 * Starts the emulator on the loopback interface, with AUTH=true so that every function has only the rights of its role,
 * and resolves when it is healthy. Throws, with what it printed, where it ends before.
 */
export async function startMiniStack(options: MiniStackOptions): Promise<MiniStack> {
  const logFile = join(options.run.path, 'ministack.log');
  // Lambda's Node brings the SDK; ES modules look for it above the folder they are in, and not in NODE_PATH.
  symlinkSync(join(options.projectFolder, 'node_modules'), join(options.run.path, 'node_modules'), 'dir');
  const group = startProcessGroup(options.python, [join(import.meta.dirname, 'tethered.py')], {
    folder: options.run.path,
    environment: environmentOf(options),
    logFile,
    tether: true,
  });
  const endpoint = `http://127.0.0.1:${options.port}`;
  try {
    await healthy(endpoint, group, options.signal);
    return { endpoint, end: group.end };
  } catch (error) {
    await group.end();
    options.signal.throwIfAborted();
    throw new Error(`The emulator did not start: ${messageOf(error)}\n${await tail(logFile)}`, {
      cause: error,
    });
  }
}

/** Nothing of ours leaks into it, because all of it would leak on into the functions. */
function environmentOf(options: MiniStackOptions): Record<string, string> {
  return {
    HOME: options.run.path,
    // Functions run on the Node that runs us, whatever their runtime says.
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    TMPDIR: options.run.temporary,
    STATE_DIR: join(options.run.path, 'state'),
    NODE_PATH: join(options.projectFolder, 'node_modules'),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AUTH: 'true',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(options.port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    LOG_LEVEL: 'WARNING',
    SFN_WAIT_SCALE: String(options.waitScale),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

async function healthy(endpoint: string, group: ProcessGroup, signal: AbortSignal): Promise<void> {
  const gone = new AbortController();
  group.exited.then(
    (code) => gone.abort(new Error(`it ended with exit code ${code}`)),
    (error: unknown) => gone.abort(error),
  );
  const over = AbortSignal.any([signal, gone.signal, AbortSignal.timeout(START_MILLISECONDS)]);
  for (;;) {
    over.throwIfAborted();
    const response = await fetch(`${endpoint}/_ministack/health`, { signal: over }).catch(() => undefined);
    if (response?.ok === true) {
      return;
    }
    await wait(ASK_AGAIN_MILLISECONDS, undefined, { signal: over }).catch(() => undefined);
  }
}
