import { hasEnded } from '../../core/deployments/deployment-status.ts';
import type { TargetResult } from '../../core/deployments/fleet-plan.ts';
import { fleetEnd, summaryOf } from '../../core/views/fleet-summary.ts';
import { resultsOf } from '../../functions/runtime/fleet-rows.ts';
import type { HostMove } from './fleet-slots.ts';
import { advance, answerLate } from './fleet-slots.ts';
import type { FleetWorld } from './fleet-world.ts';
import { claimedOf, decide, decideTarget, executionOf, reason } from './fleet-world.ts';

export type Move =
  | { readonly type: 'slot'; readonly which: number; readonly host: HostMove }
  | { readonly type: 'slot-dies' | 'late-answer'; readonly which: number }
  | {
      readonly type:
        | 'draw-is-lost'
        | 'next-wave-repeats'
        | 'stop'
        | 'alarm'
        | 'ceiling'
        | 'map-fails'
        | 'execution-dies'
        | 'cut-short';
    };

const policy = { timeScale: 1, bakeGraceSeconds: 60 };
const rollbackDeploymentId = 'd-BACK00001';

export function makes(world: FleetWorld, move: Move): void {
  const { state, phase } = world;
  switch (move.type) {
    case 'slot':
      return advance(world, world.slots[move.which % Math.max(1, world.slots.length)], move.host);
    case 'slot-dies':
      world.slots = world.slots.filter((_, index) => index !== move.which % world.slots.length);
      return undefined;
    case 'late-answer':
      return answerLate(world, move.which % Math.max(1, world.fleet.length));
    case 'draw-is-lost':
      world.drawn += 1;
      return undefined;
    case 'next-wave-repeats':
      if (phase === 'map') beginWave(world, world.seen);
      return undefined;
    case 'stop':
      if (!hasEnded(state.status)) decide(world, { type: 'StopDeployment', data: {} });
      return undefined;
    case 'alarm':
      return decide(world, {
        type: 'RaiseAlarm',
        data: { reason: 'ringing', alarmNames: ['checkout-5xx'], message: 'rings' },
      });
    case 'ceiling':
      world.at = Math.max(world.at, state.created.ceiling);
      return decide(world, { type: 'ExpireDeployment', data: {} });
    case 'map-fails':
      if (phase === 'map') Object.assign(world, { phase: 'finish', error: 'the map failed' });
      return undefined;
    case 'execution-dies':
      return repair(world);
    case 'cut-short':
      if (state.ending !== undefined)
        for (const position of world.fleet.keys())
          decideTarget(world, position, { type: 'CutTargetShort', data: { reason } });
      return undefined;
    default:
      return move satisfies never;
  }
}

/** The workflow goes on where nothing is left that it waits for. */
export function goesOn(world: FleetWorld): void {
  switch (world.phase) {
    case 'next-wave':
      return nextWave(world);
    case 'map':
      if (world.slots.length === 0) world.phase = 'next-wave';
      return undefined;
    case 'watch':
      world.at = Math.max(world.at, world.state.fleet?.watching?.endsAt ?? 0);
      world.phase = 'next-wave';
      return undefined;
    case 'finish':
      return finish(world);
    case 'over':
      return undefined;
    default:
      return world.phase satisfies never;
  }
}

function nextWave(world: FleetWorld): void {
  if (world.state.ending !== undefined || hasEnded(world.state.status)) {
    world.phase = 'finish';
    return;
  }
  loseTargets(world);
  world.seen = resultsOf(world.fleet, claimedOf(world));
  const before = world.state.fleet?.wave;
  beginWave(world, world.seen);
  const { fleet, ending } = world.state;
  const { wave, watching } = fleet ?? {};
  if (ending === undefined && wave !== undefined && wave !== before) {
    const executionArn = world.state.executionArn ?? '';
    world.drawn = 0;
    world.slots = Array.from({ length: wave.slots }, (_, slot) => ({
      slot,
      wave: wave.wave,
      executionArn,
      hasClaimed: false,
    }));
    world.phase = 'map';
    return;
  }
  world.phase = ending === undefined && (watching?.endsAt ?? 0) > world.at ? 'watch' : 'finish';
}

function beginWave(world: FleetWorld, results: readonly TargetResult[]): void {
  const executionArn = world.state.executionArn ?? '';
  decide(world, { type: 'BeginWave', data: { executionArn, results, policy } });
}

function finish(world: FleetWorld): void {
  loseTargets(world);
  const ended = fleetEnd(world.fleet.length, summaryOf(claimedOf(world)));
  const { executionArn = '' } = world.state;
  const error = world.error === undefined ? {} : { error: world.error };
  decide(world, {
    type: 'FinishDeployment',
    data: { executionArn, rollbackDeploymentId, ...ended, ...error },
  });
  world.phase = 'over';
}

/** A fresh execution never resumes: it goes to the end. What the dead one has begun lives on. */
function repair(world: FleetWorld): void {
  const { executionArn = executionOf(1) } = world.state;
  const replacementArns = [2, 3, 4].map(executionOf);
  const data = { deadExecutionArn: executionArn, replacementArns, reason, rollbackDeploymentId };
  decide(world, { type: 'RepairDeployment', data });
  world.phase = hasEnded(world.state.status) ? 'over' : 'finish';
}

function loseTargets(world: FleetWorld): void {
  for (const [position, { status }] of world.targets.entries())
    if (status === 'InProgress') decideTarget(world, position, { type: 'LoseTarget', data: { reason } });
}
