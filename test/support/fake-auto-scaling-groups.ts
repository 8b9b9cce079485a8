import type { AutoScalingGroups } from '../../functions/adapters/auto-scaling-groups.ts';
import type { AwsFailure } from '../../functions/adapters/aws-failure.ts';
import type { Credentials } from '../../functions/adapters/service-roles.ts';

/** Auto Scaling in memory: a group of every name is there, without instances, but those that a test takes away. */
export function fakeAutoScalingGroups() {
  const gone = new Set<string>();
  const asked: { readonly names: readonly string[]; readonly by: Credentials }[] = [];
  const fake = {
    gone,
    /** What every call is answered with, if not what is there. */
    failure: undefined as AwsFailure | undefined,
    asked,
    with: (by: Credentials): AutoScalingGroups => ({
      look: async (names) => {
        if (names.length > 0) asked.push({ names, by });
        const unknown = names.filter((name) => gone.has(name));
        return fake.failure ?? { status: 'seen', instanceIds: [], unknown };
      },
    }),
  };
  return fake;
}
