import type { Actor } from '../../core/decider.ts';
import type { TargetCommand } from '../../core/deployments/target-commands.ts';
import type { ClaimedTarget, Target } from '../../core/deployments/target-state.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { target } from '../../core/deployments/target.ts';
import type { ParkedToken } from '../adapters/parked-tokens.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { TokenSent } from '../adapters/workflows.ts';
import { commandTo, execute, stateOf } from './execute.ts';
import type { Executed, ExecutePorts } from './execute.ts';
import { headOfQueue } from './fleet-rows.ts';
import type { WaitPorts } from './waits.ts';

export type HostCommandPorts = ExecutePorts & WaitPorts & { readonly rows: RowReader };

export interface TargetId {
  readonly deploymentId: string;
  readonly targetId: string;
}

/** A command to a target, and what it has become. */
export async function decideTarget(
  ports: ExecutePorts,
  { deploymentId, targetId }: TargetId,
  command: TargetCommand,
  actor: Actor,
): Promise<{ readonly state: Target; readonly events: Executed['events'] }> {
  const stream = targetStream(deploymentId, targetId);
  const issued = { id: ports.system.uuid(), at: ports.system.now(), actor };
  const result = await execute(ports, issued, [commandTo(target, stream, command)]);
  return { state: stateOf(result, target, stream), events: result.events };
}

/**
 * The same of a command that may end a lifecycle event or the target: whoever waits for that is woken, and the next
 * command in the host's queue has its time from now on.
 */
export async function settleTarget(
  ports: HostCommandPorts,
  id: TargetId,
  command: TargetCommand,
  actor: Actor,
): Promise<{ readonly state: Target; readonly events: Executed['events'] }> {
  const decided = await decideTarget(ports, id, command, actor);
  await followTarget(ports, decided);
  return decided;
}

/** What follows of a command that is decided. What fails here is on record, and the sweep does it a little later. */
export async function followTarget(
  ports: HostCommandPorts,
  { state, events }: Awaited<ReturnType<typeof decideTarget>>,
): Promise<void> {
  if (state.status === 'Unclaimed') return;
  await wakeTarget(ports, state);
  if (events.length > 0) await advanceQueue(ports, state.claimed.hostIdentifier);
}

/** Returns how many waits were really woken. */
export async function wakeTarget(ports: WaitPorts, state: ClaimedTarget): Promise<number> {
  const { deploymentId, targetId } = state.claimed;
  const parked = await ports.tokens.of(waitsOf({ deploymentId, targetId }));
  const sent = await Promise.all(
    parked.map(async (wait) => {
      const outcome = await answered(ports, state, wait);
      if (outcome !== undefined) await ports.tokens.forget(wait);
      return outcome;
    }),
  );
  return sent.filter((outcome) => outcome === 'sent').length;
}

/** The waits of a target are kept apart from those of its deployment. */
export function waitsOf({ deploymentId, targetId }: TargetId): string {
  return `${deploymentId}#${targetId}`;
}

async function answered(
  { workflows }: WaitPorts,
  state: ClaimedTarget,
  { entry, token }: ParkedToken,
): Promise<TokenSent | undefined> {
  const name = entry.slice(0, entry.indexOf('#'));
  const event = state.lifecycleEvents.find(({ lifecycleEventName }) => lifecycleEventName === name);
  const isOver = event?.status === 'Succeeded' || event?.status === 'Failed';
  if (isOver && (state.status === 'InProgress' || state.status === 'Succeeded'))
    return workflows.succeed(token, {});
  if (state.status === 'InProgress') return undefined;
  return workflows.fail(token, 'TargetEnded', state.end?.message ?? 'The target has ended.');
}

/** Another deployment's command may have waited for this host. */
async function advanceQueue(ports: HostCommandPorts, hostIdentifier: string): Promise<void> {
  const head = await headOfQueue(ports.rows, hostIdentifier);
  if (head === undefined || head.isAcknowledged) return;
  const { hostCommandIdentifier } = head;
  await decideTarget(
    ports,
    head,
    { type: 'ReachHead', data: { hostCommandIdentifier } },
    { type: 'host', id: hostIdentifier },
  );
}
