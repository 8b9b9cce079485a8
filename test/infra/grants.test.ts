import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../infra/bundle.ts';
import { realAccount } from '../../infra/local-differences.ts';
import type { FunctionName } from '../../functions/runtime/environment.ts';
import { grantsOf } from '../grants/grants.ts';
import { proofs } from '../grants/proofs.ts';
import { functionPaths } from './function-paths.ts';
import { granted } from './granted.ts';
import { synthesized } from './synthesized.ts';
import { at, ofType, readable } from './template.ts';

const template = synthesized(realAccount('Sluice'));

/** The functions that cannot append, whatever their policies say: the policy of the log knows their path. */
const readers: ReadonlySet<FunctionName> = new Set([
  'read/v1',
  'lifecycle/monitor-zone',
  'hosts/administer',
  'hosts/certificate',
  'reactions/on-instance-terminated',
  'hosts/enrol',
  'hosts/sign',
]);

const NEVER =
  'never dynamodb:BatchWriteItem dynamodb:DeleteItem dynamodb:PartiQLDelete dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:UpdateItem on <Store/Log>';

describe('each function', () => {
  it.each(functionNames)(
    '%s may do what is proven that it must, write its own log, and nothing else',
    (name) => {
      const role = at(template, `${functionPaths[name]}Role`);
      const log = `<${functionPaths[name]}Log>`;
      const ownLog = [`logs:CreateLogStream on ${log}`, `logs:PutLogEvents on ${log}`];
      const rights = grantsOf(template).filter(({ functionName }) => functionName === name);
      expect(rights.map(({ right }) => right).sort()).toEqual(
        [...Object.keys(proofs[name]), ...ownLog].sort(),
      );
      expect(role.properties).not.toHaveProperty('ManagedPolicyArns');
      expect(role.properties).not.toHaveProperty('Policies');
    },
  );

  it.each(functionNames)('%s can never rewrite the log, if it may append at all', (name) => {
    const denied = granted(template, at(template, `${functionPaths[name]}Role`)).filter((line) =>
      line.startsWith('never'),
    );
    expect(denied).toEqual(readers.has(name) ? [] : [NEVER]);
  });

  it('assumes only roles that carry the tag', () => {
    const lines = functionNames.flatMap((name) =>
      granted(template, at(template, `${functionPaths[name]}Role`)),
    );
    const assuming = lines.filter((line) => line.includes('sts:AssumeRole'));
    expect(assuming.length).toBeGreaterThan(0);
    for (const line of assuming) {
      expect(line).toMatch(/role\/\* if \{"Null":\{"iam:ResourceTag\/sluice:applications":"false"\}\}$/);
    }
  });

  it('is proven by tests that are there, each under its own title', async () => {
    for (const proof of functionNames.flatMap((name) => Object.values(proofs[name]))) {
      if ('unchecked' in proof) continue;
      const text = await readFile(`test/e2e/${proof.file}.test.ts`, 'utf8');
      expect(text.split(`it('${proof.title}'`), proof.title).toHaveLength(2);
    }
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
