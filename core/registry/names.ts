import { Refusal } from '../refusal.ts';

/**
 * Names and identifiers as callers give them. Presence and format are two functions each, because a call is answered
 * with its first missing member before any member's format is looked at: first every `require…`, then every `check…`.
 */

/** Names of applications, deployment groups and configurations share one alphabet; it has no space. */
const NAME = /^[A-Za-z0-9+=,.@_-]{1,100}$/;
const NAME_RULE = 'Use 1 to 100 characters of A-Z a-z 0-9 + = , . @ _ -';

const DEPLOYMENT_ID = /^d-[A-Z0-9]{9}$/;

/** Path (at most 512) and name (at most 64 characters) of a role, in any partition. */
const ROLE_ARN = /^arn:aws[a-z-]{0,20}:iam::\d{12}:role\/(?:[\x21-\x7e]{1,510}\/)?[A-Za-z0-9+=,.@_-]{1,64}$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

export function requireApplicationName(name: string | undefined): string {
  return present(
    name,
    'ApplicationNameRequiredException',
    'Name the application: applicationName is missing.',
  );
}

/** UpdateApplication needs both names, and has one error for either. */
export function requireNewApplicationName(name: string | undefined): string {
  return present(
    name,
    'ApplicationNameRequiredException',
    'Give the new name of the application: newApplicationName is missing.',
  );
}

export function checkApplicationName(name: string): void {
  matching(name, NAME, 'InvalidApplicationNameException', `The application name is invalid. ${NAME_RULE}.`);
}

export function requireDeploymentGroupName(name: string | undefined): string {
  return present(
    name,
    'DeploymentGroupNameRequiredException',
    'Name the deployment group: its name is missing.',
  );
}

export function checkDeploymentGroupName(name: string): void {
  matching(
    name,
    NAME,
    'InvalidDeploymentGroupNameException',
    `The deployment group name is invalid. ${NAME_RULE}.`,
  );
}

export function requireDeploymentConfigName(name: string | undefined): string {
  return present(
    name,
    'DeploymentConfigNameRequiredException',
    'Name the deployment configuration: deploymentConfigName is missing.',
  );
}

export function checkDeploymentConfigName(name: string): void {
  matching(
    name,
    NAME,
    'InvalidDeploymentConfigNameException',
    `The deployment configuration name is invalid. ${NAME_RULE}.`,
  );
}

export function requireDeploymentId(id: string | undefined): string {
  return present(id, 'DeploymentIdRequiredException', 'Name the deployment: deploymentId is missing.');
}

export function checkDeploymentId(id: string): void {
  matching(
    id,
    DEPLOYMENT_ID,
    'InvalidDeploymentIdException',
    `The deployment id ${quoted(id)} has an invalid format. It is d- and 9 characters of A-Z 0-9.`,
  );
}

export function requireInstanceName(name: string | undefined): string {
  return present(
    name,
    'InstanceNameRequiredException',
    'Name the on-premises instance: its instanceName is missing.',
  );
}

/** Ids of EC2 instances begin with `i-`. */
export function checkInstanceName(name: string): void {
  matching(
    name,
    /^(?!i-)/,
    'InvalidInstanceNameException',
    `The instance name ${quoted(name)} begins with i-, as those of EC2 instances do. Choose another name.`,
  );
  matching(name, NAME, 'InvalidInstanceNameException', `The instance name is invalid. ${NAME_RULE}.`);
}

export function requireServiceRoleArn(arn: string | undefined): string {
  return present(
    arn,
    'RoleRequiredException',
    'Name the role that deployments of this group act with: serviceRoleArn is missing.',
  );
}

export function checkServiceRoleArn(arn: string): void {
  matching(
    arn,
    ROLE_ARN,
    'InvalidRoleException',
    `The role cannot be assumed: ${quoted(arn)} is not the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME).`,
  );
}

export function isServiceRoleArn(arn: string): boolean {
  return ROLE_ARN.test(arn);
}

/** A role's ARN ends in its path and name; IAM takes the name alone. */
export function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

/** Clients parse the end of this text and of the next two: `found for name: <name>`. */
export function deploymentDoesNotExist(deploymentId: string): Refusal {
  return new Refusal('DeploymentDoesNotExistException', `No deployment found for id: ${deploymentId}`);
}

export function applicationDoesNotExist(name: string): Refusal {
  return new Refusal('ApplicationDoesNotExistException', `No application found for name: ${name}`);
}

export function deploymentGroupDoesNotExist(name: string): Refusal {
  return new Refusal('DeploymentGroupDoesNotExistException', `No deployment group found for name: ${name}`);
}

export function deploymentConfigDoesNotExist(name: string): Refusal {
  return new Refusal(
    'DeploymentConfigDoesNotExistException',
    `No deployment configuration found for name: ${name}`,
  );
}

export function instanceIsNotRegistered(name: string): Refusal {
  return new Refusal(
    'InstanceNotRegisteredException',
    `No on-premises instance is registered under the name ${quoted(name)}.`,
  );
}

function present(value: string | undefined, code: string, message: string): string {
  if (value === undefined || value === '') throw new Refusal(code, message);
  return value;
}

function matching(value: string, pattern: RegExp, code: string, message: string): void {
  if (!pattern.test(value)) throw new Refusal(code, message);
}

/** An answer repeats at most this much of what a caller sent: enough to recognise it. */
const QUOTED_LENGTH_CHARACTERS = 100;

export function quoted(text: string): string {
  return JSON.stringify(
    text.length > QUOTED_LENGTH_CHARACTERS ? `${text.slice(0, QUOTED_LENGTH_CHARACTERS)}…` : text,
  );
}
