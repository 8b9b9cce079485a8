import type { HostCommand } from '../deployments/target-state.ts';
import type { TargetRow } from './target-rows.ts';

/** Why a target failed: what the diagnostics of an event say, with its name; else what its end says. */
export interface TargetFailure {
  readonly lifecycleEventName?: string;
  readonly why: string;
}

export function failureOf({ lifecycleEvents, end }: TargetRow): TargetFailure {
  const event = lifecycleEvents.findLast(
    ({ status, diagnostics }) =>
      status === 'Failed' && diagnostics !== undefined && diagnostics.errorCode !== 'Success',
  );
  if (event?.diagnostics === undefined) return { why: end?.message ?? 'it has ended' };
  const { lifecycleEventName } = event;
  const { errorCode, scriptName, message } = event.diagnostics;
  const script = scriptName === '' || message.includes(scriptName) ? '' : ` (${scriptName})`;
  return { lifecycleEventName, why: `${errorCode}${script}: ${message}` };
}

/** "ValidateService: ScriptFailed: …" */
export function failureWords(target: TargetRow): string {
  const { lifecycleEventName, why } = failureOf(target);
  return lifecycleEventName === undefined ? why : `${lifecycleEventName}: ${why}`;
}

/** In words, where the host of a target is silent. It has been since its command was queued: who takes one is not. */
export function silenceOf({ status, command }: TargetRow): string | undefined {
  if (status !== 'InProgress' || !isSilent(command)) return undefined;
  const { lifecycleEventName, lastPolledAt, queuedAt } = command;
  const last =
    lastPolledAt === undefined
      ? 'it never asked for work'
      : `it last asked for work ${Math.round((queuedAt - lastPolledAt) / 1000)} s before that was queued`;
  return `${lifecycleEventName} waits for it, and ${last}.`;
}

function isSilent(command: HostCommand | undefined): command is HostCommand {
  return command?.isSilent === true && command.acknowledgedAt === undefined;
}
