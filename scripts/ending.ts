import { messageOf } from './message.ts';

/** Why a command ends before it is done; `exitCode` is what shells expect after that signal. */
export class Ended extends Error {
  readonly exitCode: number;

  constructor(reason: string, exitCode: number) {
    super(reason);
    this.name = 'Ended';
    this.exitCode = exitCode;
  }
}

/** 128 + the number of the signal. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Often enough that a killed npm is noticed well before the 30 seconds in which everything must have ended. */
const PARENT_CHECK_MILLISECONDS = 500;

/** Whoever started us may rely on 30 seconds: what has not ended by then is cut off. */
const LONGEST_END_MILLISECONDS = 25_000;

/**
 * Aborts, with an Ended as its reason, when this process should end: on SIGINT (which a terminal sends to the whole
 * group), SIGTERM, SIGHUP, or when the npm that started us is gone without a word. Further signals change nothing,
 * because npm forwards those that we have already had.
 */
export function endingSignal(): AbortSignal {
  const controller = new AbortController();
  const end = (ended: Ended): void => {
    if (!controller.signal.aborted) {
      setTimeout(() => process.exit(ended.exitCode), LONGEST_END_MILLISECONDS).unref();
      controller.abort(ended);
    }
  };
  for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
    process.on(signal, () => end(new Ended(signal, exitCode)));
  }
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const npm = process.ppid;
    const check = (): void => {
      if (process.ppid !== npm) {
        end(new Ended('npm has ended', EXIT_CODES.SIGTERM));
      }
    };
    setInterval(check, PARENT_CHECK_MILLISECONDS).unref();
  }
  return controller.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}

/** Runs a command's main function and ends this process with its exit code; an error is printed without its stack. */
export async function main(command: () => Promise<number>): Promise<never> {
  try {
    process.exit(await command());
  } catch (error) {
    if (error instanceof Ended) {
      process.exit(error.exitCode);
    }
    console.error(messageOf(error));
    process.exit(1);
  }
}
