import { isTaggedAs } from '../registry/tag-filter.ts';
import type { Tag } from '../registry/tags.ts';
import type { FleetMembership, TagFilter } from './fleet-events.ts';

/** An instance is chosen by at least one filter of each group. No groups choose nothing. */
export type TagGroups = readonly (readonly TagFilter[])[];

export function ec2TagGroups({ ec2TagFilters, ec2TagSet }: FleetMembership): TagGroups {
  return tagGroups(ec2TagFilters, ec2TagSet);
}

export function onPremisesTagGroups({
  onPremisesInstanceTagFilters,
  onPremisesTagSet,
}: FleetMembership): TagGroups {
  return tagGroups(onPremisesInstanceTagFilters, onPremisesTagSet);
}

export function isChosen(groups: TagGroups, tags: readonly Tag[]): boolean {
  return groups.length > 0 && groups.every((group) => group.some((filter) => isTaggedAs(filter, tags)));
}

/** A flat list of filters means what a set of one group means; a group without filters asks for nothing. */
function tagGroups(filters: readonly TagFilter[] = [], set: TagGroups = []): TagGroups {
  return [filters, ...set].filter(({ length }) => length > 0);
}
