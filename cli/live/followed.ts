import type { StoredEvent } from '../../core/chain.ts';
import type { Actor, Recorded } from '../../core/decider.ts';
import type { DeploymentEvent } from '../../core/deployments/deployment-events.ts';
import { evolve } from '../../core/deployments/deployment-evolution.ts';
import { type Deployment, type ExistingDeployment, absent } from '../../core/deployments/deployment-state.ts';
import type { TargetRow } from '../../core/views/target-rows.ts';
import { recorded } from '../../functions/runtime/history.ts';

/** A deployment that is followed, as its log adds up so far. */
export interface Followed {
  readonly state: ExistingDeployment;
  /** Who created it. */
  readonly actor: Actor;
  readonly turn?: Turn;
  /** Of a fleet: the targets that were claimed so far. */
  readonly claimed: readonly TargetRow[];
  /** What changes nothing but should be seen. */
  readonly asides: readonly Recorded<DeploymentEvent>[];
}

/** When it began to end early. */
export interface Turn {
  readonly event: Recorded<DeploymentEvent>;
  /** Percent on the target version just then. */
  readonly weight: number;
}

/** Undefined where there are no events. */
export function followed(
  log: readonly StoredEvent[],
  claimed: readonly TargetRow[] = [],
): Followed | undefined {
  const events = log.map((event) => recorded<DeploymentEvent>(event));
  let state: Deployment = absent;
  let turn: Turn | undefined;
  for (const event of events) {
    const before: Deployment = state;
    state = evolve(before, event);
    if (turn === undefined && before.status !== 'Absent' && endsEarly(before, state)) {
      turn = { event, weight: before.traffic.weight };
    }
  }
  const [first] = events;
  if (state.status === 'Absent' || first === undefined) return undefined;
  const asides = events.filter(({ type }) => ASIDES.has(type));
  return { state, actor: first.actor, ...(turn && { turn }), claimed, asides };
}

const ASIDES: ReadonlySet<DeploymentEvent['type']> = new Set<DeploymentEvent['type']>([
  'ExecutionReplaced',
  'HookAnsweredLate',
  'NotificationFailed',
]);

function endsEarly(before: ExistingDeployment, after: Deployment): boolean {
  if (after.status === 'Absent' || before.ending !== undefined) return false;
  return after.ending !== undefined || after.end?.status === 'Early';
}
