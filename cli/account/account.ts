import type { Target } from '../target.ts';
import { type Roles, iamRoles } from './roles.ts';
import { type InstalledStack, cloudFormationStack } from './installed-stack.ts';

/** What commands look at in the account of an installation, and change in it, with the caller's own credentials. */
export interface Account {
  readonly stack: InstalledStack;
  readonly roles: Roles;
}

export function accountOf({ stackName, client }: Target): Account {
  return {
    stack: cloudFormationStack(stackName, client),
    roles: iamRoles(client),
  };
}
