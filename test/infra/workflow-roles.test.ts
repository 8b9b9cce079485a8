import { describe, expect, it } from 'vitest';
import { realAccount } from '../../infra/local-differences.ts';
import { granted } from './granted.ts';
import { synthesized } from './synthesized.ts';
import { at, ofType } from './template.ts';

const template = synthesized(realAccount('Sluice'));
const RULE =
  'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';
const FLEET = 'Workflows/Fleet';

function executionsOf(machine: string): string {
  return `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<${machine}.Name>:*`;
}

describe('the role of the workflow of a fleet', () => {
  const lines = granted(template, at(template, `${FLEET}/InPlace/Role`));

  it('starts itself for its slots and the instances, and follows both', () => {
    expect(lines.filter((line) => line.startsWith('states:'))).toEqual(
      [
        `states:DescribeExecution states:StopExecution on ${executionsOf(`${FLEET}/InPlace`)}`,
        `states:DescribeExecution states:StopExecution on ${executionsOf(`${FLEET}/Instance`)}`,
        `states:StartExecution on <${FLEET}/InPlace>`,
        `states:StartExecution on <${FLEET}/Instance>`,
      ].sort(),
    );
  });

  it('may keep the rule by which Step Functions waits, before the machine is created', () => {
    const right = `events:DescribeRule events:PutRule events:PutTargets on ${RULE}`;
    expect(lines).toContain(right);
    const { dependsOn } = at(template, `${FLEET}/InPlace`);
    const before = ofType(template, 'AWS::IAM::Policy').filter(({ logicalId }) =>
      dependsOn.includes(logicalId),
    );
    expect(JSON.stringify(before)).toContain('events:PutRule');
  });
});
