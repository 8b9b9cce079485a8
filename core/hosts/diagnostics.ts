import type { Diagnostics } from '../deployments/lifecycle.ts';

/** What agents say of a command that is done, by the number of it. */
export const DIAGNOSTICS_CODES = {
  success: 0,
  scriptMissing: 1,
  scriptNotExecutable: 2,
  scriptTimedOut: 3,
  scriptFailed: 4,
  unknownError: 5,
  outputLeftOpen: 6,
  agentRestarted: 7,
} as const;

export type DiagnosticsCode = (typeof DIAGNOSTICS_CODES)[keyof typeof DIAGNOSTICS_CODES];

/** A script of a stock agent sends less than 2,048; this bounds what a stranger's agent makes us keep. */
const LONGEST_LOG_TAIL = 4096;
const LONGEST_MESSAGE = 2048;
const LONGEST_SCRIPT_NAME = 1024;

/** Parsing more than this would only cost: an agent's message and log are a few kilobytes. */
const LONGEST_PAYLOAD = 1_000_000;

/**
 * What an agent of any make sends with a completion, as the API shows it. Never throws: the code may be a text, members
 * may be missing, and what is no JSON at all is kept as it came, as the message of an unknown error.
 */
export function hostDiagnostics(payload: string | undefined, status: 'Succeeded' | 'Failed'): Diagnostics {
  const members = membersOf(payload ?? '');
  if (members === undefined) {
    return {
      errorCode: status === 'Succeeded' ? 'Success' : 'UnknownError',
      scriptName: '',
      message: beginning(payload ?? '', LONGEST_MESSAGE) || (status === 'Succeeded' ? 'Succeeded' : ''),
      logTail: '',
    };
  }
  return {
    errorCode: codeName(members['error_code']),
    scriptName: beginning(textOf(members['script_name']), LONGEST_SCRIPT_NAME),
    message: beginning(textOf(members['message']), LONGEST_MESSAGE),
    logTail: end(textOf(members['log']), LONGEST_LOG_TAIL),
  };
}

function membersOf(payload: string): Readonly<Record<string, unknown>> | undefined {
  if (payload.length > LONGEST_PAYLOAD) return undefined;
  try {
    const parsed: unknown = JSON.parse(payload);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const NAMES: readonly Diagnostics['errorCode'][] = [
  'Success',
  'ScriptMissing',
  'ScriptNotExecutable',
  'ScriptTimedOut',
  'ScriptFailed',
  'UnknownError',
];

/** The numbers 6 and 7 have no name in the API, and the Ruby agent sends the text "Unknown" after bytes that are no UTF-8. */
function codeName(code: unknown): Diagnostics['errorCode'] {
  const number = typeof code === 'string' && /^\d+$/.test(code) ? Number(code) : code;
  return (typeof number === 'number' ? NAMES[number] : undefined) ?? 'UnknownError';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** The sum of the characters of a log stays below this, as with every agent. */
export const LOG_TAIL_CHARACTERS = 2048;

export interface CommandReport {
  readonly code: DiagnosticsCode;
  /** The location of the script in the AppSpec; empty where none was run. */
  readonly scriptName: string;
  readonly message: string;
  /** `LifecycleEvent - …`, `Script - …`, then `[stdout]…` and `[stderr]…`, oldest first; sent only where a script failed. */
  readonly log: readonly string[];
}

/** The payload that our own agent sends with a completion. */
export function diagnosticsPayload({ code, scriptName, message, log }: CommandReport): string {
  return JSON.stringify({
    error_code: code,
    script_name: scriptName,
    message: wellFormed(message),
    log: wellFormed(logTail(log)),
  });
}

/**
 * The newest entries, whole ones only, below the limit together. Where other agents send nothing at all because the last
 * line alone is too long, the end of that line is kept.
 */
export function logTail(entries: readonly string[]): string {
  const kept: string[] = [];
  let characters = 0;
  for (const entry of entries.toReversed()) {
    characters += entry.length + LINE_BREAK.length;
    if (characters >= LOG_TAIL_CHARACTERS) break;
    kept.unshift(entry);
  }
  const last = entries.at(-1);
  if (kept.length === 0 && last !== undefined) return end(last, LOG_TAIL_CHARACTERS - 1);
  return kept.join(LINE_BREAK);
}

const LINE_BREAK = '\n';

function beginning(text: string, characters: number): string {
  return wellFormed(text.slice(0, characters));
}

function end(text: string, characters: number): string {
  return wellFormed(text.slice(-characters));
}

/** JSON can escape half of a character, and a cut can halve one; UTF-8 cannot hold it. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\u{FFFD}');
}
