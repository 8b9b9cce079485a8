import { positionAt } from '../../core/deployments/fleet-plan.ts';
import { SUCCESS } from '../../core/deployments/lifecycle.ts';
import type { TargetCommand } from '../../core/deployments/target-commands.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { claimOf } from '../core/deployments/given-fleet.ts';
import type { FleetWorld, Slot } from './fleet-world.ts';
import { decideTarget, reason } from './fleet-world.ts';

/** What a host does next with the command that it has; at a loss, nobody leads it any more. */
export type HostMove = 'acknowledge' | 'succeed' | 'fail' | 'silence' | 'loss';

export function advance(world: FleetWorld, slot: Slot | undefined, host: HostMove): void {
  if (slot === undefined) return;
  const { position } = slot;
  if (position === undefined) {
    if (!claims(world, slot)) world.slots = world.slots.filter((other) => other !== slot);
    return;
  }
  const held = world.targets[position];
  if (held?.status === 'InProgress') return commanded(world, position, held, host);
  if (held?.status === 'Succeeded') delete slot.position;
  else world.slots = world.slots.filter((other) => other !== slot);
}

/** As the task Claim does: each slot begins with a place of its own, and draws the next ones. */
function claims(world: FleetWorld, slot: Slot): boolean {
  const open = world.state.fleet?.wave;
  if (open === undefined || open.wave !== slot.wave) return false;
  for (;;) {
    const place = slot.hasClaimed ? open.slots + world.drawn++ : slot.slot;
    slot.hasClaimed = true;
    const position = positionAt(open.positions, place);
    if (position === undefined) return false;
    const claim = `${slot.executionArn}#${slot.slot}#${world.at}`;
    const data = { ...claimOf(position, world.fleet[position]), claim, executionArn: slot.executionArn };
    if (!decideTarget(world, position, { type: 'ClaimTarget', data })) return false;
    const taken = world.targets[position];
    if (taken !== undefined && taken.status !== 'Unclaimed' && taken.claimed.claim === claim) {
      slot.position = position;
      return true;
    }
  }
}

function commanded(world: FleetWorld, position: number, held: ClaimedTarget, host: HostMove): void {
  const { command, claimed } = held;
  if (host === 'loss') return void decideTarget(world, position, { type: 'LoseTarget', data: { reason } });
  if (command === undefined) {
    const next = held.lifecycleEvents.find(({ status }) => status === 'Pending');
    if (next === undefined) throw new Error('a target in progress has something to do');
    const data = { lifecycleEventName: next.lifecycleEventName, executionArn: claimed.executionArn };
    if (!decideTarget(world, position, { type: 'QueueHostCommand', data }))
      decideTarget(world, position, { type: 'CutTargetShort', data: { reason } });
    return;
  }
  const { hostCommandIdentifier } = command;
  const diagnostics = SUCCESS;
  const answers: Record<Exclude<HostMove, 'loss'>, TargetCommand> = {
    acknowledge: {
      type: 'AcknowledgeHostCommand',
      data: { hostCommandIdentifier, isNoop: false, hasHeartbeat: false },
    },
    succeed: {
      type: 'CompleteHostCommand',
      data: { hostCommandIdentifier, status: 'Succeeded', diagnostics },
    },
    fail: { type: 'CompleteHostCommand', data: { hostCommandIdentifier, status: 'Failed', diagnostics } },
    silence: { type: 'FailHostCommand', data: { hostCommandIdentifier, message: reason } },
  };
  decideTarget(world, position, answers[host]);
}

/** A host repeats itself, or says the contrary of what it said. */
export function answerLate(world: FleetWorld, position: number): void {
  const state = world.targets[position];
  if (state === undefined || state.status === 'Unclaimed') return;
  const { lifecycleEventName } = state.lifecycleEvents[0] ?? {};
  const { deploymentId, targetId } = state.claimed;
  const hostCommandIdentifier = `${deploymentId}/${lifecycleEventName}/${targetId}`;
  if (state.status === 'InProgress' && state.command?.hostCommandIdentifier === hostCommandIdentifier) return;
  const data = { hostCommandIdentifier, status: 'Failed', diagnostics: SUCCESS } as const;
  decideTarget(world, position, { type: 'CompleteHostCommand', data });
}
