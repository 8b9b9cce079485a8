import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { rolesUnder } from './role-path.ts';

/** What would change or remove an event that is there. A PutItem of PartiQL or of a batch takes no condition. */
export const rewritingActions = [
  'dynamodb:BatchWriteItem',
  'dynamodb:DeleteItem',
  'dynamodb:PartiQLDelete',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:UpdateItem',
] as const;

/**
 * The policy on the log itself: nobody rewrites or expires an event, whatever policies they bring; only writers put
 * one, and only in a transaction, where it comes with its rows. A policy cannot demand the condition that the event be
 * absent, so an overwrite by a bug of a writer is not prevented: the chain of hashes shows it.
 */
export function appendOnlyPolicy(stackName: string): PolicyDocument {
  return new PolicyDocument({
    // Two statements on PutItem, because the conditions of one are joined by "and".
    minimize: false,
    statements: [
      deny('NobodyRewritesAnEvent', [...rewritingActions, 'dynamodb:UpdateTimeToLive']),
      deny('OnlyWritersAppend', ['dynamodb:PutItem'], {
        ArnNotLike: { 'aws:PrincipalArn': rolesUnder(stackName, 'writer') },
      }),
      // True as well where the key is absent, as it is outside of a transaction.
      deny('OnlyTransactionsAppend', ['dynamodb:PutItem'], {
        'ForAllValues:StringNotEquals': { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      }),
    ],
  });
}

function deny(
  sid: string,
  actions: readonly string[],
  conditions: Record<string, object> = {},
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    // The table that carries the policy: naming it would be circular.
    resources: ['*'],
    conditions,
  });
}
