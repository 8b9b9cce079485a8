import type { FleetMembership, TagFilter } from '../deployments/fleet-events.ts';
import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { DeploymentGroupSettingsInput, TagFiltersInput } from './shapes.ts';
import { tagFilterOf } from './tag-filter.ts';

/** Of each way to name the instances of a group. Each member is there only where it holds something. */
export type MembershipInput = Pick<
  DeploymentGroupSettingsInput,
  'ec2TagFilters' | 'ec2TagSet' | 'onPremisesInstanceTagFilters' | 'onPremisesTagSet' | 'autoScalingGroups'
>;

/**
 * What a group names after a call: an absent member keeps, a present one replaces, an empty one clears. Throws the
 * modelled refusal of the first fault, also where the outcome names instances in two ways that exclude each other.
 */
export function membershipOf(input: MembershipInput, before: FleetMembership = {}): FleetMembership {
  const after = membershipAfter(input, before);
  refuseBothForms(after);
  checkTagLimits(after.ec2TagFilters, after.ec2TagSet, EC2);
  checkTagLimits(after.onPremisesInstanceTagFilters, after.onPremisesTagSet, ON_PREMISES);
  checkAutoScalingLimit(after.autoScalingGroups);
  return after;
}

/** What can be said of the members by themselves. Flat filters and sets of them exclude each other. */
export function checkMembershipFormat(input: MembershipInput): void {
  refuseBothForms(membershipAfter(input, {}));
}

function membershipAfter(input: MembershipInput, before: FleetMembership): FleetMembership {
  const set = input.ec2TagSet && (input.ec2TagSet.ec2TagSetList ?? []);
  const onPremisesSet = input.onPremisesTagSet && (input.onPremisesTagSet.onPremisesTagSetList ?? []);
  const { ec2TagFilters, onPremisesInstanceTagFilters, autoScalingGroups } = input;
  const lists: Lists = {
    ec2TagFilters: ec2TagFilters ? filtersOf(ec2TagFilters, EC2) : before.ec2TagFilters,
    ec2TagSet: set ? groupsOf(set, EC2) : before.ec2TagSet,
    onPremisesInstanceTagFilters: onPremisesInstanceTagFilters
      ? filtersOf(onPremisesInstanceTagFilters, ON_PREMISES)
      : before.onPremisesInstanceTagFilters,
    onPremisesTagSet: onPremisesSet ? groupsOf(onPremisesSet, ON_PREMISES) : before.onPremisesTagSet,
    autoScalingGroups: autoScalingGroups ? namesOf(autoScalingGroups) : before.autoScalingGroups,
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => isFilled(list)));
}

type Lists = { readonly [member in keyof FleetMembership]: FleetMembership[member] | undefined };

/** An empty form counts as absent: so one form replaces the other. */
function refuseBothForms(membership: FleetMembership): void {
  if (membership.ec2TagFilters && membership.ec2TagSet) {
    throw new Refusal(
      'InvalidEC2TagCombinationException',
      'ec2TagFilters and ec2TagSet exclude each other. Keep one and pass the other empty.',
    );
  }
  if (membership.onPremisesInstanceTagFilters && membership.onPremisesTagSet) {
    throw new Refusal(
      'InvalidOnPremisesTagCombinationException',
      'onPremisesInstanceTagFilters and onPremisesTagSet exclude each other. Keep one and pass the other empty.',
    );
  }
}

export function isFilled(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

/** Which kind of instances filters choose, and the exception that a fault in them has. */
interface Kind {
  readonly instances: string;
  readonly code: string;
}

const EC2: Kind = { instances: 'EC2', code: 'InvalidEC2TagException' };
const ON_PREMISES: Kind = { instances: 'on-premises', code: 'InvalidTagException' };

/** A group of no filters asks for nothing, and is left out. */
function groupsOf(set: readonly TagFiltersInput[], kind: Kind): readonly (readonly TagFilter[])[] {
  return set.filter(isFilled).map((filters) => filtersOf(filters, kind));
}

function filtersOf(filters: TagFiltersInput, kind: Kind): readonly TagFilter[] {
  return filters.map((filter) => tagFilterOf(filter, (detail) => invalid(kind, detail)));
}

/** Auto Scaling allows these names. */
const AUTO_SCALING_GROUP_NAME = /^[\x20-\x7e]{1,255}$/;

/** Naming one twice names it once. Whether it exists is asked with the rights of the group's service role. */
function namesOf(given: readonly string[]): readonly string[] {
  const wrong = given.find((name) => !AUTO_SCALING_GROUP_NAME.test(name));
  if (wrong !== undefined) {
    throw invalidAutoScalingGroup(`${quoted(wrong)} is no name of an Auto Scaling group`);
  }
  return [...new Set(given)];
}

/** The service's own quotas; the tags of one kind of instances count over all groups of a set. */
const TAG_GROUPS_PER_SET = 3;
const TAGS_PER_KIND = 10;
const AUTO_SCALING_GROUPS_PER_GROUP = 10;

function checkTagLimits(
  filters: readonly TagFilter[] = [],
  set: readonly (readonly TagFilter[])[] = [],
  kind: Kind,
): void {
  if (set.length > TAG_GROUPS_PER_SET) {
    throw new Refusal(
      'TagSetListLimitExceededException',
      `The tag set for ${kind.instances} instances has ${set.length} groups, and at most ${TAG_GROUPS_PER_SET} may be.`,
    );
  }
  const tags = filters.length + set.flat().length;
  if (tags > TAGS_PER_KIND) throw invalid(kind, `they are ${tags}, and at most ${TAGS_PER_KIND} may be`);
}

function checkAutoScalingLimit(names: readonly string[] = []): void {
  if (names.length <= AUTO_SCALING_GROUPS_PER_GROUP) return;
  throw invalidAutoScalingGroup(
    `they are ${names.length}, and a deployment group takes ${AUTO_SCALING_GROUPS_PER_GROUP} at most`,
  );
}

function invalid({ instances, code }: Kind, detail: string): Refusal {
  return new Refusal(code, `The tag filters for ${instances} instances are invalid: ${detail}.`);
}

export function invalidAutoScalingGroup(detail: string): Refusal {
  return new Refusal('InvalidAutoScalingGroupException', `The autoScalingGroups are invalid: ${detail}.`);
}
