import type { StoredEvent } from '../core/chain.ts';
import type { Usage } from '../core/cost/prices.ts';
import { counted } from '../core/cost/state-transitions.ts';
import type { DeploymentEvent } from '../core/deployments/deployment-events.ts';
import type { ExistingDeployment } from '../core/deployments/deployment-state.ts';
import type { TargetEvent } from '../core/deployments/target-events.ts';
import { recorded } from '../functions/runtime/history.ts';
import { someAtOnce } from '../functions/runtime/some-at-once.ts';
import type { Executions } from './executions.ts';

export type Executed = Pick<Usage, 'stateTransitions' | 'lambdaRequests'>;

/** What the log tells of a deployment. */
export interface ToldDeployment {
  readonly log: readonly StoredEvent[];
  readonly state: ExistingDeployment;
  /** The events of the targets of a fleet. */
  readonly targets: readonly StoredEvent[];
}

/** What all executions of a deployment have done. Undefined where they are kept no longer. */
export async function executedBy(
  executions: Executions,
  executing: ToldDeployment,
  now: number,
): Promise<Executed | undefined> {
  const { lastUpdatedAt } = executing.state;
  const own = executionsOf(executions, executing);
  const all = [...new Set([...own, ...(await childrenOf(executions, own, executing))])];
  const isPast = now - lastUpdatedAt > KEPT_MILLISECONDS;
  let [stateTransitions, lambdaRequests, isForgotten] = [0, 0, false];
  const failures = await someAtOnce(all, HISTORIES_AT_ONCE, async (arn) => {
    const history = await executions.history(arn);
    // One that there is not was never started: the signal was lost, and another has taken its place.
    if (history === undefined) isForgotten ||= isPast;
    const of = counted(history ?? []);
    stateTransitions += of.stateTransitions;
    lambdaRequests += of.lambdaRequests;
  });
  if (failures[0] !== undefined) throw failures[0].error;
  return isForgotten ? undefined : { stateTransitions, lambdaRequests };
}

/** Step Functions answers 20 such calls a second in the long run, and a fleet has some for each host. */
const HISTORIES_AT_ONCE = 5;

/** Step Functions keeps an execution for 90 days after its end. */
const KEPT_MILLISECONDS = 90 * 24 * 60 * 60 * 1000;

/** The first one bears the deployment's id, unless it was started by hand; its replacements are in the log. */
function executionsOf(
  executions: Executions,
  { log, state: { created } }: ToldDeployment,
): readonly string[] {
  const replacements = log.flatMap((stored) => {
    const event = recorded<DeploymentEvent>(stored);
    return event.type === 'ExecutionReplaced' ? [event.data.executionArn] : [];
  });
  const { executionArn, computePlatform, deploymentId } = created;
  return [executionArn ?? executions.named(computePlatform, deploymentId), ...replacements];
}

async function childrenOf(
  executions: Executions,
  own: readonly string[],
  { state, targets }: ToldDeployment,
): Promise<readonly string[]> {
  const { created, createdAt, hooks, lastUpdatedAt } = state;
  if (created.computePlatform === 'Server') {
    const slots = await Promise.all(own.map((arn) => executions.slots(arn)));
    return [...slots.flat(), ...executionsOfTargets(targets)];
  }
  if (hooks === undefined) return [];
  const span = { from: createdAt - SKEW_MILLISECONDS, to: lastUpdatedAt + SKEW_MILLISECONDS };
  return (await Promise.all(own.map((arn) => executions.children(arn, span)))).flat();
}

/** Each has queued the commands of its target, or was begun too late for that. */
function executionsOfTargets(targets: readonly StoredEvent[]): ReadonlySet<string> {
  const events = targets.map((stored) => recorded<TargetEvent>(stored));
  return new Set(events.filter(({ type }) => type === 'HostCommandQueued').map(({ actor }) => actor.id));
}

/** Between the clocks of Lambda and of Step Functions. */
const SKEW_MILLISECONDS = 60_000;
