import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applicationDoesNotExist,
  checkApplicationName,
  checkDeploymentConfigName,
  checkDeploymentGroupName,
  checkDeploymentId,
  checkServiceRoleArn,
  deploymentConfigDoesNotExist,
  deploymentGroupDoesNotExist,
  requireApplicationName,
  requireDeploymentConfigName,
  requireDeploymentGroupName,
  requireDeploymentId,
  requireNewApplicationName,
  requireServiceRoleArn,
} from '../../../core/registry/names.ts';
import { refusalOf } from '../given.ts';

describe('a name', () => {
  it.each([
    [requireApplicationName, 'ApplicationNameRequiredException'],
    [requireNewApplicationName, 'ApplicationNameRequiredException'],
    [requireDeploymentGroupName, 'DeploymentGroupNameRequiredException'],
    [requireDeploymentConfigName, 'DeploymentConfigNameRequiredException'],
    [requireDeploymentId, 'DeploymentIdRequiredException'],
    [requireServiceRoleArn, 'RoleRequiredException'],
  ])('that is absent or empty is required: %o', (require, code) => {
    expect(refusalOf(() => require(undefined)).code).toBe(code);
    expect(refusalOf(() => require('')).code).toBe(code);
    expect(require('x')).toBe('x');
  });

  const checks = [
    [checkApplicationName, 'InvalidApplicationNameException'],
    [checkDeploymentGroupName, 'InvalidDeploymentGroupNameException'],
    [checkDeploymentConfigName, 'InvalidDeploymentConfigNameException'],
  ] as const;

  it.each(checks)('has up to 100 characters of its alphabet: %o', (check, code) => {
    expect(() => check('A-z0+9=a,b.c@d_e')).not.toThrow();
    expect(() => check('a'.repeat(100))).not.toThrow();
    for (const name of ['a'.repeat(101), 'a b', 'a/b', 'é', 'a\n', 'a:b', '#']) {
      expect(refusalOf(() => check(name)).code).toBe(code);
    }
  });

  it('is taken whole or refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        const fits = name.length <= 100 && [...name].every((c) => /^[A-Za-z0-9+=,.@_-]$/.test(c));
        if (fits) checkApplicationName(name);
        else expect(refusalOf(() => checkApplicationName(name)).code).toMatch(/^Invalid/);
      }),
    );
  });
});

describe('a deployment id', () => {
  it('is d- and nine capitals or digits', () => {
    expect(() => checkDeploymentId('d-7QK2M9XTA')).not.toThrow();
    for (const id of ['d-7qk2m9xta', '7QK2M9XTA', 'd-7QK2M9XT', 'd-7QK2M9XTAB', 'd-7QK2M9XTA\n']) {
      const refusal = refusalOf(() => checkDeploymentId(id));
      expect(refusal.code).toBe('InvalidDeploymentIdException');
      expect(refusal.message).toContain(JSON.stringify(id));
    }
  });
});

describe('a service role', () => {
  it('is the ARN of an IAM role, with or without a path, in any partition', () => {
    for (const arn of [
      'arn:aws:iam::123456789012:role/Deploy',
      'arn:aws:iam::000000000000:role/sluice/prod/Deploy',
      'arn:aws-cn:iam::123456789012:role/Deploy',
    ]) {
      expect(() => checkServiceRoleArn(arn)).not.toThrow();
    }
    for (const arn of ['Deploy', 'arn:aws:iam::1:role/Deploy', 'arn:aws:iam::123456789012:user/Deploy']) {
      expect(refusalOf(() => checkServiceRoleArn(arn)).code).toBe('InvalidRoleException');
    }
  });
});

describe('what is not there', () => {
  it('is named at the end of the text, where clients look', () => {
    for (const refusal of [
      applicationDoesNotExist('shop'),
      deploymentGroupDoesNotExist('shop'),
      deploymentConfigDoesNotExist('shop'),
    ]) {
      expect(refusal.code).toMatch(/DoesNotExistException$/);
      expect(refusal.message).toMatch(/found for name: shop$/);
    }
  });
});
