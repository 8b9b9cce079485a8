import { describe, expect, it } from 'vitest';
import { environments, type FunctionName } from '../../functions/runtime/environment.ts';
import { functionNames } from '../../infra/bundle.ts';
import { localCloud, realAccount } from '../../infra/local-differences.ts';
import type { SluiceFunctionProps } from '../../infra/sluice-function.ts';
import { differences } from './differences.ts';
import { functionPaths } from './function-paths.ts';
import { synthesized } from './synthesized.ts';
import { at, ofType, resolved, type Template } from './template.ts';

const template = synthesized(realAccount('Sluice'));
const localTemplate = synthesized(localCloud('Sluice', 30));

describe('the outputs', () => {
  it('are those that scripts and people read', () => {
    expect(Object.keys(template.outputs).sort()).toEqual([
      'AlarmTopicArn',
      'ApiEndpoint',
      'EventBusName',
      'GitHubKeyArn',
      'HostsEndpoint',
      'LambdaServiceRoleArn',
      'LiveTableName',
      'LogTableName',
      'NotificationTopicArn',
      'NotifyFunctionName',
      'OnDeadlineFunctionName',
      'OutputBucketName',
      'RowsTableName',
      'ServerServiceRoleArn',
      'StateMachineHook',
      'StateMachineInPlace',
      'StateMachineInstance',
      'StateMachineLambda',
      'TrustedPrincipals',
    ]);
  });

  it('give the address of the API whole, with its last slash', () => {
    expect(resolved(template.outputs['ApiEndpoint']?.Value, standsFor(template))).toMatch(
      /^https:\/\/\S+\.execute-api\.\S+\/$/,
    );
  });
});

describe('the environment of each function', () => {
  it.each(functionNames)('satisfies the schema of %s', (name) => {
    for (const each of [template, localTemplate]) {
      const { Variables } = functionOf(each, name)['Environment'] as { Variables: unknown };
      const result = environments[name]
        .strict()
        .safeParse(withoutCommon(resolved(Variables, standsFor(each))));
      expect(result.error?.issues ?? []).toEqual([]);
    }
  });
});

describe('a function', () => {
  it('does not compile without one of its variables', () => {
    // @ts-expect-error ROWS_TABLE and others are missing.
    const environment: SluiceFunctionProps<'lifecycle/finish'>['environment'] = { LOG_TABLE: 'log' };
    expect(environments['lifecycle/finish'].safeParse(environment).success).toBe(false);
  });
});

describe('two stacks in one account', () => {
  it('share no name', () => {
    const names = physicalNames(template);
    expect(names).toContain('/aws/vendedlogs/states/Sluice-lambda');
    const others = new Set(physicalNames(synthesized(realAccount('Second'))));
    expect(names.filter((name) => others.has(name))).toEqual([]);
  });

  it('fix no names but those of the API, of the event bus and of the logs of the workflows', () => {
    expect(physicalNames(template).sort()).toEqual([
      '/aws/vendedlogs/states/Sluice-hook',
      '/aws/vendedlogs/states/Sluice-in-place',
      '/aws/vendedlogs/states/Sluice-instance',
      '/aws/vendedlogs/states/Sluice-lambda',
      'Sluice',
      'Sluice',
    ]);
  });
});

