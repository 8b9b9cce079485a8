/** Every status of the API's model; a Lambda deployment passes Created, InProgress and one of the last three. */
export const DEPLOYMENT_STATUSES = [
  'Created',
  'Queued',
  'InProgress',
  'Baking',
  'Succeeded',
  'Failed',
  'Stopped',
  'Ready',
] as const;

export type DeploymentStatus = (typeof DEPLOYMENT_STATUSES)[number];

export type EndStatus = 'Succeeded' | 'Failed' | 'Stopped';

export function hasEnded(status: DeploymentStatus): status is EndStatus {
  return status === 'Succeeded' || status === 'Failed' || status === 'Stopped';
}

/** The codes of errorInformation that a deployment can end with. */
export type DeploymentErrorCode =
  | 'AGENT_ISSUE'
  | 'ALARM_ACTIVE'
  | 'APPLICATION_MISSING'
  | 'AUTO_SCALING_CONFIGURATION'
  | 'AUTO_SCALING_IAM_ROLE_PERMISSIONS'
  | 'DEPLOYMENT_GROUP_MISSING'
  | 'HEALTH_CONSTRAINTS'
  | 'HEALTH_CONSTRAINTS_INVALID'
  | 'HOOK_EXECUTION_FAILURE'
  | 'IAM_ROLE_MISSING'
  | 'IAM_ROLE_PERMISSIONS'
  | 'INTERNAL_ERROR'
  | 'INVALID_LAMBDA_CONFIGURATION'
  | 'INVALID_LAMBDA_FUNCTION'
  | 'INVALID_REVISION'
  | 'MANUAL_STOP'
  | 'MISSING_GITHUB_TOKEN'
  | 'NO_INSTANCES'
  | 'OVER_MAX_INSTANCES'
  | 'REVISION_MISSING'
  | 'THROTTLED'
  | 'TIMEOUT';
