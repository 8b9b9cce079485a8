import { Refusal } from '../refusal.ts';

/** How many of a thing may be there, per account and region or per parent; the service's own quotas. */
export const APPLICATIONS_PER_ACCOUNT = 1000;
export const DEPLOYMENT_GROUPS_PER_APPLICATION = 1000;
/** Published quotas differ (200, 50); the lower one is in force. */
export const CUSTOM_DEPLOYMENT_CONFIGS_PER_ACCOUNT = 50;
/** Larger quotas are spoken of, and nowhere published. */
export const INSTANCES_PER_DEPLOYMENT = 1000;

/** Each takes the number that is there before one more is made. */
export function checkApplicationLimit(count: number): void {
  if (count >= APPLICATIONS_PER_ACCOUNT) {
    throw new Refusal(
      'ApplicationLimitExceededException',
      `There are ${count} applications, and at most ${APPLICATIONS_PER_ACCOUNT} may be. Delete one first.`,
    );
  }
}

export function checkDeploymentGroupLimit(count: number): void {
  if (count >= DEPLOYMENT_GROUPS_PER_APPLICATION) {
    throw new Refusal(
      'DeploymentGroupLimitExceededException',
      `The application has ${count} deployment groups, and at most ${DEPLOYMENT_GROUPS_PER_APPLICATION} may be. ` +
        'Delete one first.',
    );
  }
}

export function checkDeploymentConfigLimit(count: number): void {
  if (count >= CUSTOM_DEPLOYMENT_CONFIGS_PER_ACCOUNT) {
    throw new Refusal(
      'DeploymentConfigLimitExceededException',
      `There are ${count} custom deployment configurations, and at most ` +
        `${CUSTOM_DEPLOYMENT_CONFIGS_PER_ACCOUNT} may be. Delete one that no deployment group uses first.`,
    );
  }
}
