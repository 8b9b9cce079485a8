import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { clientDefaults, taskTime } from './aws-clients.ts';
import type { AwsFailure } from './aws-failure.ts';
import { awsFailureOf } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

/** Auto Scaling groups of our own region, seen with the rights of the group's service role. */
export interface AutoScalingGroups {
  readonly look: (names: readonly string[]) => Promise<
    | {
        readonly status: 'seen';
        /** Of all the groups, without those that are being terminated. */
        readonly instanceIds: readonly string[];
        /** The names that no group has. */
        readonly unknown: readonly string[];
      }
    | AwsFailure
  >;
}

export function awsAutoScalingGroups(credentials: Credentials): AutoScalingGroups {
  const client = new AutoScalingClient({ ...clientDefaults, credentials });
  const time = taskTime(credentials);
  return {
    look: async (names) => {
      // No names would mean every group there is.
      if (names.length === 0) return { status: 'seen', instanceIds: [], unknown: [] };
      const instanceIds = new Set<string>();
      const unknown = new Set(names);
      try {
        const input = { AutoScalingGroupNames: [...names] };
        for await (const page of paginateDescribeAutoScalingGroups({ client }, input, time)) {
          for (const { AutoScalingGroupName = '', Instances = [] } of page.AutoScalingGroups ?? []) {
            unknown.delete(AutoScalingGroupName);
            for (const { InstanceId = '', LifecycleState = '' } of Instances) {
              if (!LifecycleState.startsWith('Terminat')) instanceIds.add(InstanceId);
            }
          }
        }
        return { status: 'seen', instanceIds: [...instanceIds], unknown: [...unknown] };
      } catch (error) {
        return awsFailureOf(error);
      }
    },
  };
}
