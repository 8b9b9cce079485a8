import type { EpochMilliseconds } from '../../core/decider.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { fence } from '../../core/deployments/fencing.ts';
import { mayFollow } from '../../core/deployments/hooks.ts';
import { Refusal } from '../../core/refusal.ts';
import { awsAutoScalingGroups } from '../adapters/auto-scaling-groups.ts';
import { s3RevisionObjects } from '../adapters/revision-objects.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { accessPorts, storePorts, timePolicy, trustOf } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import type { AdmissionPostponed, AdmissionRefused, AdmitPorts } from './admission.ts';
import { launched, postponement, recordRefusal } from './admission.ts';
import { decide } from './decide.ts';
import type { ExaminePorts } from './examine.ts';
import { examine } from './examine.ts';
import { lookAtAlarms } from './look-at-alarms.ts';

export type AdmitAliasPorts = AdmitPorts & ExaminePorts;

/** What the workflow reads of the answer: where to go, and how long each bake is. */
export type Admission =
  | {
      readonly deploymentId: string;
      readonly next: 'BeforeAllowTraffic' | 'AllowTraffic' | 'RestoreTraffic' | 'Finish';
      /** The whole seconds of a bake: all bakes of a plan are equally long. */
      readonly timeoutSeconds: number;
    }
  | AdmissionPostponed
  | AdmissionRefused;

/** A step without a bake ends by its own answer; this only bounds how long that may take. */
const NO_BAKE_TIMEOUT_SECONDS = 300;

/**
 * State Admit: finds out what is to be moved, and records it or why not. An execution that was started by hand first
 * gets its deployment. May run twice.
 */
export function admit(ports: AdmitAliasPorts): (event: unknown) => Promise<Admission> {
  return async (event) => {
    try {
      return await admitted(ports, await launched(ports, event, 'Lambda'));
    } catch (error) {
      if (error instanceof Refusal) return { next: 'Refused', error: error.code, cause: error.message };
      throw error;
    }
  };
}

async function admitted(ports: AdmitAliasPorts, task: Task): Promise<Admission> {
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

function answer(task: Task, state: ExistingDeployment, now: EpochMilliseconds): Admission {
  const { deploymentId } = task;
  const timeoutSeconds = state.admission?.steps[0]?.bakeSeconds ?? NO_BAKE_TIMEOUT_SECONDS;
  // A replaced execution never resumes: whatever the dead one was doing is put back.
  if (state.ending !== undefined || hasEnded(state.status) || state.executions > 1) {
    return { deploymentId, next: state.traffic.touched ? 'RestoreTraffic' : 'Finish', timeoutSeconds };
  }
  const postponed = postponement(task, state, now);
  if (postponed !== undefined) return postponed;
  const next = mayFollow(state, 'BeforeAllowTraffic') ? 'AllowTraffic' : 'BeforeAllowTraffic';
  return { deploymentId, next, timeoutSeconds };
}

async function examined(
  ports: AdmitAliasPorts,
  task: Task,
  state: ExistingDeployment,
): Promise<ExistingDeployment> {
  const finding = await examine(ports, state);
  const { executionArn } = task;
  if (finding.status === 'refused') return recordRefusal(ports, task, finding);
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
    autoScalingGroupsWith: awsAutoScalingGroups,
    trust: trustOf(environment),
    policy: timePolicy(environment),
  });
});
