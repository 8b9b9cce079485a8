import { Refusal } from '../../core/refusal.ts';
import { invalidAutoScalingGroup } from '../../core/registry/fleet-membership.ts';
import { quoted } from '../../core/registry/names.ts';
import type { AutoScalingGroups } from '../adapters/auto-scaling-groups.ts';

/** What is asked of every Auto Scaling group at once: this call takes no resource. */
const STATEMENT = JSON.stringify({
  Effect: 'Allow',
  Action: 'autoscaling:DescribeAutoScalingGroups',
  Resource: '*',
});

/**
 * Whether the Auto Scaling groups that a deployment group names are there, asked with the rights of its service role.
 * Throws InvalidAutoScalingGroupException with the names that are not; InvalidRoleException, which clients try again
 * while a fresh role is not known everywhere yet, where the role may not ask; ThrottlingException.
 */
export async function checkAutoScalingGroups(
  groups: AutoScalingGroups,
  names: readonly string[],
  roleArn: string,
): Promise<void> {
  const seen = await groups.look(names);
  switch (seen.status) {
    case 'seen':
      if (seen.unknown.length === 0) return;
      throw invalidAutoScalingGroup(
        `there is no Auto Scaling group ${seen.unknown.map(quoted).join(', nor ')} in this region. ` +
          'Create it first, or leave it out',
      );
    case 'denied':
    case 'missing':
      throw new Refusal(
        'InvalidRoleException',
        `The role ${roleArn} may not ask for Auto Scaling groups (${seen.message}). ` +
          `Add this statement to its policy: ${STATEMENT}`,
      );
    case 'throttled':
      throw new Refusal(
        'ThrottlingException',
        `The Auto Scaling groups could not be looked up: ${seen.message}. Try again.`,
      );
    default:
      return seen satisfies never;
  }
}
