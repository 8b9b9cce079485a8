import { environments, type FunctionName } from '../../functions/runtime/environment.ts';
import { functionPaths } from '../infra/function-paths.ts';
import { at, ofType, readable, type Template } from '../infra/template.ts';

/** One action on one resource that the role of one function is allowed. */
export interface Grant {
  readonly functionName: FunctionName;
  /** "dynamodb:PutItem on <Store/Log>": the same for any stack, whatever it is called. */
  readonly right: string;
  readonly action: string;
  /** Logical ids; CloudFormation names the policy of a role by its own. */
  readonly role: string;
  readonly policy: string;
  /** Where it stands in the document of that policy, which is deployed in the order of the template. */
  readonly statement: number;
  readonly resource: number;
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** All grants of all functions, in the order of the functions and of their policies. */
export function grantsOf(template: Template): readonly Grant[] {
  return (Object.keys(environments) as FunctionName[]).flatMap((functionName) => {
    const role = at(template, `${functionPaths[functionName]}Role`).logicalId;
    return policiesOf(template, role).flatMap(({ policy, statements }) =>
      statements.flatMap(({ Effect, Action, Resource }, statement) =>
        Effect === 'Deny'
          ? []
          : [Resource].flat().flatMap((named, resource) =>
              [Action].flat().map((action) => ({
                functionName,
                right: `${action} on ${named}`,
                action,
                role,
                policy,
                statement,
                resource,
              })),
            ),
      ),
    );
  });
}

function policiesOf(template: Template, role: string) {
  return ofType(template, 'AWS::IAM::Policy')
    .filter(({ properties }) =>
      (properties['Roles'] as readonly { Ref: string }[]).some(({ Ref }) => Ref === role),
    )
    .map(({ logicalId, properties }) => {
      const { Statement } = properties['PolicyDocument'] as { readonly Statement: unknown };
      return { policy: logicalId, statements: readable(template, Statement) as readonly Statement[] };
    });
}
