import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { roleName } from '../../core/registry/names.ts';
import { clientDefaults, roleClientDefaults } from './aws-clients.ts';
import { awsFailure, awsFailureOf } from './aws-failure.ts';

/** Temporary ones, for one deployment. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The roles that groups name: whatever is done for a group is done with its role's rights. */
export interface ServiceRoles {
  /** `missing` where the role is known to be gone; AWS answers "denied" for that as well, so it is asked for. */
  readonly assume: (roleArn: string, sessionName: string) => Promise<AssumedRole>;
  /** Throws nothing of its own: a role that cannot be read is `missing` or `denied`. */
  readonly tags: (roleArn: string) => Promise<RoleTags>;
}

export type AssumedRole =
  | { readonly status: 'assumed'; readonly credentials: Credentials }
  | { readonly status: 'missing' | 'denied' | 'throttled'; readonly message: string };

export type RoleTags =
  | { readonly status: 'read'; readonly tags: Readonly<Record<string, string>> }
  | { readonly status: 'missing' | 'denied' | 'throttled'; readonly message: string };

export function iamServiceRoles(): ServiceRoles {
  const sts = new STSClient(roleClientDefaults);
  const iam = new IAMClient(clientDefaults);
  const tags = async (roleArn: string): Promise<RoleTags> => {
    try {
      const { Role } = await iam.send(new GetRoleCommand({ RoleName: roleName(roleArn) }));
      // It is asked for by its name alone: one of another path or account must not lend its tags.
      if (Role?.Arn !== roleArn) return { status: 'missing', message: `There is no role ${roleArn}.` };
      const read = (Role?.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''] as const);
      return { status: 'read', tags: Object.fromEntries(read) };
    } catch (error) {
      return awsFailureOf(error);
    }
  };
  return {
    tags,
    assume: async (roleArn, sessionName) => {
      try {
        const { Credentials } = await sts.send(
          new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
        );
        return {
          status: 'assumed',
          credentials: {
            accessKeyId: Credentials?.AccessKeyId ?? '',
            secretAccessKey: Credentials?.SecretAccessKey ?? '',
            sessionToken: Credentials?.SessionToken ?? '',
          },
        };
      } catch (error) {
        const failure = awsFailure(error);
        if (failure === undefined) throw error;
        if (failure.status !== 'denied') return failure;
        const role = await tags(roleArn);
        return role.status === 'missing' ? role : failure;
      }
    },
  };
}
