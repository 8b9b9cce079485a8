import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import type { LocalJson } from '../../scripts/local-cloud/local-json.ts';
import type { Grant } from './grants.ts';

interface Document {
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/** Takes one grant away from the stack of a local cloud for as long as `use` lasts. */
export async function withoutGrant<Result>(
  local: LocalJson,
  grant: Grant,
  use: () => Promise<Result>,
): Promise<Result> {
  const cloudFormation = new CloudFormationClient(clientSettings(local));
  const iam = new IAMClient(clientSettings(local));
  const { StackResourceDetail } = await cloudFormation.send(
    new DescribeStackResourceCommand({ StackName: local.stackName, LogicalResourceId: grant.role }),
  );
  const policy = { RoleName: StackResourceDetail?.PhysicalResourceId, PolicyName: grant.policy };
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(policy));
  const document = decodeURIComponent(PolicyDocument);
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: without(document, grant) }));
  try {
    return await use();
  } finally {
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document }));
  }
}

/** The document with the statement of the grant taken apart, so that its other actions and resources stay allowed. */
export function without(document: string, { action, statement, resource }: Grant): string {
  const policy = JSON.parse(document) as Document;
  const found = policy.Statement[statement];
  const actions = [found?.Action ?? []].flat();
  const resources = [found?.Resource ?? []].flat();
  if (found === undefined || !actions.includes(action) || resources[resource] === undefined) {
    throw new Error(
      `The deployed policy has no ${action} in statement ${statement}: deploy this very version.`,
    );
  }
  const parts = [
    { ...found, Action: actions.filter((each) => each !== action) },
    { ...found, Action: [action], Resource: resources.filter((_, index) => index !== resource) },
  ].filter(({ Action, Resource }) => [Action].flat().length > 0 && [Resource].flat().length > 0);
  const Statement = policy.Statement.flatMap((each, index) => (index === statement ? parts : [each]));
  return JSON.stringify({ ...policy, Statement });
}
