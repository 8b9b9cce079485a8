import { Refusal } from '../../core/refusal.ts';
import { roleName } from '../../core/registry/names.ts';
import { APPLICATIONS_TAG, canBeNamed, lendsTo, tagThatLends } from '../../core/registry/service-role-tag.ts';
import { trustStatement } from '../../core/registry/service-role-trust.ts';
import type { AssumedRole, Credentials, ServiceRoles } from '../adapters/service-roles.ts';
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
  /** The patterns of `aws:PrincipalArn` that match our functions. */
  readonly trustedPrincipals: readonly string[];
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
 * Answers the credentials of a session with it. Throws InvalidRoleException with what to run or paste;
 * ThrottlingException while IAM takes no more requests.
 */
export async function checkServiceRole(ports: ServiceRolePorts, use: RoleUse): Promise<Credentials> {
  if (!ports.trust.stackServiceRoleArns.includes(use.roleArn)) await checkTag(ports, use);
  return checkAssumable(ports, use);
}

async function checkTag({ roles }: ServiceRolePorts, { roleArn, applicationName }: RoleUse): Promise<void> {
  const read = await roles.tags(roleArn);
  switch (read.status) {
    case 'read': {
      const tag = read.tags[APPLICATIONS_TAG];
      if (lendsTo(tag, applicationName)) return;
      throw untagged({ roleArn, applicationName }, tag);
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

function untagged({ roleArn, applicationName }: RoleUse, tag: string | undefined): Refusal {
  const tags = [{ Key: APPLICATIONS_TAG, Value: tagThatLends(tag, [applicationName]) }];
  return invalid(
    roleArn,
    `neither the Sluice stack made it nor does its tag ${APPLICATIONS_TAG} name the application ${applicationName}. ` +
      `Run: npx sluice role trust ${roleArn} ${optionFor(applicationName)}, ` +
      `or: aws iam tag-role --role-name ${roleName(roleArn)} --tags '${JSON.stringify(tags)}'`,
  );
}

function optionFor(applicationName: string): string {
  return canBeNamed(applicationName) ? `--application ${applicationName}` : '--all-applications';
}

/** A fresh role can be assumed only some seconds after it was made; clients that gave up at once would have to know. */
const PATIENCE_MILLISECONDS = 10_000;
const PAUSE_MILLISECONDS = 1_000;

const SESSION_NAME = 'sluice-check';

async function checkAssumable(ports: ServiceRolePorts, use: RoleUse): Promise<Credentials> {
  const { roles, system } = ports;
  const { roleArn, applicationName } = use;
  const until = system.now() + PATIENCE_MILLISECONDS;
  let assumed = await roles.assume(roleArn, SESSION_NAME);
  while (mayPass(assumed) && system.now() < until) {
    await system.sleep(PAUSE_MILLISECONDS);
    assumed = await roles.assume(roleArn, SESSION_NAME);
  }
  switch (assumed.status) {
    case 'assumed':
      return assumed.credentials;
    case 'missing':
      throw missing(roleArn);
    case 'denied':
      throw invalid(
        roleArn,
        `it does not trust Sluice (${assumed.message}). ` +
          `Run: npx sluice role trust ${roleArn} ${optionFor(applicationName)}, or do it by hand. ` +
          'Add this statement to its trust policy: ' +
          JSON.stringify(trustStatement(ports.trust.trustedPrincipals)),
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

function missing(roleArn: string): Refusal {
  return invalid(roleArn, 'there is no such role in this account. Create it, or name another');
}

function invalid(roleArn: string, why: string): Refusal {
  return new Refusal('InvalidRoleException', `The role ${roleArn} cannot be assumed: ${why}`);
}

function throttled(message: string): Refusal {
  return new Refusal('ThrottlingException', `The service role could not be checked: ${message}. Try again.`);
}
