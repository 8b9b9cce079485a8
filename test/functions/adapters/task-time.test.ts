import { afterEach, expect, it, vi } from 'vitest';
import { cloudWatchAlarms } from '../../../functions/adapters/alarms.ts';
import { awsAutoScalingGroups } from '../../../functions/adapters/auto-scaling-groups.ts';
import { s3BundlePaths } from '../../../functions/adapters/bundle-paths.ts';
import { ec2FleetInstances } from '../../../functions/adapters/fleet-instances.ts';
import { lambdaAliases } from '../../../functions/adapters/lambda-aliases.ts';
import { s3RevisionObjects } from '../../../functions/adapters/revision-objects.ts';

afterEach(() => void vi.restoreAllMocks());

it('the clients of one task have one time together, which begins with the first, and those of the next have their own', () => {
  const begun = vi.spyOn(AbortSignal, 'timeout');
  for (const sessionToken of ['of one task', 'of the next']) {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b', sessionToken };
    lambdaAliases(credentials);
    cloudWatchAlarms(credentials);
    ec2FleetInstances(credentials, 'aws');
    awsAutoScalingGroups(credentials);
    ec2FleetInstances(credentials, 'aws');
    s3BundlePaths(credentials);
    s3RevisionObjects(credentials);
  }
  expect(begun.mock.calls).toEqual([[20_000], [20_000]]);
});
