import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { Executed, ExecutePorts } from '../runtime/execute.ts';
import { commandTo, execute, stateOf } from '../runtime/execute.ts';
import type { Task } from '../runtime/task.ts';
import { issuedBy } from '../runtime/task.ts';

export interface Decided {
  /** What this call appended; nothing where there was nothing to do. */
  readonly events: Executed['events'];
  /** The deployment after that. */
  readonly state: ExistingDeployment;
}

/** A command of a task to its deployment. Throws the Refusal of a deployment that another execution runs. */
export async function decide(ports: ExecutePorts, task: Task, command: DeploymentCommand): Promise<Decided> {
  const issued = issuedBy(task, ports.system);
  const result = await execute(ports, issued, [commandTo(deployment, task.stream, command)]);
  const state = stateOf(result, deployment, task.stream);
  if (state.status === 'Absent') throw new Error(`${task.stream} was asked and does not exist`);
  return { events: result.events, state };
}
