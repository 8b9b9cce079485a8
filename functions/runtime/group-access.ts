import type { DeploymentErrorCode } from '../../core/deployments/deployment-status.ts';
import type { Alarms } from '../adapters/alarms.ts';
import type { LambdaAliases } from '../adapters/lambda-aliases.ts';
import type { Credentials, ServiceRoles } from '../adapters/service-roles.ts';

/** What a group's service role lets us touch, in the name of one deployment. */
export interface GroupAccess {
  readonly aliases: LambdaAliases;
  readonly alarms: Alarms;
}

export interface AccessPorts {
  readonly roles: ServiceRoles;
  readonly aliasesWith: (credentials: Credentials) => LambdaAliases;
  readonly alarmsWith: (credentials: Credentials) => Alarms;
}

export type Access =
  | {
      readonly status: 'granted';
      readonly access: GroupAccess;
      /** For what only one task needs, so that the others need not load its client. */
      readonly credentials: Credentials;
    }
  | { readonly status: 'refused'; readonly code: DeploymentErrorCode; readonly message: string };

/** Assumes the role with the deployment's id as session name, so that CloudTrail tells which deployment did what. */
export async function accessOf(
  ports: AccessPorts,
  { serviceRoleArn, deploymentId }: { readonly serviceRoleArn: string; readonly deploymentId: string },
): Promise<Access> {
  const role = await ports.roles.assume(serviceRoleArn, deploymentId);
  switch (role.status) {
    case 'assumed':
      return {
        status: 'granted',
        credentials: role.credentials,
        access: {
          aliases: ports.aliasesWith(role.credentials),
          alarms: ports.alarmsWith(role.credentials),
        },
      };
    case 'missing':
      return {
        status: 'refused',
        code: 'IAM_ROLE_MISSING',
        message: `The service role ${serviceRoleArn} no longer exists. Give the deployment group another role.`,
      };
    case 'denied':
      return {
        status: 'refused',
        code: 'IAM_ROLE_PERMISSIONS',
        message: `The service role ${serviceRoleArn} cannot be assumed (${role.message}). Mend its trust policy.`,
      };
    case 'throttled':
      return {
        status: 'refused',
        code: 'THROTTLED',
        message: `Too many requests to assume ${serviceRoleArn}: ${role.message}`,
      };
    default:
      return role satisfies never;
  }
}
