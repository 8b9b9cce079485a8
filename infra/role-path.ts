import { Aws } from 'aws-cdk-lib';

/** Writers may append to the log; readers may not, whatever their policies say. */
export type Rights = 'writer' | 'reader';

/**
 * The IAM path of the roles of a stack's functions. Policies name roles by this path, because the names of roles change
 * with a new deployment, and because the log's policy cannot refer to roles whose own policies refer to the log.
 */
export function rolePath(stackName: string, rights: Rights): string {
  return `/sluice/${stackName}/${rights}/`;
}

/** The pattern of `aws:PrincipalArn` that matches the stack's functions, or those of them with the given rights. */
export function rolesUnder(stackName: string, rights?: Rights): string {
  const path = rights === undefined ? `/sluice/${stackName}/` : rolePath(stackName, rights);
  return `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role${path}*`;
}
