import { describe, expect, it } from 'vitest';
import { realAccount } from '../../infra/local-differences.ts';
import { grantsOf } from '../grants/grants.ts';
import { granted } from './granted.ts';
import { synthesized } from './synthesized.ts';
import { at, readable } from './template.ts';

const template = synthesized(realAccount('Sluice'));
const properties = (path: string): unknown => readable(template, at(template, path).properties);

describe('the key that signs what hosts are told', () => {
  const key = properties('FrontDoor/Hosts/SigningKey') as {
    readonly KeyPolicy: {
      readonly Statement: readonly {
        readonly Effect: string;
        readonly Principal: object;
        readonly Action: readonly string[];
      }[];
    };
  };

  it('is one of RSA that does nothing but sign', () => {
    expect(key).toMatchObject({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  });

  it('is used by its signer alone, and not by any policy of the account', () => {
    const users = key.KeyPolicy.Statement.filter(({ Action }) =>
      Action.some((action) => /^kms:(\*|Sign|S\*|CreateGrant|Create\*)$/.test(action)),
    );
    expect(users).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { AWS: '<FrontDoor/Hosts/SignRole>' },
        Action: ['kms:GetPublicKey', 'kms:Sign'],
      }),
    ]);
    expect(key.KeyPolicy.Statement).toHaveLength(2);
  });

  it('can still be kept by the account: its policy changed, and its deletion called off', () => {
    const [, account] = key.KeyPolicy.Statement;
    expect(account?.Principal).toEqual({ AWS: 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root' });
    expect(account?.Action).toEqual(
      expect.arrayContaining(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion']),
    );
  });
});

describe('what the signer signs', () => {
  it('is had by the gateway, and by the function that gives nothing but the certificate of it', () => {
    const callers = grantsOf(template)
      .filter(({ right }) => right === 'lambda:InvokeFunction on <FrontDoor/Hosts/Sign>')
      .map(({ functionName }) => functionName);
    expect(callers.sort()).toEqual(['hosts/certificate', 'hosts/gateway']);
  });
});

describe('the live table', () => {
  const rights = (role: string, action: string) =>
    granted(template, at(template, role)).filter(
      (line) => line.includes(action) && line.includes('<Store/Live>'),
    );

  it('takes from the gateway only signs of life and leases: whoever could put a secret would be a host', () => {
    expect(rights('FrontDoor/Hosts/GatewayRole', 'dynamodb:PutItem')).toEqual([
      'dynamodb:PutItem on <Store/Live> if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["lease#*","presence#*"]}}',
    ]);
  });

  it('gives the signer only the tokens for GitHub', () => {
    expect(rights('FrontDoor/Hosts/SignRole', 'dynamodb:')).toEqual([
      'dynamodb:GetItem on <Store/Live> if {"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["github-tokens"]}}',
    ]);
  });
});

describe('the bucket of the outputs', () => {
  it('is closed to the public and to plain HTTP, encrypted, and forgets after 90 days', () => {
    expect(properties('FrontDoor/Hosts/Outputs')).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
    });
    expect(JSON.stringify(properties('FrontDoor/Hosts/Outputs/Policy'))).toContain(
      '"Bool":{"aws:SecureTransport":"false"}',
    );
  });
});
