import type { Decision, Fact, Issued } from '../../core/decider.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { absent } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import type { TargetResult } from '../../core/deployments/fleet-plan.ts';
import type { TargetCommand } from '../../core/deployments/target-commands.ts';
import type { ClaimedTarget, Target } from '../../core/deployments/target-state.ts';
import { unclaimed } from '../../core/deployments/target-state.ts';
import { target } from '../../core/deployments/target.ts';
import { Refusal } from '../../core/refusal.ts';
import { keyText } from '../../core/views/row-keys.ts';
import { fleetOrder } from '../core/deployments/given-fleet.ts';

/** One unit of what may be unavailable: it holds one target at a time. */
export interface Slot {
  readonly slot: number;
  readonly wave: number;
  readonly executionArn: string;
  /** What it holds; undefined before its next claim. */
  position?: number;
  hasClaimed: boolean;
}

/**
 * The workflow of a fleet and its hosts, over the real deciders: as much of them as matters for what is in flight. What
 * the tables and Step Functions would do is done at once, in the order of the moves.
 */
export interface FleetWorld {
  readonly fleet: readonly FleetTarget[];
  readonly targets: Target[];
  /** Those of a map that has failed live on, as its child executions do. */
  slots: Slot[];
  state: ExistingDeployment;
  phase: 'next-wave' | 'map' | 'watch' | 'finish' | 'over';
  error?: string;
  at: number;
  version: number;
  drawn: number;
  /** What a NextWave that comes late would have seen. */
  seen: readonly TargetResult[];
  /** After each event. */
  readonly check: (world: FleetWorld) => void;
}

export const executionOf = (attempt: number) => `arn:execution:${attempt}`;
/** Why anything is given up. */
export const reason = 'It is about to end.';

export function admittedFleet(
  fleet: readonly FleetTarget[],
  order: Parameters<typeof fleetOrder>[0],
  check: (world: FleetWorld) => void,
): FleetWorld {
  const world: FleetWorld = {
    fleet,
    targets: fleet.map(() => unclaimed),
    slots: [],
    // Replaced at once by the first event.
    state: absent as ExistingDeployment,
    phase: 'next-wave',
    at: 1_700_000_000_000,
    version: 0,
    drawn: 0,
    seen: [],
    check,
  };
  decide(world, { type: 'CreateDeployment', data: fleetOrder(order) });
  decide(world, { type: 'AdmitFleet', data: { executionArn: executionOf(1), targets: fleet } });
  return world;
}

export function claimedOf({ targets }: FleetWorld): readonly ClaimedTarget[] {
  return targets.flatMap((state) => (state.status === 'Unclaimed' ? [] : [state]));
}

export function decide(world: FleetWorld, command: DeploymentCommand): void {
  const { events } = attempt(world, (issued) => deployment.decide(world.state, { ...command, ...issued }));
  for (const event of events)
    world.state = deployment.evolve(world.state, recorded(world, event)) as ExistingDeployment;
  world.check(world);
}

/** Whether it was not refused. */
export function decideTarget(world: FleetWorld, position: number, command: TargetCommand): boolean {
  const state = world.targets[position] ?? unclaimed;
  const decision = attempt(world, (issued) => target.decide(state, { ...command, ...issued }));
  const rows = new Set(deployment.rows(world.state).map(keyText));
  if ((decision.requires ?? []).some((row) => !rows.has(keyText(row)))) return false;
  world.targets[position] = decision.events.reduce(
    (folded, event) => target.evolve(folded, recorded(world, event)),
    state,
  );
  world.check(world);
  return true;
}

function attempt<Event extends Fact>(
  world: FleetWorld,
  work: (issued: Issued) => Decision<Event>,
): Decision<Event> {
  world.at += 1000;
  try {
    return work({ id: `c${world.at}`, at: world.at, actor: { type: 'user', id: 'ada' } });
  } catch (error) {
    if (error instanceof Refusal) return { events: [] };
    throw error;
  }
}

function recorded<Event extends Fact>(world: FleetWorld, event: Event) {
  world.version += 1;
  const { at, version } = world;
  return { ...event, stream: '', version, at, actor: { type: 'user', id: 'ada' } as const, cause: 'c' };
}
