import type { DeploymentCreated } from '../../core/deployments/deployment-events.ts';
import { executionArnOf } from '../../core/deployments/execution-arn.ts';

/** The machine that runs the deployments of each platform: what starts or replaces an execution names it. */
export type StateMachineArns = Readonly<Record<DeploymentCreated['computePlatform'], string>>;

export function stateMachineArns(environment: {
  readonly LAMBDA_STATE_MACHINE_ARN: string;
  readonly SERVER_STATE_MACHINE_ARN: string;
}): StateMachineArns {
  return { Lambda: environment.LAMBDA_STATE_MACHINE_ARN, Server: environment.SERVER_STATE_MACHINE_ARN };
}

/** The first execution and its replacements bear the deployment's id, for people; code knows them by their ARN. */
const REPLACEMENTS = [2, 3, 4] as const;

/** The ARNs of the executions that would replace a dead one, in order. */
export function replacementArns(
  machines: StateMachineArns,
  { computePlatform, deploymentId }: Pick<DeploymentCreated, 'computePlatform' | 'deploymentId'>,
): readonly string[] {
  const machine = machines[computePlatform];
  return REPLACEMENTS.map((attempt) => executionArnOf(machine, `${deploymentId}-${attempt}`));
}

export function executionName(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}
