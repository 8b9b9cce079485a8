import type { StoredEvent } from '../../core/chain.ts';
import type { HostEventName } from '../../core/deployments/lifecycle.ts';
import type { HostCommandAcknowledged, TargetEvent } from '../../core/deployments/target-events.ts';
import type { HostEvent } from '../../core/deployments/target-state.ts';
import { commandedEvent } from '../../core/hosts/host-command-identifier.ts';
import { isOwnAgent } from '../../core/hosts/protocol.ts';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import { recorded } from '../runtime/history.ts';

/** An OutputDoesNotExistException that says why no lifecycle event of the target has any. */
export function noOutputAtAll(targetId: string): Refusal {
  return refusal(
    `No lifecycle event on ${quoted(targetId)} has a whole output. Sluice's own agent sends one when an event is done ` +
      'and its scripts have written something; other agents send none.',
  );
}

/** An OutputDoesNotExistException that says why this event has none, and below it what is known of it all the same. */
export function noOutput(
  targetId: string,
  lifecycleEventName: HostEventName,
  event: HostEvent | undefined,
  log: readonly StoredEvent[],
): Refusal {
  const which = event?.status === 'Failed' ? `${lifecycleEventName}, which failed` : lifecycleEventName;
  const why = reason(event, acknowledgement(log, lifecycleEventName));
  const { message = '', logTail = '' } = event?.diagnostics ?? {};
  return refusal(
    [
      `There is no whole output of ${which} on ${quoted(targetId)}: ${why}`,
      ...(message === '' ? [] : [`It ended with: ${message}`]),
      ...(logTail === '' ? [] : ['The end of what it wrote:', logTail.trimEnd()]),
    ].join('\n'),
  );
}

function reason(event: HostEvent | undefined, taken: HostCommandAcknowledged | undefined): string {
  const status = event?.status;
  switch (status) {
    case undefined:
    case 'Pending':
    case 'InProgress':
      return 'the event is not done.';
    case 'Skipped':
      return 'the event was skipped.';
    case 'Succeeded':
    case 'Failed':
    case 'Unknown':
      return taken === undefined ? 'no agent has said that it took up the event.' : reasonOf(taken);
    default:
      return status satisfies never;
  }
}

function reasonOf({ isNoop, agentVersion }: HostCommandAcknowledged): string {
  if (isNoop) return 'the revision has no script for it.';
  if (isOwnAgent(agentVersion)) {
    return 'its scripts wrote nothing, or the agent could not send it. What there is, is on the host: logs/scripts.log in the folder of the deployment.';
  }
  const agent = agentVersion === undefined ? 'another' : `the agent ${agentVersion}`;
  return `only Sluice's own agent sends one, and on this host ${agent} was at work.`;
}

function acknowledgement(
  log: readonly StoredEvent[],
  lifecycleEventName: HostEventName,
): HostCommandAcknowledged | undefined {
  for (const stored of log) {
    const event = recorded<TargetEvent>(stored);
    if (event.type !== 'HostCommandAcknowledged') continue;
    const command = commandedEvent(event.data.hostCommandIdentifier);
    if (command?.lifecycleEventName === lifecycleEventName) return event.data;
  }
  return undefined;
}

function refusal(message: string): Refusal {
  return new Refusal('OutputDoesNotExistException', message);
}
