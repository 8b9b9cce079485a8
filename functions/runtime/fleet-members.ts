import type { DeploymentErrorCode } from '../../core/deployments/deployment-status.ts';
import type { FleetMembership, FleetTarget } from '../../core/deployments/fleet-events.ts';
import { ec2TagGroups, isChosen, onPremisesTagGroups } from '../../core/deployments/membership.ts';
import { iamArnOf } from '../../core/registry/iam-identity.ts';
import { INSTANCES_PER_DEPLOYMENT } from '../../core/registry/limits.ts';
import { quoted } from '../../core/registry/names.ts';
import type { OnPremisesInstanceRow } from '../../core/registry/on-premises-instance.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { AutoScalingGroups } from '../adapters/auto-scaling-groups.ts';
import type { AwsFailure } from '../adapters/aws-failure.ts';
import type { Ec2Instance, FleetInstances } from '../adapters/fleet-instances.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { everyRow } from '../adapters/row-reader.ts';
import type { Credentials } from '../adapters/service-roles.ts';

export interface FleetMembersPorts {
  readonly rows: Pick<RowReader, 'query'>;
  readonly instancesWith: (credentials: Credentials, partition: string) => FleetInstances;
  readonly autoScalingGroupsWith: (credentials: Credentials) => AutoScalingGroups;
}

export interface FleetOfGroup {
  readonly membership: FleetMembership;
  readonly serviceRoleArn: string;
  /** Of the service role. */
  readonly credentials: Credentials;
}

export type MembersFound =
  /** In no order, each once. */
  { readonly status: 'found'; readonly members: readonly FleetMember[] } | MembersRefused;

export interface FleetMember extends FleetTarget {
  /** As EC2 says; what on-premises instances run, nobody knows. */
  readonly isWindows?: boolean;
}

type MembersRefused = {
  readonly status: 'refused';
  readonly code: Extract<
    DeploymentErrorCode,
    | 'AUTO_SCALING_CONFIGURATION'
    | 'AUTO_SCALING_IAM_ROLE_PERMISSIONS'
    | 'IAM_ROLE_PERMISSIONS'
    | 'NO_INSTANCES'
    | 'OVER_MAX_INSTANCES'
    | 'THROTTLED'
  >;
  readonly message: string;
};

/** Who belongs to a deployment group now: instances by tags, those of its Auto Scaling groups, and on-premises ones. */
export async function fleetMembers(ports: FleetMembersPorts, group: FleetOfGroup): Promise<MembersFound> {
  const { membership } = group;
  const parts = [
    await taggedInstances(ports, group),
    await scaledInstances(ports, group),
    await onPremisesInstances(ports, membership),
  ];
  const members = new Map<string, FleetMember>();
  for (const part of parts) {
    if (part.status === 'refused') return part;
    for (const member of part.members) members.set(member.targetArn, member);
  }
  if (members.size === 0) return refused('NO_INSTANCES', nobody(membership));
  if (members.size <= INSTANCES_PER_DEPLOYMENT) return { status: 'found', members: [...members.values()] };
  const message =
    `More than ${INSTANCES_PER_DEPLOYMENT} instances belong to the deployment group, and a deployment takes no more. ` +
    'Narrow its tags, or make several groups.';
  return refused('OVER_MAX_INSTANCES', message);
}

async function taggedInstances(ports: FleetMembersPorts, group: FleetOfGroup): Promise<MembersFound> {
  const groups = ec2TagGroups(group.membership);
  if (groups.length === 0) return none;
  const found = await instancesOf(ports, group).tagged(groups, INSTANCES_PER_DEPLOYMENT);
  if (found.status !== 'found') return ec2Failure(group, found);
  return { status: 'found', members: found.instances.map(memberOf) };
}

async function scaledInstances(ports: FleetMembersPorts, group: FleetOfGroup): Promise<MembersFound> {
  const { credentials, membership, serviceRoleArn } = group;
  const { autoScalingGroups = [] } = membership;
  if (autoScalingGroups.length === 0) return none;
  const seen = await ports.autoScalingGroupsWith(credentials).look(autoScalingGroups);
  if (seen.status !== 'seen') {
    return failure('AUTO_SCALING_IAM_ROLE_PERMISSIONS', serviceRoleArn, 'Auto Scaling', seen);
  }
  if (seen.unknown.length > 0) {
    const names = seen.unknown.map(quoted).join(', ');
    const message = `The deployment group names Auto Scaling groups that do not exist: ${names}. Correct the group.`;
    return refused('AUTO_SCALING_CONFIGURATION', message);
  }
  // One more than the limit is enough to tell that it is passed.
  const wanted = seen.instanceIds.slice(0, INSTANCES_PER_DEPLOYMENT + 1);
  const found = await instancesOf(ports, group).named(wanted);
  if (found.status !== 'found') return ec2Failure(group, found);
  return { status: 'found', members: found.instances.map(memberOf) };
}

async function onPremisesInstances(
  { rows }: FleetMembersPorts,
  membership: FleetMembership,
): Promise<MembersFound> {
  const groups = onPremisesTagGroups(membership);
  if (groups.length === 0) return none;
  const { pk } = rowKeys.onPremisesInstance('');
  const members: FleetMember[] = [];
  for await (const { data } of everyRow(rows, { pk, limit: ROWS_AT_A_TIME })) {
    const instance = JSON.parse(data) as OnPremisesInstanceRow;
    if (instance.deregisteredAt !== undefined || !isChosen(groups, instance.tags)) continue;
    const { instanceName, instanceArn } = instance;
    members.push({ targetId: instanceName, targetArn: instanceArn, hostIdentifier: iamArnOf(instance) });
    if (members.length > INSTANCES_PER_DEPLOYMENT) break;
  }
  return { status: 'found', members };
}

/** A query answers with 1 MB at most, and an instance with its ten tags has up to 4 KB. */
const ROWS_AT_A_TIME = 200;

const none: MembersFound = { status: 'found', members: [] };

function instancesOf(
  ports: FleetMembersPorts,
  { credentials, serviceRoleArn }: FleetOfGroup,
): FleetInstances {
  const [, partition = 'aws'] = serviceRoleArn.split(':');
  return ports.instancesWith(credentials, partition);
}

function memberOf({ instanceId, instanceArn, ...told }: Ec2Instance): FleetMember {
  return { targetId: instanceId, targetArn: instanceArn, hostIdentifier: instanceArn, ...told };
}

function ec2Failure({ serviceRoleArn }: FleetOfGroup, found: AwsFailure): MembersFound {
  return failure('IAM_ROLE_PERMISSIONS', serviceRoleArn, 'EC2', found);
}

/** Nothing is asked for by its id, so that nothing can be missing. */
function failure(
  denied: Extract<MembersRefused['code'], 'IAM_ROLE_PERMISSIONS' | 'AUTO_SCALING_IAM_ROLE_PERMISSIONS'>,
  serviceRoleArn: string,
  service: string,
  { status, message }: AwsFailure,
): MembersFound {
  if (status === 'throttled')
    return refused('THROTTLED', `${service} takes no more requests of ${serviceRoleArn}: ${message}`);
  return refused(denied, `The service role ${serviceRoleArn} may not ask ${service}: ${message}`);
}

function nobody(membership: FleetMembership): string {
  return Object.keys(membership).length === 0
    ? 'The deployment group names no tags and no Auto Scaling groups, so that no instance belongs to it. Give it some.'
    : 'No instance belongs to the deployment group. Check its tags and Auto Scaling groups, and the tags of the instances.';
}

function refused(code: MembersRefused['code'], message: string): MembersRefused {
  return { status: 'refused', code, message };
}
