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

/** The codes of errorInformation that a Lambda deployment can end with, and why. */
export type DeploymentErrorCode =
  | 'ALARM_ACTIVE'
  | 'APPLICATION_MISSING'
  | 'DEPLOYMENT_GROUP_MISSING'
  | 'HOOK_EXECUTION_FAILURE'
  | 'IAM_ROLE_MISSING'
  | 'IAM_ROLE_PERMISSIONS'
  | 'INTERNAL_ERROR'
  | 'INVALID_LAMBDA_CONFIGURATION'
  | 'INVALID_LAMBDA_FUNCTION'
  | 'INVALID_REVISION'
  | 'MANUAL_STOP'
  | 'REVISION_MISSING'
  | 'THROTTLED'
  | 'TIMEOUT';
