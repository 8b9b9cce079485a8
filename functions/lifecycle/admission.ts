import type { EpochMilliseconds } from '../../core/decider.ts';
import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import type { BuiltComputePlatform } from '../../core/registry/compute-platform.ts';
import type { HandLaunched, Task } from '../runtime/task.ts';
import { taskOf } from '../runtime/task.ts';
import type { Refused } from './alias-failure.ts';
import { decide } from './decide.ts';
import type { LaunchPorts } from './launch.ts';
import { launch } from './launch.ts';

export type AdmitPorts = LaunchPorts & { readonly policy: TimePolicy };

/** AWS takes no more requests: asked again after that time. */
export interface AdmissionPostponed {
  readonly deploymentId: string;
  readonly next: 'AdmissionPostponed';
  readonly waitSeconds: number;
}

/** The input of an execution that was started by hand asks for what cannot be: nothing was created. */
export interface AdmissionRefused {
  readonly next: 'Refused';
  readonly error: string;
  readonly cause: string;
}

/** The task of a deployment that exists, or that is created now because the execution was started by hand. */
export async function launched(
  ports: AdmitPorts,
  event: unknown,
  platform: BuiltComputePlatform,
): Promise<Task> {
  const found = await taskOf(ports.rows, event);
  return found.type === 'task' ? found.task : byHand(ports, event, found.launch, platform);
}

/** Another run of this task may be ahead: then what refuses this one is its own deployment, and it goes on with that. */
async function byHand(
  ports: AdmitPorts,
  event: unknown,
  launching: HandLaunched,
  platform: BuiltComputePlatform,
): Promise<Task> {
  try {
    return await launch(ports, launching, platform);
  } catch (error) {
    const again = await taskOf(ports.rows, event);
    if (again.type === 'task') return again.task;
    throw error;
  }
}

export async function recordRefusal(
  ports: AdmitPorts,
  task: Task,
  { code, message }: Refused,
): Promise<ExistingDeployment> {
  const { executionArn } = task;
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

/** Undefined where the admission was not postponed. */
export function postponement(
  { deploymentId }: Task,
  { postponedAdmission }: ExistingDeployment,
  now: EpochMilliseconds,
): AdmissionPostponed | undefined {
  if (postponedAdmission === undefined) return undefined;
  const waitSeconds = Math.max(1, Math.ceil((postponedAdmission.waitsUntil - now) / 1000));
  return { deploymentId, next: 'AdmissionPostponed', waitSeconds };
}