describe('the stack on the local cloud', () => {
  it('differs only in what the emulator cannot take', () => {
    // Which statement of a policy it is does not matter.
    const found = differences(template, localTemplate).map((line) =>
      line.replace(/Statement\.\d+/, 'Statement'),
    );
    const assumers = [
      'FrontDoor/CodeDeployRole',
      'FrontDoor/Hosts/SignRole',
      'Notifications/NotifyRole',
      'Workflows/AdmitRole',
      'Workflows/AllowTrafficRole',
      'Workflows/FinishRole',
      'Workflows/InvokeHookRole',
      'Workflows/Fleet/AdmitFleetRole',
    ];
    const tagKeys = ['aws:ResourceTag', 'iam:ResourceTag'].map((key) => `Null.${key}/sluice:applications`);
    const timed = functionsWithPolicy();
    const expected = [
      'FrontDoor/Api Tags',
      'FrontDoor/CodeDeploy Environment.Variables.TRUSTED_PRINCIPALS',
      'Workflows/Admit Environment.Variables.TRUSTED_PRINCIPALS',
      'Workflows/Fleet/AdmitFleet Environment.Variables.TRUSTED_PRINCIPALS',
      ...timed.map((path) => `${path} Environment.Variables.BAKE_GRACE_SECONDS`),
      ...timed.map((path) => `${path} Environment.Variables.TIME_SCALE`),
      'FrontDoor/Hosts/Administer Environment.Variables.HOSTS_ENDPOINT',
      'FrontDoor/Hosts/Enrol Environment.Variables.HOSTS_ENDPOINT',
      'FrontDoor/Hosts/EnrolRole/DefaultPolicy PolicyDocument.Statement',
      'FrontDoor/Hosts/Outputs/Policy',
      'Reactions/Alarms/Policy PolicyDocument.Statement',
      'Reactions/DeadLetters/Policy',
      'Notifications/DeadLetters/Policy',
      'Notifications/Topic/Policy PolicyDocument.Statement',
      'ServiceRoles/Lambda AssumeRolePolicyDocument.Statement.Condition.ArnLike.aws:PrincipalArn',
      'ServiceRoles/Server AssumeRolePolicyDocument.Statement.Condition.ArnLike.aws:PrincipalArn',
      'ServiceRoles/Lambda/DefaultPolicy PolicyDocument.Statement.Action',
      ...assumers.flatMap((role) =>
        tagKeys.map((key) => `${role}/DefaultPolicy PolicyDocument.Statement.Condition.${key}`),
      ),
    ];
    expect(found.sort()).toEqual(expected.sort());
  });

  it('refuses a time scale that is no whole number', () => {
    expect(() => localCloud('Sluice', 1.5)).toThrow('whole number');
    expect(() => localCloud('Sluice', 0)).toThrow('whole number');
  });
});

function functionOf(from: Template, name: FunctionName): Readonly<Record<string, unknown>> {
  return at(from, functionPaths[name]).properties;
}

/** What CloudFormation would put for a reference: an ARN where the value of the resource is one. */
/** What a Ref to is the ARN of, and not the name. */
const ARN_BY_REF: ReadonlySet<string> = new Set(['AWS::StepFunctions::StateMachine', 'AWS::SNS::Topic']);

function standsFor(from: Template): (logicalId: string, attribute: string | undefined) => string {
  return (logicalId, attribute) => {
    const type = from.resources.find((each) => each.logicalId === logicalId)?.type;
    const isArn = attribute === undefined ? ARN_BY_REF.has(type ?? '') : attribute === 'Arn';
    return isArn ? `arn:aws:example:::${logicalId}` : logicalId;
  };
}

function withoutCommon(variables: unknown): unknown {
  const { NODE_OPTIONS, ...own } = variables as Record<string, string>;
  expect(NODE_OPTIONS).toBe('--enable-source-maps');
  return own;
}

/** The names that two stacks of one account cannot both have, and that of the API, which they could but should not. */
function physicalNames(from: Template): string[] {
  const scoped = new Set(['AWS::IAM::Policy', 'AWS::ApiGatewayV2::Stage', 'AWS::Lambda::Permission']);
  const labels = new Set(['MetricName', 'DisplayName']);
  return from.resources
    .filter((each) => !scoped.has(each.type))
    .flatMap((each) => Object.entries(each.properties))
    .filter(([key, value]) => /^(.*Name|Name)$/.test(key) && !labels.has(key) && typeof value === 'string')
    .map(([, value]) => value as string);
}

function functionsWithPolicy(): readonly string[] {
  return ofType(template, 'AWS::Lambda::Function')
    .filter((each) => JSON.stringify(each.properties).includes('TIME_SCALE'))
    .map((each) => each.path);
}
