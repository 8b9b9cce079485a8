import type { EpochMilliseconds } from '../../core/decider.ts';
import { deploymentExecutionId } from '../../core/hosts/deployment-execution.ts';
import {
  HELD_POLL_MILLISECONDS,
  LEASE_MILLISECONDS,
  LOOK_AGAIN_MILLISECONDS,
  MOST_HAND_OUTS,
  isHeldFor,
  mayHoldPoll,
  pollsAfter,
} from '../../core/hosts/polling.ts';
import type { HostInput, HostOutput } from '../../core/hosts/protocol.ts';
import type { InFlightRow, QueuedCommandRow } from '../../core/views/target-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { headOf } from '../../core/views/target-rows.ts';
import { activeFleets, queueOf } from '../runtime/fleet-rows.ts';
import { settleTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import type { Caller, GatewayPorts } from './caller.ts';
import { actorOf, requireOwnIdentifier } from './caller.ts';

/**
 * Hands out the first command of the host's queue while the host has no other, once while its lease lives. While the host has a deployment in flight that is small
 * enough, a poll that finds nothing is held, and looks again.
 */
export async function pollHostCommand(
  ports: GatewayPorts,
  caller: Caller,
  { HostIdentifier }: HostInput<'PollHostCommand'>,
): Promise<HostOutput<'PollHostCommand'>> {
  requireOwnIdentifier(caller, HostIdentifier);
  const from = ports.system.now();
  const [work] = await Promise.all([workOf(ports, HostIdentifier), recordPoll(ports, caller, from)]);
  const found = await handOut(ports, caller, work);
  return found ?? (await held(ports, caller, work, from + HELD_POLL_MILLISECONDS));
}

async function held(
  ports: GatewayPorts,
  caller: Caller,
  first: Work,
  until: EpochMilliseconds,
): Promise<HostOutput<'PollHostCommand'>> {
  let work = first;
  while (ports.system.now() + LOOK_AGAIN_MILLISECONDS <= until && (await mayHold(ports, work))) {
    await ports.system.sleep(LOOK_AGAIN_MILLISECONDS);
    work = await workOf(ports, caller.host.hostIdentifier);
    const found = await handOut(ports, caller, work);
    if (found !== undefined) return found;
  }
  return {};
}

/** Asked again at each look: the share of a deployment shrinks as soon as another one begins. */
async function mayHold({ rows, mostHeldPolls }: GatewayPorts, { deployments }: Work): Promise<boolean> {
  if (mostHeldPolls === 0 || !deployments.some(isHeldFor)) return false;
  return mayHoldPoll(deployments, await activeFleets(rows, mostHeldPolls), mostHeldPolls);
}

/** What concerns a host: the deployments that are at work on it, and its unfinished commands, oldest first. */
interface Work {
  readonly deployments: readonly InFlightRow[];
  readonly queue: readonly QueuedCommandRow[];
}

/** More deployments at once on one host than anybody has; its queue is then asked for apart. */
const ROWS_OF_A_HOST = 20;

async function workOf({ rows }: GatewayPorts, hostIdentifier: string): Promise<Work> {
  const { pk } = rowKeys.deploymentOnHost(hostIdentifier, '');
  const page = await rows.query({ pk, limit: ROWS_OF_A_HOST });
  const of = (kind: string) =>
    page.rows.filter(({ sk }) => sk.startsWith(kind)).map(({ data }) => JSON.parse(data) as unknown);
  return {
    deployments: of('in-flight#') as readonly InFlightRow[],
    queue: page.more ? await queueOf(rows, hostIdentifier) : (of('queued#') as readonly QueuedCommandRow[]),
  };
}

async function handOut(
  ports: GatewayPorts,
  caller: Caller,
  { queue }: Work,
): Promise<HostOutput<'PollHostCommand'> | undefined> {
  const head = headOf(queue);
  if (head === undefined || head.isAcknowledged) return undefined;
  const { hostCommandIdentifier } = head;
  const now = ports.system.now();
  // One that was handed out and is about to be acknowledged may be any of the queue.
  const leases = await Promise.all(queue.map((command) => ports.leases.of(command.hostCommandIdentifier)));
  if (leases.some((lease) => lease !== undefined && lease.until > now)) return undefined;
  const lease = leases[queue.indexOf(head)];
  const handOuts = (lease?.handOuts ?? 0) + 1;
  if (handOuts > MOST_HAND_OUTS) {
    await giveUp(ports, caller, head);
    return undefined;
  }
  const next = { handOuts, until: now + LEASE_MILLISECONDS };
  if (!(await ports.leases.take(hostCommandIdentifier, lease, next))) return undefined;
  logger.info('handed out', { host: caller.host.hostIdentifier, hostCommandIdentifier, handOuts });
  return {
    HostCommand: {
      HostCommandIdentifier: hostCommandIdentifier,
      HostIdentifier: caller.host.hostIdentifier,
      DeploymentExecutionId: deploymentExecutionId(ports.region, head),
      CommandName: head.lifecycleEventName,
    },
  };
}

async function giveUp(ports: GatewayPorts, caller: Caller, head: QueuedCommandRow): Promise<void> {
  const { hostCommandIdentifier, lifecycleEventName } = head;
  const version = caller.agentVersion === undefined ? '' : ` (version ${caller.agentVersion})`;
  const message =
    `The agent on the instance${version} was handed ${lifecycleEventName} ${MOST_HAND_OUTS} times and acknowledged it ` +
    'never. Its log on the instance says why: it could not read the specification, or was ended each time.';
  const fail = { type: 'FailHostCommand', data: { hostCommandIdentifier, message } } as const;
  await settleTarget(ports, head, fail, actorOf(caller));
}

async function recordPoll(
  { presences }: GatewayPorts,
  { host, agentVersion, hostTime }: Caller,
  at: EpochMilliseconds,
): Promise<void> {
  const { hostIdentifier } = host;
  const poll = {
    at,
    ...(agentVersion === undefined ? {} : { agentVersion }),
    ...(hostTime === undefined ? {} : { hostTime }),
  };
  const seen = pollsAfter(await presences.of(hostIdentifier), poll);
  if (seen !== undefined) await presences.record(hostIdentifier, seen);
}
