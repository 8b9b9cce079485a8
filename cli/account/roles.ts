import {
  GetRoleCommand,
  IAMClient,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { roleName } from '../../core/registry/names.ts';
import { APPLICATIONS_TAG } from '../../core/registry/service-role-tag.ts';
import type { TrustPolicy } from '../../core/registry/service-role-trust.ts';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import type { Target } from '../target.ts';
import { unlessMissing } from '../unless-missing.ts';

/** Roles of the caller's account. What is not permitted, or fails otherwise, throws as the SDK does. */
export interface Roles {
  readonly find: (roleArn: string) => Promise<FoundRole>;
  readonly setTrust: (roleArn: string, policy: TrustPolicy) => Promise<void>;
  readonly setApplications: (roleArn: string, value: string) => Promise<void>;
}

export interface ServiceRole {
  readonly trust: TrustPolicy;
  /** The value of the tag sluice:applications. */
  readonly applications: string | undefined;
}

export type FoundRole =
  | { readonly status: 'found'; readonly role: ServiceRole }
  | { readonly status: 'missing' }
  /** There is one of that name, with another path or in another account. */
  | { readonly status: 'other'; readonly roleArn: string };

export function iamRoles(client: Target['client']): Roles {
  const iam = new IAMClient({ ...clientDefaults, ...client });
  return {
    find: async (roleArn) => {
      const answer = await unlessMissing(() => iam.send(new GetRoleCommand({ RoleName: roleName(roleArn) })));
      if (answer === undefined) return { status: 'missing' };
      const { Role } = answer;
      if (Role?.Arn !== roleArn) return { status: 'other', roleArn: Role?.Arn ?? '' };
      // IAM gives the document in the encoding of URLs.
      const trust = JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument ?? '{}')) as TrustPolicy;
      const applications = Role.Tags?.find(({ Key }) => Key === APPLICATIONS_TAG)?.Value;
      return { status: 'found', role: { trust, applications } };
    },
    setTrust: async (roleArn, policy) => {
      const PolicyDocument = JSON.stringify(policy);
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName(roleArn), PolicyDocument }));
    },
    setApplications: async (roleArn, Value) => {
      const Tags = [{ Key: APPLICATIONS_TAG, Value }];
      await iam.send(new TagRoleCommand({ RoleName: roleName(roleArn), Tags }));
    },
  };
}
