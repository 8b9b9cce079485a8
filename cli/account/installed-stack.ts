import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import { CannotDo } from '../command.ts';
import type { Target } from '../target.ts';

/** The stack as CloudFormation has deployed it. */
export interface InstalledStack {
  readonly name: string;
  readonly outputs: () => Promise<Outputs>;
  /** When it was last deployed, in epoch milliseconds. */
  readonly deployedAt: () => Promise<number>;
  readonly resources: () => Promise<readonly StackResource[]>;
}

export type Outputs = Readonly<Record<string, string>>;

export interface StackResource {
  /** `AWS::SQS::Queue` and the like. */
  readonly type: string;
  /** Its construct's path without the slashes, and a hash. */
  readonly logicalId: string;
  readonly physicalId: string;
}

export function cloudFormationStack(name: string, client: Target['client']): InstalledStack {
  const cloudFormation = new CloudFormationClient({ ...clientDefaults, ...client });
  const described = async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0];
  };
  return {
    name,
    outputs: async () => {
      const outputs = (await described())?.Outputs ?? [];
      return Object.fromEntries(
        outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
      );
    },
    deployedAt: async () => {
      const stack = await described();
      return (stack?.LastUpdatedTime ?? stack?.CreationTime ?? new Date(0)).getTime();
    },
    resources: async () => {
      const found: StackResource[] = [];
      for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName: name })) {
        for (const each of page.StackResourceSummaries ?? []) {
          const { ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' } = each;
          found.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
        }
      }
      return found;
    },
  };
}

/** Patterns of `aws:PrincipalArn` that a service role must trust. Throws CannotDo where the stack does not say so. */
export function trustedPrincipalsOf({ TrustedPrincipals }: Outputs, place: string): readonly string[] {
  if (TrustedPrincipals !== undefined) return TrustedPrincipals.split(' ');
  throw new CannotDo(
    `${place} has no output TrustedPrincipals, so it is older than this command. Deploy it again: npx cdk deploy`,
  );
}
