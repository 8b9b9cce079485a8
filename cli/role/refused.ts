import { awsFailure } from '../../functions/adapters/aws-failure.ts';
import type { FoundRole, ServiceRole } from '../account/roles.ts';
import { CannotDo } from '../command.ts';

/** Throws CannotDo: Sluice deploys in its own account alone, with roles of that account. */
export function refuseOtherAccount(
  roleArn: string,
  [trustedPrincipal = '']: readonly string[],
  place: string,
): void {
  const [theirs, ours] = [accountOf(roleArn), accountOf(trustedPrincipal)];
  if (theirs === ours) return;
  throw new CannotDo(
    `${roleArn} is of the account ${theirs}, and ${place} of the account ${ours}: a group's role must be of the same ` +
      `account as Sluice. Make a role there, or choose the Sluice of ${theirs} with --stack, --region and AWS_PROFILE.`,
  );
}

/** Throws CannotDo where there is no such role. */
export function presentRole(roleArn: string, found: FoundRole): ServiceRole {
  switch (found.status) {
    case 'found':
      return found.role;
    case 'missing':
      throw new CannotDo(
        `there is no role ${roleArn}. \`aws iam list-roles\` lists those of the account of your credentials.`,
      );
    case 'other':
      throw new CannotDo(
        accountOf(found.roleArn) === accountOf(roleArn)
          ? `there is no role ${roleArn}, but ${found.roleArn}: name that one.`
          : `your AWS credentials are for the account ${accountOf(found.roleArn)}: use those of the role's (AWS_PROFILE).`,
      );
    default:
      return found satisfies never;
  }
}

/** What to do about a change that IAM did not take; other failures are given back as they are. */
export function changeRefused(error: unknown, roleArn: string): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  if (awsFailure(error)?.status === 'denied') {
    return new CannotDo(
      `your AWS credentials may not change ${roleArn} (${message}). Give the change above to whoever may, ` +
        'or ask for iam:UpdateAssumeRolePolicy and iam:TagRole on it. Running this command again makes what is left.',
    );
  }
  if (name.startsWith('LimitExceeded')) {
    return new CannotDo(
      `IAM does not take the change (${message}): the role has too long a trust policy or too many tags. ` +
        'Take away what it no longer needs, or make a new role.',
    );
  }
  if (name.startsWith('UnmodifiableEntity')) {
    return new CannotDo(
      `${roleArn} belongs to an AWS service and cannot be changed (${message}). Make a role of your own.`,
    );
  }
  return error;
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
