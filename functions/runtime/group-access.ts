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

type Refused = {
  readonly status: 'refused';
  readonly code: Extract<DeploymentErrorCode, 'IAM_ROLE_MISSING' | 'IAM_ROLE_PERMISSIONS' | 'THROTTLED'>;
  readonly message: string;
};

export type AssumedGroupRole = { readonly status: 'granted'; readonly credentials: Credentials } | Refused;

export type Access =
  | {
      readonly status: 'granted';
      readonly access: GroupAccess;
      /** For what only one task needs, so that the others need not load its client. */
      readonly credentials: Credentials;
    }
  | Refused;

export interface GroupRole {
  readonly serviceRoleArn: string;
  readonly deploymentId: string;
}

export async function accessOf(ports: AccessPorts, group: GroupRole): Promise<Access> {
  const role = await assumeGroupRole(ports.roles, group);
  if (role.status === 'refused') return role;
  const { credentials } = role;
  const access = { aliases: ports.aliasesWith(credentials), alarms: ports.alarmsWith(credentials) };
  return { status: 'granted', access, credentials };
}

/** Assumes the role with the deployment's id as session name, so that CloudTrail tells which deployment did what. */
export async function assumeGroupRole(
  roles: ServiceRoles,
  { serviceRoleArn, deploymentId }: GroupRole,
): Promise<AssumedGroupRole> {
  const role = await roles.assume(serviceRoleArn, deploymentId);
  switch (role.status) {
    case 'assumed':
      return { status: 'granted', credentials: role.credentials };
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
        message: `The service role ${serviceRoleArn} cannot be assumed (${role.message}). Mend its trust policy: npx sluice role trust ${serviceRoleArn}`,
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
