import type { EpochMilliseconds } from '../../core/decider.ts';
import type { HostCommandStatus, HostInput, HostOutput } from '../../core/hosts/protocol.ts';
import { isNoopAcknowledged, isOwnAgent } from '../../core/hosts/protocol.ts';
import { hostDiagnostics } from '../../core/hosts/diagnostics.ts';
import type { CommandedEvent } from '../../core/hosts/host-command-identifier.ts';
import type { Target } from '../../core/deployments/target-state.ts';
import { decideTarget, followTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import { metrics } from '../runtime/metrics.ts';
import type { Caller, GatewayPorts } from './caller.ts';
import { actorOf, commandedTarget } from './caller.ts';
import { insisting } from './insist.ts';

/** The first one begins the command. Every other is told not to run it: it would run twice. */
export async function putHostCommandAcknowledgement(
  ports: GatewayPorts,
  caller: Caller,
  { HostCommandIdentifier, Diagnostics }: HostInput<'PutHostCommandAcknowledgement'>,
): Promise<HostOutput<'PutHostCommandAcknowledgement'>> {
  const { event } = await commandedTarget(ports, caller, HostCommandIdentifier);
  const isNoop = isNoopAcknowledged(Diagnostics);
  const { agentVersion } = caller;
  const hasHeartbeat = isOwnAgent(agentVersion);
  const data = {
    hostCommandIdentifier: HostCommandIdentifier,
    isNoop,
    hasHeartbeat,
    ...(agentVersion === undefined ? {} : { agentVersion }),
  };
  const acknowledge = { type: 'AcknowledgeHostCommand', data } as const;
  const { state, events } = await decideTarget(ports, event, acknowledge, actorOf(caller));
  if (events.length === 0) {
    return { CommandStatus: eventStatus(state, event) === 'Succeeded' ? 'Succeeded' : 'Failed' };
  }
  if (!hasHeartbeat || isNoop) return { CommandStatus: 'InProgress' };
  return { CommandStatus: 'InProgress', OutputUploadAddress: await ports.uploads.address(outputKey(event)) };
}

/** Our own agent says so while it works, and stops where it is told that the command is over. */
export async function postHostCommandUpdate(
  ports: GatewayPorts,
  caller: Caller,
  { HostCommandIdentifier }: HostInput<'PostHostCommandUpdate'>,
): Promise<HostOutput<'PostHostCommandUpdate'>> {
  const { event, target } = await commandedTarget(ports, caller, HostCommandIdentifier);
  const CommandStatus = commandStatus(target, event, HostCommandIdentifier);
  if (CommandStatus === 'InProgress') {
    await ports.leases.heartbeat(HostCommandIdentifier, ports.system.now());
  }
  return { CommandStatus };
}

/**
 * The first answer counts, also without an acknowledgement: an agent that cannot read the specification fails so. All
 * others are noted, and never refused: the Ruby agent would report that as another failure.
 */
export async function putHostCommandComplete(
  ports: GatewayPorts,
  caller: Caller,
  { HostCommandIdentifier, CommandStatus, Diagnostics, OutputUploaded }: HostInput<'PutHostCommandComplete'>,
  until: EpochMilliseconds,
): Promise<HostOutput<'PutHostCommandComplete'>> {
  const { event } = await commandedTarget(ports, caller, HostCommandIdentifier);
  const data = {
    hostCommandIdentifier: HostCommandIdentifier,
    status: CommandStatus,
    diagnostics: hostDiagnostics(Diagnostics?.Payload, CommandStatus),
    ...(OutputUploaded === true ? { outputKey: outputKey(event) } : {}),
  };
  const complete = { type: 'CompleteHostCommand', data } as const;
  const decided = await decideTarget(ports, event, complete, actorOf(caller));
  await followed(ports, decided, event, until);
  return {};
}

/** Waking the workflow is tried for as long, once at least, and no longer than the call itself is. */
const FOLLOW_MILLISECONDS = 5_000;

/**
 * The completion is on record, and an agent that is told of our failure would report one of its own after it. So the
 * waking is left to the sweep, or to the reaction to a target that has failed. Only one that has succeeded as a whole
 * nobody else looks at: its waking is tried as long as the call may be, because the call begun again would note an answer
 * that the host has not given, and then by the agent's next try.
 */
async function followed(
  ports: GatewayPorts,
  decided: Awaited<ReturnType<typeof decideTarget>>,
  event: CommandedEvent,
  until: EpochMilliseconds,
): Promise<void> {
  const isWhole = decided.state.status === 'Succeeded';
  const last = isWhole ? until : Math.min(until, ports.system.now() + FOLLOW_MILLISECONDS);
  try {
    await insisting(
      ports.system,
      last,
      () => true,
      () => followTarget(ports, decided),
    );
  } catch (error) {
    if (isWhole) throw error;
    logger.error('a completion woke nobody', { ...event, error: error as Error });
    metrics.count('FailureCaught');
  }
}

function commandStatus(state: Target, event: CommandedEvent, id: string): HostCommandStatus {
  if (state.status === 'InProgress' && state.command?.hostCommandIdentifier === id) {
    return state.command.acknowledgedAt === undefined ? 'Pending' : 'InProgress';
  }
  return eventStatus(state, event) === 'Succeeded' ? 'Succeeded' : 'Failed';
}

function eventStatus(state: Target, { lifecycleEventName }: CommandedEvent) {
  if (state.status === 'Unclaimed') return undefined;
  return state.lifecycleEvents.find((known) => known.lifecycleEventName === lifecycleEventName)?.status;
}

/** Where the whole output of one lifecycle event on one host is kept. */
function outputKey({ deploymentId, targetId, lifecycleEventName }: CommandedEvent): string {
  return `${deploymentId}/${encodeURIComponent(targetId)}/${lifecycleEventName}.log`;
}
