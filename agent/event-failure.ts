import { DIAGNOSTICS_CODES, type DiagnosticsCode } from '../core/hosts/diagnostics.ts';

/** Why a lifecycle event failed on this host. `message` is for the people who deploy: it names what to change, and no secret. */
export class EventFailure extends Error {
  override readonly name = 'EventFailure';
  readonly errorCode: EventErrorCode;
  /** The location of the script in the AppSpec; undefined where no script was to blame. */
  readonly scriptName: string | undefined;

  constructor(errorCode: EventErrorCode, message: string, scriptName?: string) {
    super(message);
    this.errorCode = errorCode;
    this.scriptName = scriptName;
  }
}

/** `ScriptMissing`, `ScriptNotExecutable`, `ScriptTimedOut`, `ScriptFailed`, `UnknownError`, `OutputLeftOpen`, `AgentRestarted`. */
export type EventErrorCode = Capitalize<Exclude<keyof typeof DIAGNOSTICS_CODES, 'success'>>;

/** The number that the diagnostics carry for it. */
export function diagnosticsCodeOf(errorCode: EventErrorCode): DiagnosticsCode {
  const name = `${errorCode.charAt(0).toLowerCase()}${errorCode.slice(1)}`;
  return DIAGNOSTICS_CODES[name as Uncapitalize<EventErrorCode>];
}
