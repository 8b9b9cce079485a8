import { describe, expect, it } from 'vitest';
import { realAccount } from '../../infra/local-differences.ts';
import { synthesized } from './synthesized.ts';
import { at, readable } from './template.ts';

const template = synthesized(realAccount('Sluice'));
const log = at(template, 'Store/Log');
const { Statement } = (log.properties['ResourcePolicy'] as { PolicyDocument: { Statement: unknown[] } })
  .PolicyDocument;
const statement = (sid: string): unknown =>
  readable(
    template,
    Statement.find((each) => (each as { Sid: string }).Sid === sid),
  );

describe('the log', () => {
  it('denies everybody to rewrite, to remove or to expire an event', () => {
    expect(statement('NobodyRewritesAnEvent')).toEqual({
      Sid: 'NobodyRewritesAnEvent',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: [
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:PartiQLDelete',
        'dynamodb:PartiQLInsert',
        'dynamodb:PartiQLUpdate',
        'dynamodb:UpdateItem',
        'dynamodb:UpdateTimeToLive',
      ],
      Resource: '*',
    });
  });

  it('denies all but the writers to put one', () => {
    expect(statement('OnlyWritersAppend')).toEqual({
      Sid: 'OnlyWritersAppend',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'dynamodb:PutItem',
      Resource: '*',
      Condition: {
        ArnNotLike: {
          'aws:PrincipalArn': 'arn:<AWS::Partition>:iam::<AWS::AccountId>:role/sluice/Sluice/writer/*',
        },
      },
    });
  });

  it('denies everybody to put one outside of a transaction', () => {
    expect(statement('OnlyTransactionsAppend')).toEqual({
      Sid: 'OnlyTransactionsAppend',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'dynamodb:PutItem',
      Resource: '*',
      Condition: {
        'ForAllValues:StringNotEquals': { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      },
    });
    expect(Statement).toHaveLength(3);
  });

  it('can be recovered to a point in time, is protected from deletion and stays when the stack goes', () => {
    expect(log.properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    expect(log.deletionPolicy).toBe('Retain');
  });
});

describe('the other tables', () => {
  it('go with the stack, because one is rebuilt from the log and the other is never kept', () => {
    expect(at(template, 'Store/Rows')).toMatchObject({
      deletionPolicy: 'Delete',
      properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    });
    expect(at(template, 'Store/Live')).toMatchObject({
      deletionPolicy: 'Delete',
      properties: { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } },
    });
  });

  it('are encrypted and billed on demand, as the log is', () => {
    for (const table of ['Store/Log', 'Store/Rows', 'Store/Live']) {
      expect(at(template, table).properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
      });
    }
  });
});
