import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { DeploymentErrorCode } from '../../core/deployments/deployment-status.ts';

/** Why a deployment cannot go on: a code of errorInformation, and a message that says what to do. */
export interface Refused {
  readonly status: 'refused';
  readonly code: DeploymentErrorCode;
  readonly message: string;
}

/** The failures of GetAlias and UpdateAlias, as the deployment's own. */
export function notUsable(
  { functionName, functionAlias }: LambdaTarget,
  serviceRoleArn: string,
  { status, message }: { readonly status: 'missing' | 'denied' | 'throttled'; readonly message: string },
): Refused {
  switch (status) {
    case 'missing':
      return {
        status: 'refused',
        code: 'INVALID_LAMBDA_FUNCTION',
        message: `The function ${functionName}, its alias ${functionAlias} or the version to deploy does not exist: ${message}`,
      };
    case 'denied':
      return {
        status: 'refused',
        code: 'IAM_ROLE_PERMISSIONS',
        message:
          `The service role ${serviceRoleArn} lacks permission for AWS Lambda on ${functionName}: ${message}. ` +
          'It needs lambda:GetAlias, lambda:UpdateAlias and lambda:GetProvisionedConcurrencyConfig.',
      };
    case 'throttled':
      return {
        status: 'refused',
        code: 'THROTTLED',
        message: `AWS Lambda took no more requests of ${serviceRoleArn}: ${message}.`,
      };
    default:
      return status satisfies never;
  }
}
