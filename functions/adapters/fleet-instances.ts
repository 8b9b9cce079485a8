import type { Tag as Ec2Tag, Filter, Instance } from '@aws-sdk/client-ec2';
import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { TagFilter } from '../../core/deployments/fleet-events.ts';
import type { TagGroups } from '../../core/deployments/membership.ts';
import { isChosen } from '../../core/deployments/membership.ts';
import type { Tag } from '../../core/registry/tags.ts';
import { clientDefaults, taskTime } from './aws-clients.ts';
import type { AwsFailure } from './aws-failure.ts';
import { awsFailureOf } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

/** The instances of EC2 in our own region, seen with the rights of the group's service role. */
export interface FleetInstances {
  /** Those that are not terminated, nor about to be. Whoever finds more than `most` looks no further. */
  readonly tagged: (groups: TagGroups, most: number) => Promise<InstancesFound>;
  /** The same of these ids; one that does not exist is left out. */
  readonly named: (instanceIds: readonly string[]) => Promise<InstancesFound>;
}

export type InstancesFound =
  | { readonly status: 'found'; readonly instances: readonly Ec2Instance[] }
  | AwsFailure;

export interface Ec2Instance {
  readonly instanceId: string;
  /** What an agent on it calls itself by. */
  readonly instanceArn: string;
  readonly zone?: string;
  readonly isWindows?: boolean;
}

/** `partition`: that of the group's service role, which EC2 does not tell of its instances. */
export function ec2FleetInstances(credentials: Credentials, partition: string): FleetInstances {
  const client = new EC2Client({ ...clientDefaults, credentials });
  const time = taskTime(credentials);
  const describe = async (
    filters: readonly Filter[],
    isWanted: (instance: Instance) => boolean,
    most: number,
  ): Promise<InstancesFound> => {
    const region = await client.config.region();
    const instances: Ec2Instance[] = [];
    const Filters = [{ Name: 'instance-state-name', Values: [...MEMBER_STATES] }, ...filters];
    try {
      const pages = paginateDescribeInstances({ client, pageSize: PAGE_SIZE }, { Filters }, time);
      for await (const { Reservations = [] } of pages) {
        for (const { OwnerId = '', Instances = [] } of Reservations) {
          const found = Instances.filter((instance) => isMember(instance) && isWanted(instance));
          const home = `arn:${partition}:ec2:${region}:${OwnerId}`;
          instances.push(...found.map((instance) => instanceOf(instance, home)));
        }
        if (instances.length > most) break;
      }
      return { status: 'found', instances };
    } catch (error) {
      return awsFailureOf(error);
    }
  };
  return {
    tagged: (groups, most) =>
      describe(filtersOf(groups), ({ Tags = [] }) => isChosen(groups, Tags.map(tagOf)), most),
    named: async (instanceIds) => {
      const instances: Ec2Instance[] = [];
      for (let from = 0; from < instanceIds.length; from += FILTER_VALUES) {
        const ids = instanceIds.slice(from, from + FILTER_VALUES);
        const isWanted = ({ InstanceId = '' }: Instance) => ids.includes(InstanceId);
        // As a filter and not as InstanceIds: those fail the whole call where one instance has gone meanwhile.
        const found = await describe([{ Name: 'instance-id', Values: ids }], isWanted, ids.length);
        if (found.status !== 'found') return found;
        instances.push(...found.instances);
      }
      return { status: 'found', instances };
    },
  };
}

/**
 * Filters of DescribeInstances that let through all which the groups choose, and perhaps more: every filter must hold,
 * any value of it may, and `*` and `?` in a value stand for others. What they cannot say is left to the groups.
 */
export function filtersOf(groups: TagGroups): readonly Filter[] {
  const filters = new Map<string, Filter>();
  for (const group of groups) {
    const filter = filterOf(group);
    // A name counts once.
    if (filter?.Name !== undefined && !filters.has(filter.Name)) filters.set(filter.Name, filter);
  }
  return [...filters.values()];
}

function filterOf(group: readonly TagFilter[]): Filter | undefined {
  const keys = [...new Set(group.map(({ Key = '' }) => Key))];
  if (keys.includes('')) return undefined;
  const values = group.map(({ Value = '' }) => Value);
  // An empty value is a tag's own, which a filter cannot be trusted to mean.
  if (keys.length > 1 || values.includes('')) return { Name: 'tag-key', Values: keys.map(pattern) };
  return { Name: `tag:${keys[0]}`, Values: [...new Set(values.map(pattern))] };
}

/** A backslash takes the meaning from what follows it, so any one character stands for it. */
function pattern(text: string): string {
  return text.replaceAll('\\', '?');
}

/** Instances that do not run now count as members: they fail as targets. */
const MEMBER_STATES: readonly string[] = ['pending', 'running', 'stopping', 'stopped'];

/** The most that DescribeInstances answers at a time, and the most values that one of its filters takes. */
const PAGE_SIZE = 1000;
const FILTER_VALUES = 200;

function isMember({ State }: Instance): boolean {
  return MEMBER_STATES.includes(State?.Name ?? '');
}

function instanceOf({ InstanceId = '', Placement, Platform }: Instance, home: string): Ec2Instance {
  const zone = Placement?.AvailabilityZone;
  return {
    instanceId: InstanceId,
    instanceArn: `${home}:instance/${InstanceId}`,
    ...(zone === undefined ? {} : { zone }),
    // EC2 says so of Windows alone, and not always with a capital letter.
    ...(Platform?.toLowerCase() === 'windows' && { isWindows: true }),
  };
}

function tagOf({ Key = '', Value = '' }: Ec2Tag): Tag {
  return { Key, Value };
}
