import type { Account } from '../../cli/account/account.ts';
import type { FoundRole, ServiceRole } from '../../cli/account/roles.ts';

export const TRUSTED = 'arn:aws:iam::123456789012:role/sluice/Sluice/*';
export const ROLE = 'arn:aws:iam::123456789012:role/deploy/CodeDeployLambda';

/** A role as CodeDeploy's documentation has it made: it trusts CodeDeploy, and no application of ours may name it. */
export const stock: ServiceRole = {
  trust: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  },
  applications: undefined,
};

export interface FakeAccount extends Account {
  readonly found: Map<string, FoundRole>;
  /** What was changed, in order. */
  readonly changes: readonly (readonly [string, unknown])[];
  /** Makes every change fail so. */
  refusal: Error | undefined;
}

/** An account that holds the role. */
export function fakeAccount(role: ServiceRole = stock): FakeAccount {
  const found = new Map<string, FoundRole>([[ROLE, { status: 'found', role }]]);
  const changes: (readonly [string, unknown])[] = [];
  const change = (roleArn: string, member: keyof ServiceRole, value: unknown) => {
    if (account.refusal !== undefined) throw account.refusal;
    const before = found.get(roleArn);
    if (before?.status !== 'found') throw new Error('it was changed before it was found');
    changes.push([member, value]);
    found.set(roleArn, { status: 'found', role: { ...before.role, [member]: value } });
  };
  const account: FakeAccount = {
    found,
    changes,
    refusal: undefined,
    stack: { name: 'Sluice', outputs: async () => ({ TrustedPrincipals: TRUSTED }) },
    roles: {
      find: async (roleArn) => found.get(roleArn) ?? { status: 'missing' },
      setTrust: async (roleArn, policy) => change(roleArn, 'trust', policy),
      setApplications: async (roleArn, value) => change(roleArn, 'applications', value),
    },
  };
  return account;
}
