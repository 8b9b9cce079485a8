/** What a specification is asked for by. Agents hand it back as it is; its form is that of CodeDeploy: `a/b/c/rest`. */
export interface DeploymentExecution {
  readonly deploymentId: string;
  readonly targetId: string;
}

export function deploymentExecutionId(
  region: string,
  { deploymentId, targetId }: DeploymentExecution,
): string {
  return `CodeDeploy/${region}/Sluice/${deploymentId}/${targetId}`;
}

/** Undefined for a text that is none of ours. */
export function deploymentExecution(id: string): DeploymentExecution | undefined {
  const { deploymentId, targetId } = EXECUTION_ID.exec(id)?.groups ?? {};
  return deploymentId === undefined || targetId === undefined ? undefined : { deploymentId, targetId };
}

const EXECUTION_ID = /^CodeDeploy\/[^/]+\/Sluice\/(?<deploymentId>d-[A-Z0-9]+)\/(?<targetId>.+)$/s;
