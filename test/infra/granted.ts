import { ofType, readable, type Resource, type Template } from './template.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/**
 * All that the policies of a role say, a line for each resource: "dynamodb:GetItem dynamodb:Query on <Store/Log>",
 * with "never" before what is denied and "if {…}" behind what has a condition. Sorted.
 */
export function granted(template: Template, role: Resource): readonly string[] {
  const lines = new Map<string, Set<string>>();
  for (const { Effect, Action, Resource, Condition } of statementsOf(template, role)) {
    for (const resource of [Resource].flat()) {
      const condition = Condition === undefined ? '' : ` if ${JSON.stringify(Condition)}`;
      const line = `${Effect}|on ${resource}${condition}`;
      lines.set(line, new Set([...(lines.get(line) ?? []), ...[Action].flat()]));
    }
  }
  return [...lines]
    .map(([line, actions]) => {
      const [effect, rest] = line.split('|');
      return `${effect === 'Deny' ? 'never ' : ''}${[...actions].sort().join(' ')} ${rest}`;
    })
    .sort();
}

function statementsOf(template: Template, role: Resource): readonly Statement[] {
  return ofType(template, 'AWS::IAM::Policy')
    .filter((policy) =>
      (policy.properties['Roles'] as readonly { Ref: string }[]).some((each) => each.Ref === role.logicalId),
    )
    .flatMap((policy) => {
      const document = policy.properties['PolicyDocument'] as { Statement: readonly unknown[] };
      return readable(template, document.Statement) as readonly Statement[];
    });
}
