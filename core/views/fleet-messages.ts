import type { HostCommand } from '../deployments/target-state.ts';
import type { TargetRow } from './target-rows.ts';

/** The event that failed and what its diagnostics say; else why the target ended. */
export function failureWords({ lifecycleEvents, end }: TargetRow): string {
  const event = lifecycleEvents.findLast(
    ({ status, diagnostics }) =>
      status === 'Failed' && diagnostics !== undefined && diagnostics.errorCode !== 'Success',
  );
  if (event?.diagnostics === undefined) return end?.message ?? 'it has ended';
  const { errorCode, scriptName, message } = event.diagnostics;
  const script = scriptName === '' || message.includes(scriptName) ? '' : ` (${scriptName})`;
  return `${event.lifecycleEventName}: ${errorCode}${script}: ${message}`;
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
