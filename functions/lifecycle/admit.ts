import type { EpochMilliseconds } from '../../core/decider.ts';
import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { fence } from '../../core/deployments/fencing.ts';
import { mayFollow } from '../../core/deployments/hooks.ts';
import { Refusal } from '../../core/refusal.ts';
import { s3RevisionObjects } from '../adapters/revision-objects.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { accessPorts, storePorts, timePolicy, trustOf } from '../runtime/ports.ts';
import type { HandLaunched, Task } from '../runtime/task.ts';
import { taskOf } from '../runtime/task.ts';
import { decide } from './decide.ts';
import type { ExaminePorts } from './examine.ts';
import { examine } from './examine.ts';
import type { LaunchPorts } from './launch.ts';
import { launch } from './launch.ts';
import { lookAtAlarms } from './look-at-alarms.ts';

export type AdmitPorts = ExaminePorts & LaunchPorts & { readonly policy: TimePolicy };

/** What the workflow reads of the answer: where to go, and how long each bake is. */
export type Admission =
  | {
      readonly deploymentId: string;
      readonly next: 'BeforeAllowTraffic' | 'AllowTraffic' | 'RestoreTraffic' | 'Finish';
      /** The whole seconds of a bake: all bakes of a plan are equally long. */
      readonly timeoutSeconds: number;
    }
  /** AWS takes no more requests: asked again after that time. */
  | {
      readonly deploymentId: string;
      readonly next: 'AdmissionPostponed';
      readonly waitSeconds: number;
    }
  /** The input of an execution that was started by hand asks for what cannot be: nothing was created. */
  | { readonly next: 'Refused'; readonly error: string; readonly cause: string };

/** A step without a bake ends by its own answer; this only bounds how long that may take. */
const NO_BAKE_TIMEOUT_SECONDS = 300;

/**
 * State Admit: finds out what is to be moved, and records it or why not. An execution that was started by hand first
 * gets its deployment. May run twice.
 */
export function admit(ports: AdmitPorts): (event: unknown) => Promise<Admission> {
  return async (event) => {
    const found = await taskOf(ports.rows, event);
    try {
      const task = found.type === 'task' ? found.task : await launched(ports, event, found.launch);
      return await admitted(ports, task);
    } catch (error) {
      if (error instanceof Refusal) return { next: 'Refused', error: error.code, cause: error.message };
      throw error;
    }
  };
}

/** Another run of this task may be ahead: then what refuses this one is its own deployment, and it goes on with that. */
async function launched(ports: AdmitPorts, event: unknown, launching: HandLaunched): Promise<Task> {
  try {
    return await launch(ports, launching);
  } catch (error) {
    const again = await taskOf(ports.rows, event);
    if (again.type === 'task') return again.task;
    throw error;
  }
}

async function admitted(ports: AdmitPorts, task: Task): Promise<Admission> {
  const before = await load(ports.store, deployment, task.stream);
  if (before.status === 'Absent') {
    throw new Refusal('DeploymentDoesNotExistException', `There is no deployment ${task.deploymentId}.`);
  }
  fence(before, task.executionArn);
  const state = isOpen(before) ? await examined(ports, task, before) : before;
  return answer(task, state, ports.system.now());
}

function isOpen(state: ExistingDeployment): boolean {
  return !hasEnded(state.status) && state.ending === undefined && state.admission === undefined;
}

function answer({ deploymentId }: Task, state: ExistingDeployment, now: EpochMilliseconds): Admission {
  const timeoutSeconds = state.admission?.steps[0]?.bakeSeconds ?? NO_BAKE_TIMEOUT_SECONDS;
  // A replaced execution never resumes: whatever the dead one was doing is put back.
  if (state.ending !== undefined || hasEnded(state.status) || state.executions > 1) {
    return { deploymentId, next: state.traffic.touched ? 'RestoreTraffic' : 'Finish', timeoutSeconds };
  }
  const { postponedAdmission } = state;
  if (postponedAdmission !== undefined) {
    const waitSeconds = Math.max(1, Math.ceil((postponedAdmission.waitsUntil - now) / 1000));
    return { deploymentId, next: 'AdmissionPostponed', waitSeconds };
  }
  const next = mayFollow(state, 'BeforeAllowTraffic') ? 'AllowTraffic' : 'BeforeAllowTraffic';
  return { deploymentId, next, timeoutSeconds };
}

async function examined(
  ports: AdmitPorts,
  task: Task,
  state: ExistingDeployment,
): Promise<ExistingDeployment> {
  const finding = await examine(ports, state);
  const { executionArn } = task;
  if (finding.status === 'refused') {
    const { code, message } = finding;
    // A definition of before would not know where to go from there: it ends, as it did then.
    const refused =
      code === 'THROTTLED' && task.mayPostpone === true
        ? decide(ports, task, {
            type: 'PostponeAdmission',
            data: { executionArn, message, random: ports.system.random() },
          })
        : decide(ports, task, { type: 'FailDeployment', data: { executionArn, code, message } });
    return (await refused).state;
  }
  const data = { executionArn, ...finding.data, policy: ports.policy };
  const known = await decide(ports, task, { type: 'AdmitDeployment', data });
  // After the admission, so that an alarm that already rings ends it as any later one would.
  const look = await lookAtAlarms(finding.access.alarms, state.created.alarms);
  if (look.status === 'ringing') {
    return (await decide(ports, task, { type: 'RaiseAlarm', data: look.alarm })).state;
  }
  // Where the look is throttled, AllowTraffic looks again before it moves anything, and waits.
  return known.state;
}

export const handler = handlerOf('lifecycle/admit', (variables) => {
  const environment = environmentOf('lifecycle/admit', variables);
  return admit({
    ...storePorts(environment),
    ...accessPorts(),
    objectsWith: s3RevisionObjects,
    trust: trustOf(environment),
    policy: timePolicy(environment),
  });
});
