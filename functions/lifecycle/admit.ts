import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { Deployment, ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { Refusal } from '../../core/refusal.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { commandTo, execute, stateOf } from '../runtime/execute.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { accessPorts, storePorts, timePolicy } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import { issuedBy, taskOf } from '../runtime/task.ts';
import type { Refused } from './alias-failure.ts';
import type { ExaminePorts } from './examine.ts';
import { examine } from './examine.ts';
import { lookAtAlarms } from './look-at-alarms.ts';

export type AdmitPorts = ExecutePorts & ExaminePorts & { readonly policy: TimePolicy };

/** What the workflow reads of the answer: where to go, and how long each bake is. */
export interface Admission {
  readonly deploymentId: string;
  readonly next: 'AllowTraffic' | 'RestoreTraffic' | 'Finish';
  /** The whole seconds of a bake: all bakes of a plan are equally long. */
  readonly timeoutSeconds: number;
}

/** A step without a bake ends by its own answer; this only bounds how long that may take. */
const NO_BAKE_TIMEOUT_SECONDS = 300;

/** State Admit: finds out what is to be moved, and records it or why not. May run twice. */
export function admit(ports: AdmitPorts): (event: unknown) => Promise<Admission> {
  return async (event) => {
    const task = taskOf(event);
    const before = await load(ports.store, deployment, task.stream);
    if (before.status === 'Absent') {
      throw new Refusal('DeploymentDoesNotExistException', `There is no deployment ${task.deploymentId}.`);
    }
    if (!isOpen(before)) return answer(task, before);
    const after = await examined(ports, task, before);
    return answer(task, after);
  };
}

function isOpen(state: ExistingDeployment): boolean {
  return !hasEnded(state.status) && state.ending === undefined && state.admission === undefined;
}

function answer(task: Task, state: Deployment): Admission {
  const { deploymentId } = task;
  if (state.status === 'Absent') throw new Error('an admitted deployment exists');
  const timeoutSeconds = state.admission?.steps[0]?.bakeSeconds ?? NO_BAKE_TIMEOUT_SECONDS;
  // A replaced execution never resumes: whatever the dead one was doing is put back.
  if (state.ending !== undefined || hasEnded(state.status) || state.executions > 1) {
    return { deploymentId, next: state.traffic.touched ? 'RestoreTraffic' : 'Finish', timeoutSeconds };
  }
  return { deploymentId, next: 'AllowTraffic', timeoutSeconds };
}

async function examined(ports: AdmitPorts, task: Task, state: ExistingDeployment): Promise<Deployment> {
  const finding = await examine(ports, state);
  const commands: readonly DeploymentCommand[] =
    finding.status === 'refused'
      ? [failure(task, finding)]
      : [
          {
            type: 'AdmitDeployment',
            data: { executionArn: task.executionArn, ...finding.data, policy: ports.policy },
          },
        ];
  const admitted = await decided(ports, task, commands);
  if (finding.status === 'refused') return admitted;
  // After the admission, so that an alarm that already rings ends it as any later one would.
  const look = await lookAtAlarms(finding.access.alarms, state.created.alarms);
  if (look.status === 'quiet') return admitted;
  if (look.status === 'ringing') return decided(ports, task, [{ type: 'RaiseAlarm', data: look.alarm }]);
  // AllowTraffic looks again before it moves anything, and waits where it is throttled.
  return admitted;
}

async function decided(
  ports: AdmitPorts,
  task: Task,
  commands: readonly DeploymentCommand[],
): Promise<Deployment> {
  const streamCommands = commands.map((command) => commandTo(deployment, task.stream, command));
  const result = await execute(ports, issuedBy(task, ports.system), streamCommands);
  return stateOf(result, deployment, task.stream);
}

function failure(task: Task, { code, message }: Refused): DeploymentCommand {
  return { type: 'FailDeployment', data: { executionArn: task.executionArn, code, message } };
}

export const handler = handlerOf('lifecycle/admit', (variables) => {
  const environment = environmentOf('lifecycle/admit', variables);
  return admit({ ...storePorts(environment), ...accessPorts(), policy: timePolicy(environment) });
});
