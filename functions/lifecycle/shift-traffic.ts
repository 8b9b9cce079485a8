import { routing } from '../../core/deployments/alias.ts';
import type { EpochMilliseconds } from '../../core/decider.ts';
import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { DeploymentAdmitted, LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { Deployment, ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { mayFollow } from '../../core/deployments/hooks.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { bakes } from '../../core/deployments/traffic.ts';
import type { LambdaAliases } from '../adapters/lambda-aliases.ts';
import type { ParkedTokens } from '../adapters/parked-tokens.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Workflows } from '../adapters/workflows.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import type { AccessPorts, GroupAccess } from '../runtime/group-access.ts';
import { accessOf } from '../runtime/group-access.ts';
import { load } from '../runtime/history.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Task } from '../runtime/task.ts';
import { notUsable } from './alias-failure.ts';
import { decide } from './decide.ts';
import { lookAtAlarms } from './look-at-alarms.ts';
import type { AliasMove } from './move-alias.ts';
import { moveAlias } from './move-alias.ts';

export type TrafficPorts = ExecutePorts &
  AccessPorts & {
    readonly rows: RowReader;
    readonly metrics: Metrics;
    readonly tokens: ParkedTokens;
    readonly workflows: Pick<Workflows, 'succeed' | 'fail'>;
    readonly policy: TimePolicy;
  };

export type ShiftOutcome =
  /** All traffic is on the target version. */
  | { readonly status: 'shifted'; readonly next: 'AfterAllowTraffic' | 'Finish' }
  | { readonly status: 'bakes'; readonly until: EpochMilliseconds }
  | { readonly status: 'postponed'; readonly waitSeconds: number }
  /** The deployment is to end; the log says why. */
  | { readonly status: 'ending'; readonly message: string };

type Open = ExistingDeployment & { readonly admission: DeploymentAdmitted };

/**
 * Takes the next step of the plan, or goes on with one that is in flight, and says what the workflow has to wait for.
 * Every effect may be run again: what has been done is found done.
 */
export async function shiftTraffic(ports: TrafficPorts, task: Task): Promise<ShiftOutcome> {
  const { executionArn } = task;
  const state = await decided(ports, task, { type: 'BeginShift', data: { executionArn } });
  const { inFlight, step, bakeEndsAt } = state.traffic;
  if (isOver(state)) return ending(state);
  if (inFlight === undefined) {
    if (bakeEndsAt !== undefined && bakes(state, ports.system.now()))
      return { status: 'bakes', until: bakeEndsAt };
    if (step === state.admission.steps.length) return shifted(state);
    throw new Error(`step ${step + 1} could not be begun`);
  }
  const granted = await accessOf(ports, state.created);
  if (granted.status === 'refused') {
    if (granted.code === 'THROTTLED')
      return postponed(ports, task, inFlight.step, 'throttled', granted.message);
    const { code, message } = granted;
    return ending(
      await decided(ports, task, { type: 'FailDeployment', data: { executionArn, code, message } }),
    );
  }
  return taken(ports, task, state, inFlight, granted.access);
}

/** One step: the alarms, the alias, its provisioned concurrency, the record. */
async function taken(
  ports: TrafficPorts,
  task: Task,
  state: Open,
  { step, postponements }: { readonly step: number; readonly postponements: number },
  access: GroupAccess,
): Promise<ShiftOutcome> {
  const look = await lookAtAlarms(access.alarms, state.created.alarms);
  if (look.status === 'throttled') return postponed(ports, task, step, 'throttled', look.message);
  if (look.status === 'ringing') {
    return ending(await decided(ports, task, { type: 'RaiseAlarm', data: look.alarm }));
  }
  const { target } = state.admission;
  const weight = state.admission.steps[step - 1]?.weight ?? 100;
  const moved = await movedUnlessWarming(ports, task, {
    step,
    aliases: access.aliases,
    target,
    weight,
    again: postponements > 0,
  });
  switch (moved.status) {
    case 'moved': {
      const after = await access.aliases.provisionedConcurrency(target);
      if (after.status === 'warming') {
        return postponed(ports, task, step, 'provisioned-concurrency', after.message);
      }
      // Not known to be warm: the next look begins with the same question.
      if (after.status === 'throttled') return postponed(ports, task, step, 'throttled', after.message);
      return completed(ports, task, step, 'moved');
    }
    case 'found':
      return completed(ports, task, step, 'found');
    case 'overtaken':
      return overtaken(await current(ports, task));
    case 'warming':
      return postponed(ports, task, step, 'provisioned-concurrency', moved.message);
    case 'throttled':
      return postponed(ports, task, step, 'throttled', moved.message);
    case 'foreign':
      return failed(ports, task, 'INVALID_LAMBDA_CONFIGURATION', moved.message);
    case 'missing':
    case 'denied': {
      const { code, message } = notUsable(target, state.created.serviceRoleArn, moved);
      return failed(ports, task, code, message);
    }
    default:
      return moved satisfies never;
  }
}

/** While Lambda warms up what a step has moved it refuses changes, and shows weights of its own meanwhile. */
async function movedUnlessWarming(
  ports: TrafficPorts,
  task: Task,
  taken: {
    readonly step: number;
    readonly aliases: LambdaAliases;
    readonly target: LambdaTarget;
    readonly weight: number;
    readonly again: boolean;
  },
): Promise<AliasMove> {
  const { aliases, target, weight, again, step } = taken;
  if (again) {
    const warmth = await aliases.provisionedConcurrency(target);
    if (warmth.status === 'warming' || warmth.status === 'throttled') return warmth;
  }
  return moveAlias(aliases, target, routing(target, weight), () => isStillOurs(ports, task, step));
}

async function failed(
  ports: TrafficPorts,
  task: Task,
  code: ReturnType<typeof notUsable>['code'],
  message: string,
): Promise<ShiftOutcome> {
  const { executionArn } = task;
  return ending(
    await decided(ports, task, { type: 'FailDeployment', data: { executionArn, code, message } }),
  );
}

async function completed(
  ports: TrafficPorts,
  task: Task,
  step: number,
  change: 'moved' | 'found',
): Promise<ShiftOutcome> {
  const { executionArn, enteredAt } = task;
  const state = await decided(ports, task, {
    type: 'CompleteShift',
    data: { executionArn, step, change, enteredAt, policy: ports.policy },
  });
  if (isOver(state)) return ending(state);
  const { bakeEndsAt } = state.traffic;
  return bakeEndsAt === undefined ? shifted(state) : { status: 'bakes', until: bakeEndsAt };
}

function shifted(state: ExistingDeployment): ShiftOutcome {
  return { status: 'shifted', next: mayFollow(state, 'AfterAllowTraffic') ? 'Finish' : 'AfterAllowTraffic' };
}

async function postponed(
  ports: TrafficPorts,
  task: Task,
  step: number,
  reason: 'throttled' | 'provisioned-concurrency',
  message: string,
): Promise<ShiftOutcome> {
  const { executionArn } = task;
  const state = await decided(ports, task, {
    type: 'PostponeShift',
    data: { executionArn, step, reason, message, random: ports.system.random(), policy: ports.policy },
  });
  const { waitsUntil } = state.traffic.inFlight ?? {};
  if (isOver(state) || waitsUntil === undefined) return ending(state);
  return {
    status: 'postponed',
    waitSeconds: Math.max(1, Math.ceil((waitsUntil - ports.system.now()) / 1000)),
  };
}

async function decided(ports: TrafficPorts, task: Task, command: DeploymentCommand): Promise<Open> {
  return open((await decide(ports, task, command)).state);
}

async function current(ports: TrafficPorts, task: Task): Promise<Open> {
  return open(await load(ports.store, deployment, task.stream));
}

function open(state: Deployment): Open {
  if (state.status === 'Absent' || state.admission === undefined)
    throw new Error('traffic moves after admission');
  return { ...state, admission: state.admission };
}

/** Another run of this very step may have gone ahead meanwhile; one that is behind must not move the alias back. */
async function isStillOurs(ports: TrafficPorts, task: Task, step: number): Promise<boolean> {
  const state = await current(ports, task);
  return !isOver(state) && state.executionArn === task.executionArn && state.traffic.inFlight?.step === step;
}

function isOver({ status, ending: reason }: ExistingDeployment): boolean {
  return hasEnded(status) || reason !== undefined;
}

/** Either the deployment is to end, or another run has done the step: then the wait is for the same bake. */
function overtaken(state: ExistingDeployment): ShiftOutcome {
  if (isOver(state)) return ending(state);
  const { bakeEndsAt } = state.traffic;
  return bakeEndsAt === undefined ? shifted(state) : { status: 'bakes', until: bakeEndsAt };
}

function ending(state: ExistingDeployment): ShiftOutcome {
  return { status: 'ending', message: state.ending?.message ?? 'the deployment is over' };
}
