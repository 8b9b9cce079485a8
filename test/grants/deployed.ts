import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import type { LocalJson } from '../../scripts/local-cloud/local-json.ts';
import { templateOf } from '../infra/template.ts';
import { type Grant, grantsOf } from './grants.ts';
import type { NamedTest } from './proof-run.ts';
import { proofs } from './proofs.ts';

export interface ProvenGrant extends Grant {
  readonly test: NamedTest;
}

/** The grants of the stack of a local cloud that a test on it can prove, with that test. */
export async function provenGrants(local: LocalJson): Promise<readonly ProvenGrant[]> {
  const cloudFormation = new CloudFormationClient(clientSettings(local));
  const { TemplateBody = '' } = await cloudFormation.send(
    new GetTemplateCommand({ StackName: local.stackName, TemplateStage: 'Original' }),
  );
  return grantsOf(templateOf(JSON.parse(TemplateBody))).flatMap((grant) => {
    const proof = proofs[grant.functionName][grant.right];
    return proof === undefined || 'unchecked' in proof ? [] : [{ ...grant, test: proof }];
  });
}
