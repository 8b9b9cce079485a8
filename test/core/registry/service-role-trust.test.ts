import { describe, expect, it } from 'vitest';
import {
  forbidsSomebody,
  missingTrust,
  trustStatement,
  withTrust,
} from '../../../core/registry/service-role-trust.ts';

const ours = 'arn:aws:iam::123456789012:role/sluice/Sluice/*';
const sessions = 'arn:aws:sts::123456789012:assumed-role/Sluice-*/*';
const root = 'arn:aws:iam::123456789012:root';
const codedeploy = {
  Effect: 'Allow',
  Principal: { Service: 'codedeploy.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const like = (value: unknown, operator = 'ArnLike') => ({ [operator]: { 'aws:PrincipalArn': value } });
const admitting = { Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' };
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

describe('a role trusts Sluice', () => {
  it.each([
    ['by our own statement', trustStatement([ours])],
    ['by a wider pattern', { ...admitting, Condition: like('arn:aws:iam::*:role/sluice/*') }],
    ['by one pattern of several', { ...admitting, Condition: like([sessions, ours]) }],
    ['by StringLike', { ...admitting, Condition: like(ours, 'StringLike') }],
    ['without a condition', admitting],
    ['by the id of the account', { ...admitting, Principal: { AWS: ['999999999999', '123456789012'] } }],
    ['as it trusts everybody', { ...admitting, Principal: '*' }],
    ['by more actions', { ...admitting, Action: ['sts:TagSession', 'sts:Assume*'] }],
    ['by all actions', { ...admitting, Action: '*' }],
  ])('%s', (_, statement) => {
    expect(missingTrust(policy(codedeploy, statement), [ours])).toEqual([]);
    expect(missingTrust({ Statement: statement }, [ours])).toEqual([]);
  });

  it.each([
    ['trusts CodeDeploy alone', codedeploy],
    [
      'trusts another stack',
      { ...admitting, Condition: like('arn:aws:iam::123456789012:role/sluice/Other/*') },
    ],
    [
      'trusts a part of us',
      { ...admitting, Condition: like('arn:aws:iam::123456789012:role/sluice/Sluice/writer/*') },
    ],
    ['means the pattern literally', { ...admitting, Condition: like(ours, 'StringEquals') }],
    [
      'demands something more',
      { ...admitting, Condition: { ...like(ours), StringEquals: { 'sts:ExternalId': 'x' } } },
    ],
    ['trusts another account', { ...admitting, Principal: { AWS: 'arn:aws:iam::999999999999:root' } }],
    ['denies', { ...admitting, Effect: 'Deny' }],
    ['allows another action', { ...admitting, Action: 'sts:TagSession' }],
    [
      'says whom it does not trust',
      { Effect: 'Allow', NotPrincipal: { AWS: root }, Action: 'sts:AssumeRole' },
    ],
  ])('but not where it %s', (_, statement) => {
    expect(missingTrust(policy(statement), [ours])).toEqual([ours]);
  });

  it('for each of its patterns apart', () => {
    const half = { ...admitting, Condition: like(sessions) };
    expect(missingTrust(policy(half), [ours, sessions])).toEqual([ours]);
    expect(missingTrust({}, [ours, sessions])).toEqual([ours, sessions]);
  });
});

describe('what is added', () => {
  it('leaves all else as it is, and then nothing is missing', () => {
    const before = { Version: '2012-10-17', Id: 'mine', Statement: codedeploy };
    const after = withTrust(before, [ours, sessions]);
    expect(after).toEqual({
      Version: '2012-10-17',
      Id: 'mine',
      Statement: [codedeploy, { ...admitting, Condition: like([ours, sessions]) }],
    });
    expect(missingTrust(after, [ours, sessions])).toEqual([]);
    expect(withTrust({}, [ours])).toEqual({ Statement: [trustStatement([ours])] });
  });

  it('is for the partition and the account of the pattern', () => {
    expect(trustStatement(['arn:aws-cn:iam::210987654321:role/sluice/S/*'])).toMatchObject({
      Principal: { AWS: 'arn:aws-cn:iam::210987654321:root' },
      Condition: like('arn:aws-cn:iam::210987654321:role/sluice/S/*'),
    });
  });
});

it('a statement that forbids somebody is found', () => {
  expect(forbidsSomebody(policy(codedeploy, { ...admitting, Effect: 'Deny' }))).toBe(true);
  expect(forbidsSomebody(policy(codedeploy, admitting))).toBe(false);
});
