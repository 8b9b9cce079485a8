import type {
  DeploymentCreated,
  LambdaDeploymentCreated,
  ServerDeploymentCreated,
} from './deployment-events.ts';

/** For what only a workflow of Lambda asks. Throws for any other deployment, which would be a mistake of ours. */
export function lambdaOrder(created: DeploymentCreated): LambdaDeploymentCreated {
  if (created.computePlatform === 'Lambda') return created;
  throw new Error(`${created.deploymentId} is no Lambda deployment`);
}

/** The same for a fleet. */
export function serverOrder(created: DeploymentCreated): ServerDeploymentCreated {
  if (created.computePlatform === 'Server') return created;
  throw new Error(`${created.deploymentId} is no Server deployment`);
}
