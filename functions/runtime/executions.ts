import { executionArnOf } from '../../core/deployments/execution-arn.ts';

/** The first execution and its replacements bear the deployment's id, for people; code knows them by their ARN. */
const REPLACEMENTS = [2, 3, 4] as const;

/** The ARNs of the executions that would replace a dead one, in order. */
export function replacementArns(stateMachineArn: string, deploymentId: string): readonly string[] {
  return REPLACEMENTS.map((attempt) => executionArnOf(stateMachineArn, `${deploymentId}-${attempt}`));
}

export function executionName(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}
