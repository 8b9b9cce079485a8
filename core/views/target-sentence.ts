import type { EpochMilliseconds, Recorded } from '../decider.ts';
import type { HostCommandQueued, TargetEvent } from '../deployments/target-events.ts';
import { commandedEvent } from '../hosts/host-command-identifier.ts';
import { unreachable } from '../unreachable.ts';
import type { TellTime } from './event-sentence.ts';

/** What has happened to one target of a fleet, for people, in one line. */
export function targetSentence(event: Recorded<TargetEvent>, tellTime: TellTime): string {
  const time = (at: EpochMilliseconds): string => tellTime(at, event.at);
  switch (event.type) {
    case 'TargetClaimed': {
      const { targetId, zone, wave, slot } = event.data;
      const place = zone === undefined ? '' : ` in ${zone}`;
      return `${targetId}${place} is next: wave ${wave}, slot ${slot + 1}`;
    }
    case 'HostCommandQueued':
      return queuedSentence(event.data, time);
    case 'HostCommandReachedHead':
      return `${eventOf(event.data)} is first in the queue of the host, to be picked up by ${time(event.data.pickUpBy)}`;
    case 'HostCommandAcknowledged': {
      const { isNoop, agentVersion, endBy } = event.data;
      const agent = agentVersion === undefined ? 'the agent' : `the agent ${agentVersion}`;
      const work = isNoop ? 'it has nothing to run' : `it has until ${time(endBy)}`;
      return `${eventOf(event.data)}: ${agent} has taken it, and ${work}`;
    }
    case 'HostCommandExtended':
      return `${eventOf(event.data)} may still be answered, until ${time(event.data.deadline)}`;
    case 'HostEventSucceeded':
      return `${event.data.lifecycleEventName} succeeded`;
    case 'HostEventFailed': {
      const { lifecycleEventName, diagnostics, isIgnored } = event.data;
      const ignored = isIgnored === true ? ', which is ignored' : '';
      return `${lifecycleEventName} failed${ignored}: ${diagnostics.message}`;
    }
    case 'HostAnsweredLate':
      return `${eventOf(event.data)}: too late to count, ${event.data.status} was answered: ${event.data.message}`;
    case 'TargetSucceeded':
      return `Succeeded: ${event.data.message}`;
    case 'TargetFailed':
      return `Failed: ${event.data.message}`;
    case 'TargetSkipped':
      return `Skipped: ${event.data.message}`;
    default:
      return unreachable(event);
  }
}

function queuedSentence(
  { lifecycleEventName, behind, pickUpBy, lastPolledAt, isSilent }: HostCommandQueued,
  time: (at: EpochMilliseconds) => string,
): string {
  const place =
    behind === undefined
      ? `to be picked up${pickUpBy === undefined ? '' : ` by ${time(pickUpBy)}`}`
      : `behind a command of ${behind}`;
  return `${lifecycleEventName} is queued, ${place}${silence(isSilent === true, lastPolledAt, time)}`;
}

/** Said at once, long before it fails the target. */
function silence(
  isSilent: boolean,
  lastPolledAt: EpochMilliseconds | undefined,
  time: (at: EpochMilliseconds) => string,
): string {
  if (!isSilent) return '';
  return lastPolledAt === undefined
    ? '; the agent never asked for work'
    : `; the agent is silent, it last asked for work at ${time(lastPolledAt)}`;
}

/** Whoever made up an identifier that is none of ours is quoted. */
function eventOf({ hostCommandIdentifier }: { readonly hostCommandIdentifier: string }): string {
  return commandedEvent(hostCommandIdentifier)?.lifecycleEventName ?? hostCommandIdentifier;
}
