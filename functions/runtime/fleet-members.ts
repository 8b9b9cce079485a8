import type { DeploymentErrorCode } from '../../core/deployments/deployment-status.ts';
import type { FleetMembership, FleetTarget } from '../../core/deployments/fleet-events.ts';
import { iamArnOf } from '../../core/registry/iam-identity.ts';
import type { OnPremisesInstanceRow } from '../../core/registry/on-premises-instance.ts';
import { isTaggedAs } from '../../core/registry/tag-filter.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { everyRow } from '../adapters/row-reader.ts';
import type { Credentials } from '../adapters/service-roles.ts';

/** Who belongs to a group now, with the rights of its service role: in no order, each once. */
export type FleetMembers = (credentials: Credentials, membership: FleetMembership) => Promise<MembersFound>;

export type MembersFound =
  | { readonly status: 'found'; readonly members: readonly FleetTarget[] }
  | { readonly status: 'refused'; readonly code: DeploymentErrorCode; readonly message: string };

/** The on-premises instances that the tags of a group choose. */
export function fleetMembers(rows: RowReader): FleetMembers {
  return async (_credentials, membership) => {
    const { ec2TagFilters, ec2TagSet, autoScalingGroups } = membership;
    if (ec2TagFilters !== undefined || ec2TagSet !== undefined || autoScalingGroups !== undefined) {
      const message =
        'The deployment group chooses instances of EC2, which is not built yet. Use on-premises tags.';
      return { status: 'refused', code: 'NO_INSTANCES', message };
    }
    const { pk } = rowKeys.onPremisesInstance('');
    const members: FleetTarget[] = [];
    for await (const { data } of everyRow(rows, { pk, limit: 500 })) {
      const instance = JSON.parse(data) as OnPremisesInstanceRow;
      if (instance.deregisteredAt !== undefined || !isMember(membership, instance.tags)) continue;
      const { instanceName, instanceArn } = instance;
      members.push({ targetId: instanceName, targetArn: instanceArn, hostIdentifier: iamArnOf(instance) });
    }
    if (members.length > 0) return { status: 'found', members };
    const message = 'No instance has the tags of the deployment group. Check the tags of both.';
    return { status: 'refused', code: 'NO_INSTANCES', message };
  };
}

function isMember(
  { onPremisesInstanceTagFilters: filters, onPremisesTagSet: set }: FleetMembership,
  tags: OnPremisesInstanceRow['tags'],
): boolean {
  if (filters !== undefined) return filters.some((filter) => isTaggedAs(filter, tags));
  return set?.every((group) => group.some((filter) => isTaggedAs(filter, tags))) ?? false;
}
