import { describe, expect, it } from 'vitest';
import {
  checkApplicationLimit,
  checkDeploymentConfigLimit,
  checkDeploymentGroupLimit,
} from '../../../core/registry/limits.ts';
import { refusalOf } from '../given.ts';

describe('the limits', () => {
  it.each([
    [checkApplicationLimit, 1000, 'ApplicationLimitExceededException'],
    [checkDeploymentGroupLimit, 1000, 'DeploymentGroupLimitExceededException'],
    [checkDeploymentConfigLimit, 50, 'DeploymentConfigLimitExceededException'],
  ])('let the last one in and refuse the next: %o', (check, most, code) => {
    expect(() => check(most - 1)).not.toThrow();
    expect(refusalOf(() => check(most)).code).toBe(code);
  });
});
