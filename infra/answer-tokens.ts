import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Any token: these actions take no resource. The token itself, which cannot be guessed, is the right to answer. */
export function grantAnswerTokens(grantee: IGrantable, ...answers: readonly ('Success' | 'Failure')[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: answers.map((answer) => `states:SendTask${answer}`), resources: ['*'] }),
  );
}
