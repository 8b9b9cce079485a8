import { describe, expect, it } from 'vitest';
import { requireResourceArn, taggableResourceOf } from '../../../core/registry/resource-arn.ts';
import { refusalOf } from '../given.ts';

const home = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' };
const prefix = 'arn:aws:codedeploy:eu-central-1:123456789012:';

describe('the ARN of a resource that carries tags', () => {
  it.each([':', '/'])('may have %s after its type', (separator) => {
    expect(taggableResourceOf(`${prefix}application${separator}my+app=1`, home)).toEqual({
      type: 'application',
      applicationName: 'my+app=1',
    });
    expect(taggableResourceOf(`${prefix}deploymentgroup${separator}shop/live`, home)).toEqual({
      type: 'deploymentgroup',
      applicationName: 'shop',
      deploymentGroupName: 'live',
    });
  });

  it.each([
    'shop',
    'arn:aws:codedeploy',
    prefix,
    `${prefix}application`,
    `${prefix}application:`,
    `${prefix}application:a b`,
    `${prefix}application:${'x'.repeat(101)}`,
    `${prefix}application:${'x'.repeat(1000)}`,
    `${prefix}deploymentgroup:shop`,
    `${prefix}deploymentgroup:shop/`,
    `${prefix}deploymentgroup:shop/live/more`,
    `${prefix}castle:shop`,
    `${prefix}APPLICATION:shop`,
  ])('is no ARN: %s', (arn) => {
    expect(refusalOf(() => taggableResourceOf(arn, home)).code).toBe('InvalidArnException');
  });

  it.each([
    `${prefix}deploymentconfig:quick`,
    `${prefix}instance/host_abcdefghij`,
    'arn:aws:lambda:eu-central-1:123456789012:function:shop',
    'arn:aws:s3:::bucket',
    'arn:aws:codedeploy:eu-west-1:123456789012:application:shop',
    'arn:aws:codedeploy:eu-central-1:210987654321:application:shop',
    'arn:aws-cn:codedeploy:eu-central-1:123456789012:application:shop',
  ])('is an ARN, and names nothing that carries tags here: %s', (arn) => {
    expect(refusalOf(() => taggableResourceOf(arn, home)).code).toBe('ArnNotSupportedException');
  });

  it('must be given', () => {
    expect(requireResourceArn('arn')).toBe('arn');
    for (const arn of [undefined, '']) {
      expect(refusalOf(() => requireResourceArn(arn)).code).toBe('ResourceArnRequiredException');
    }
  });
});
