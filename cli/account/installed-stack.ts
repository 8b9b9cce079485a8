import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import { CannotDo } from '../command.ts';
import type { Target } from '../target.ts';

/** The stack as CloudFormation has deployed it. Not permitted calls throw as the SDK does. */
export interface InstalledStack {
  readonly name: string;
  readonly outputs: () => Promise<Outputs>;
}

export type Outputs = Readonly<Record<string, string>>;

export function cloudFormationStack(name: string, client: Target['client']): InstalledStack {
  const cloudFormation = new CloudFormationClient({ ...clientDefaults, ...client });
  return {
    name,
    outputs: async () => {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
      const outputs = Stacks?.[0]?.Outputs ?? [];
      return Object.fromEntries(
        outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
      );
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
