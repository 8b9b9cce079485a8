import { Refusal } from '../../core/refusal.ts';
import type { AssumedRole, ServiceRoles } from '../adapters/service-roles.ts';
import type { System } from './system.ts';

export interface ServiceRolePorts {
  readonly roles: ServiceRoles;
  readonly trust: Trust;
  readonly system: Pick<System, 'now' | 'sleep'>;
}

/** Which service roles groups may name, and what those must trust. */
export interface Trust {
  /** The roles that the stack made: any group may name them. */
  readonly stackServiceRoleArns: readonly string[];
  /** The pattern of `aws:PrincipalArn` that matches our functions. */
  readonly trustedPrincipals: string;
}

/** A role that a group is to act with, and the application whose group that is. */
export interface RoleUse {
  readonly roleArn: string;
  readonly applicationName: string;
}

/**
 * Whether a group of this application may act with this role, and whether Sluice can: the role is one that the stack
 * made or its tag names the application, and it can be assumed right now. The tag stands for iam:PassRole, which nobody
 * checks for us: without it, whoever may call this API could act with any role that trusts it.
 * Throws InvalidRoleException with what to run or paste; ThrottlingException while IAM takes no more requests.
 */
export async function checkServiceRole(ports: ServiceRolePorts, use: RoleUse): Promise<void> {
  if (!ports.trust.stackServiceRoleArns.includes(use.roleArn)) await checkTag(ports, use);
  await checkAssumable(ports, use.roleArn);
}

const APPLICATIONS_TAG = 'sluice:applications';

/** IAM takes no asterisk in the value of a tag, hence the word: no application can have it, for its colon. */
const EVERY_APPLICATION: readonly string[] = [':all', '*'];

async function checkTag({ roles }: ServiceRolePorts, { roleArn, applicationName }: RoleUse): Promise<void> {
  const read = await roles.tags(roleArn);
  switch (read.status) {
    case 'read': {
      const named = (read.tags[APPLICATIONS_TAG] ?? '').split(/[\s,]+/).filter((name) => name !== '');
      if ([applicationName, ...EVERY_APPLICATION].some((name) => named.includes(name))) return;
      throw untagged(roleArn, applicationName, named);
    }
    case 'missing':
      throw missing(roleArn);
    case 'denied':
      throw invalid(roleArn, `its tags cannot be read (${read.message})`);
    case 'throttled':
      throw throttled(read.message);
    default:
      return read satisfies never;
  }
}

function untagged(roleArn: string, applicationName: string, named: readonly string[]): Refusal {
  // A comma cannot be in a tag's value, though it can be in the name of an application.
  const value = applicationName.includes(',') ? ':all' : [...named, applicationName].join(' ');
  return invalid(
    roleArn,
    `neither the Sluice stack made it nor does its tag ${APPLICATIONS_TAG} name the application ${applicationName}. ` +
      `Run: aws iam tag-role --role-name ${roleName(roleArn)} --tags '${JSON.stringify([{ Key: APPLICATIONS_TAG, Value: value }])}'`,
  );
}

/** A fresh role can be assumed only some seconds after it was made; clients that gave up at once would have to know. */
const PATIENCE_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 1_000;

const SESSION_NAME = 'sluice-check';

async function checkAssumable(ports: ServiceRolePorts, roleArn: string): Promise<void> {
  const { roles, system } = ports;
  const until = system.now() + PATIENCE_MILLISECONDS;
  let assumed = await roles.assume(roleArn, SESSION_NAME);
  while (mayPass(assumed) && system.now() < until) {
    await system.sleep(PAUSE_MILLISECONDS);
    assumed = await roles.assume(roleArn, SESSION_NAME);
  }
  switch (assumed.status) {
    case 'assumed':
      return;
    case 'missing':
      throw missing(roleArn);
    case 'denied':
      throw invalid(
        roleArn,
        `it does not trust Sluice (${assumed.message}). Add this statement to its trust policy: ` +
          trustStatement(ports.trust.trustedPrincipals),
      );
    case 'throttled':
      throw throttled(assumed.message);
    default:
      return assumed satisfies never;
  }
}

function mayPass({ status }: AssumedRole): boolean {
  return status === 'denied' || status === 'throttled';
}

/** To be pasted as it is: the account may be trusted, as far as the caller is a function of this stack. */
function trustStatement(trustedPrincipals: string): string {
  const [, partition, , , account] = trustedPrincipals.split(':');
  return JSON.stringify({
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: 'sts:AssumeRole',
    Condition: { ArnLike: { 'aws:PrincipalArn': trustedPrincipals } },
  });
}

function missing(roleArn: string): Refusal {
  return invalid(roleArn, 'there is no such role in this account. Create it, or name another');
}

function invalid(roleArn: string, why: string): Refusal {
  return new Refusal('InvalidRoleException', `The role ${roleArn} cannot be assumed: ${why}`);
}

function throttled(message: string): Refusal {
  return new Refusal('ThrottlingException', `The service role could not be checked: ${message}. Try again.`);
}

function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
