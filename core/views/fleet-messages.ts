import type { HostCommand } from '../deployments/target-state.ts';
import type { TargetRow } from './target-rows.ts';

/** Of a fleet in which all hosts are silent the first few tell enough. */
const MOST_NAMED = 5;

/** What failed first, for people: in a fleet the rest is often the same. */
export function firstFailure(claimed: readonly TargetRow[]): readonly string[] {
  const [first] = claimed
    .filter(({ status }) => status === 'Failed')
    .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  if (first === undefined) return [];
  return [`${first.claimed.targetId} failed first: ${failureWords(first)}`];
}

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

/** The hosts that a command waits for and that do not ask for work. */
export function silentHosts(claimed: readonly TargetRow[]): readonly string[] {
  const words = claimed.flatMap((target) => {
    const words = silenceOf(target);
    return words === undefined ? [] : [`The agent on ${target.claimed.targetId} is silent: ${words}`];
  });
  const more = words.length - MOST_NAMED;
  return more <= 0 ? words : [...words.slice(0, MOST_NAMED), `${more} more agents are silent.`];
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
