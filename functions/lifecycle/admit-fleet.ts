import type { AdmitFleet } from '../../core/deployments/deployment-commands.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { archiveFault } from '../../core/deployments/archive-fault.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { fence } from '../../core/deployments/fencing.ts';
import { serverOrder } from '../../core/deployments/platform-order.ts';
import { Refusal } from '../../core/refusal.ts';
import { awsAutoScalingGroups } from '../adapters/auto-scaling-groups.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { s3BundlePaths } from '../adapters/bundle-paths.ts';
import { ec2FleetInstances } from '../adapters/fleet-instances.ts';
import { gitHubRepositories } from '../adapters/git-hub-repositories.ts';
import { dynamoGitHubTokenNames } from '../adapters/github-tokens.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { FleetMembersPorts } from '../runtime/fleet-members.ts';
import { fleetMembers } from '../runtime/fleet-members.ts';
import { accessOf } from '../runtime/group-access.ts';
import type { AccessPorts, GroupAccess } from '../runtime/group-access.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { accessPorts, storePorts, timePolicy, trustOf } from '../runtime/ports.ts';
import type { Task } from '../runtime/task.ts';
import type { AdmissionPostponed, AdmissionRefused, AdmitPorts } from './admission.ts';
import { launched, postponement, recordRefusal } from './admission.ts';
import type { Refused } from './alias-failure.ts';
import { decide } from './decide.ts';
import { lookAtAlarms } from './look-at-alarms.ts';
import type { RevisionPorts } from './look-at-revision.ts';
import { lookAtRevision } from './look-at-revision.ts';
import { withoutParents } from './parents.ts';
import { startOrder } from './start-order.ts';

export type AdmitFleetPorts = AdmitPorts & AccessPorts & FleetMembersPorts & RevisionPorts;

/** What the workflow reads of the answer. */
export type FleetAdmission =
  | { readonly deploymentId: string; readonly next: 'NextWave' | 'Finish' }
  | AdmissionPostponed
  | AdmissionRefused;

/**
 * State AdmitFleet: finds out which instances are to be deployed to, and records them or why none. An execution that was
 * started by hand first gets its deployment. May run twice.
 */
export function admitFleet(ports: AdmitFleetPorts): (event: unknown) => Promise<FleetAdmission> {
  return async (event) => {
    try {
      return await admitted(ports, await launched(ports, event, 'Server'));
    } catch (error) {
      if (error instanceof Refusal) return { next: 'Refused', error: error.code, cause: error.message };
      throw error;
    }
  };
}

async function admitted(ports: AdmitFleetPorts, task: Task): Promise<FleetAdmission> {
  const before = await load(ports.store, deployment, task.stream);
  if (before.status === 'Absent') {
    throw new Refusal('DeploymentDoesNotExistException', `There is no deployment ${task.deploymentId}.`);
  }
  fence(before, task.executionArn);
  const isOpen = !hasEnded(before.status) && before.ending === undefined && before.fleet === undefined;
  const state = isOpen ? await examined(ports, task, before) : before;
  const { deploymentId } = task;
  // A replaced execution never resumes: what hosts have begun they end, and nothing more is begun.
  if (state.ending !== undefined || hasEnded(state.status) || state.executions > 1)
    return { deploymentId, next: 'Finish' };
  return postponement(task, state, ports.system.now()) ?? { deploymentId, next: 'NextWave' };
}

async function examined(
  ports: AdmitFleetPorts,
  task: Task,
  state: ExistingDeployment,
): Promise<ExistingDeployment> {
  const finding = await examineFleet(ports, state);
  if (finding.status === 'refused') return recordRefusal(ports, task, finding);
  // Nobody looks again before the end: hosts are begun on only once it is known that no alarm rings already.
  const look = await lookAtAlarms(finding.access.alarms, state.created.alarms);
  if (look.status === 'throttled') {
    const message = `The alarms could not be looked at: ${look.message}`;
    return recordRefusal(ports, task, { status: 'refused', code: 'THROTTLED', message });
  }
  const { executionArn } = task;
  // In the one append with the fleet: once that is known nobody would come back to the alarm.
  const alarm = look.status === 'ringing' ? { alarm: look.alarm } : {};
  const data = { executionArn, ...finding.data, ...alarm };
  return (await decide(ports, task, { type: 'AdmitFleet', data })).state;
}

type Finding =
  | Refused
  | {
      readonly status: 'found';
      readonly access: GroupAccess;
      readonly data: Omit<AdmitFleet, 'executionArn' | 'alarm'>;
    };

async function examineFleet(ports: AdmitFleetPorts, { created }: ExistingDeployment): Promise<Finding> {
  const order = serverOrder(created);
  const orphaned = await withoutParents(ports.rows, created);
  if (orphaned !== undefined) return orphaned;
  const granted = await accessOf(ports, created);
  if (granted.status === 'refused') return granted;
  const { membership } = order.fleet;
  const { credentials } = granted;
  const { serviceRoleArn } = created;
  const found = await fleetMembers(ports, { membership, serviceRoleArn, credentials });
  if (found.status === 'refused') return found;
  const unfit = archiveFault(created.revision.location, found.members);
  if (unfit !== undefined) return { status: 'refused', code: 'INVALID_REVISION', message: unfit };
  const seen = await lookAtRevision(ports, order, credentials);
  if (seen.status === 'refused') return seen;
  const { status: _, ...revision } = seen;
  const start = await startOrder(ports.rows, order, found.members);
  return { status: 'found', access: granted.access, data: { ...start, ...revision } };
}

export const handler = handlerOf('lifecycle/admit-fleet', (variables) => {
  const environment = environmentOf('lifecycle/admit-fleet', variables);
  return admitFleet({
    ...storePorts(environment),
    ...accessPorts(),
    instancesWith: ec2FleetInstances,
    autoScalingGroupsWith: awsAutoScalingGroups,
    bundlePathsWith: s3BundlePaths,
    gitHubTokenNames: dynamoGitHubTokenNames(documentClient(), environment.LIVE_TABLE),
    gitHubRepositories: gitHubRepositories(environment.GITHUB_BASE_URL),
    trust: trustOf(environment),
    policy: timePolicy(environment),
  });
});
