import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/bundle.ts';
import { realAccount } from '../../infra/local-differences.ts';
import type { FunctionName } from '../../functions/runtime/environment.ts';
import { functionPaths } from './function-paths.ts';
import { granted } from './granted.ts';
import { synthesized } from './synthesized.ts';
import { at, ofType, readable } from './template.ts';

const template = synthesized(realAccount('Sluice'));

const append = [
  'dynamodb:ConditionCheckItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query on <Store/Rows>',
  'dynamodb:ConditionCheckItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query on <Store/Log>',
  'never dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:PartiQLDelete dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:UpdateItem on <Store/Log>',
];
const park = ['dynamodb:DeleteItem dynamodb:PutItem on <Store/Live>'];
const wake = ['dynamodb:DeleteItem dynamodb:Query on <Store/Live>'];
const answerTokens = ['states:SendTaskFailure states:SendTaskSuccess on *'];
const roles = 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/*';
const serviceRoles = [
  `iam:GetRole on ${roles}`,
  `sts:AssumeRole on ${roles} if {"Null":{"iam:ResourceTag/sluice:applications":"false"}}`,
];
const executions =
  'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<Workflows/Lambda.Name>:*';

/** All that each function may do, but for writing its own log. A new right is added here, knowingly, or fails. */
const table: Readonly<Record<FunctionName, readonly string[]>> = {
  'api/codedeploy': [...append, ...wake, ...answerTokens, ...serviceRoles],
  'hooks/put-hook-status': [...append, ...wake, ...answerTokens],
  'lifecycle/admit': [...append, ...serviceRoles],
  'lifecycle/invoke-hook': [
    ...append,
    'dynamodb:DeleteItem dynamodb:PutItem dynamodb:Query on <Store/Live>',
    ...answerTokens,
    ...serviceRoles,
  ],
  'lifecycle/allow-traffic': [...append, ...park, ...answerTokens, ...serviceRoles],
  'lifecycle/finish': [...append, ...serviceRoles],
  'read/v1': ['dynamodb:Query on <Store/Log>'],
  'reactions/on-events': [
    'dynamodb:Query on <Store/Log>',
    'dynamodb:ListStreams on *',
    'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator on <Store/Log.StreamArn>',
    'sqs:GetQueueAttributes sqs:GetQueueUrl sqs:SendMessage on <Reactions/DeadLetters>',
    'states:StartExecution on <Workflows/Lambda>',
    `states:DescribeExecution states:StopExecution on ${executions}`,
  ],
  'reactions/on-alarm': [...append, ...wake, ...answerTokens],
  'reactions/on-deadline': [...append, ...wake, ...answerTokens],
  'reactions/on-execution-status': [...append],
};

/** The functions that cannot append, whatever their policies say: the policy of the log knows their path. */
const readers: ReadonlySet<FunctionName> = new Set(['read/v1', 'reactions/on-events']);

describe('each function', () => {
  it.each(functionNames)('%s may do what the table says, and nothing else', (name) => {
    const role = at(template, `${functionPaths[name]}Role`);
    const ownLog = `logs:CreateLogStream logs:PutLogEvents on <${functionPaths[name]}Log>`;
    expect(granted(template, role)).toEqual([...table[name], ownLog].sort());
    expect(role.properties).not.toHaveProperty('ManagedPolicyArns');
    expect(role.properties).not.toHaveProperty('Policies');
  });

  it('is known to the table', () => {
    const deployed = ofType(template, 'AWS::Lambda::Function').map((each) => each.path);
    expect(deployed.sort()).toEqual(Object.values(functionPaths).sort());
  });

  it.each(functionNames)('%s has its role under the path by which others know it', (name) => {
    const rights = readers.has(name) ? 'reader' : 'writer';
    expect(at(template, `${functionPaths[name]}Role`).properties).toMatchObject({
      Path: `/sluice/Sluice/${rights}/`,
    });
  });
});

describe('each state machine', () => {
  it.each([
    [
      'Lambda',
      [
        'lambda:InvokeFunction on <Workflows/Admit>',
        'lambda:InvokeFunction on <Workflows/AllowTraffic>',
        'lambda:InvokeFunction on <Workflows/Finish>',
        'states:StartExecution on <Workflows/Hook>',
      ],
    ],
    ['Hook', ['lambda:InvokeFunction on <Workflows/InvokeHook>']],
  ])('%s may start what is its own, deliver its logs and trace, and nothing else', (name, own) => {
    const lines = granted(template, at(template, `Workflows/${name}/Role`));
    expect(lines.filter((line) => /lambda:|states:/.test(line))).toEqual(own);
    const others = lines.filter((line) => !/lambda:|states:/.test(line)).flatMap((line) => line.split(' '));
    expect(others.filter((word) => !/^(logs|xray):|^on$|^\*$/.test(word))).toEqual([]);
  });
});

describe('the service role for Lambda', () => {
  const role = at(template, 'ServiceRoles/Lambda');

  it('trusts the functions of its stack by the path of their roles, and nobody else', () => {
    expect(readable(template, role.properties['AssumeRolePolicyDocument'])).toMatchObject({
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' },
          Condition: {
            ArnLike: {
              'aws:PrincipalArn': ['arn:<AWS::Partition>:iam::<AWS::AccountId>:role/sluice/Sluice/*'],
            },
          },
        },
      ],
    });
  });

  it('is not itself under the path that it trusts', () => {
    expect(role.properties).not.toHaveProperty('Path');
  });

  it('carries the tag without which no function may assume it', () => {
    expect(role.properties['Tags']).toEqual([{ Key: 'sluice:applications', Value: ':all' }]);
  });

  it('may do what deploying a function takes', () => {
    const functions = 'arn:<AWS::Partition>:lambda:*:<AWS::AccountId>:function:';
    const objects = 's3:GetObject s3:GetObjectVersion on arn:<AWS::Partition>:s3:::';
    expect(granted(template, role)).toEqual(
      [
        'cloudwatch:DescribeAlarms on *',
        `lambda:GetAlias lambda:GetFunctionConfiguration lambda:GetProvisionedConcurrencyConfig lambda:UpdateAlias on ${functions}*`,
        `lambda:InvokeFunction on ${functions}CodeDeployHook_*`,
        `${objects}*/* if {"StringEquals":{"s3:ExistingObjectTag/UseWithCodeDeploy":"true"}}`,
        `${objects}*/CodeDeploy/*`,
        'sns:Publish on arn:<AWS::Partition>:sns:*:<AWS::AccountId>:*',
      ].sort(),
    );
  });
});
