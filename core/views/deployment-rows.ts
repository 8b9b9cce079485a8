import type { EpochMilliseconds, Row } from '../decider.ts';
import type { Positions } from '../deployments/fleet-events.ts';
import { IN_PLACE_LIFECYCLE } from '../deployments/lifecycle.ts';
import type { TargetClaimed } from '../deployments/target-events.ts';
import type { ExistingDeployment } from '../deployments/deployment-state.ts';
import { hasEnded } from '../deployments/deployment-status.ts';
import { rowKeys } from './row-keys.ts';

/** What the row of a deployment holds: its state, plainly. Views make answers of it. */
export type DeploymentRow = Omit<ExistingDeployment, 'fleetTargets'>;

/** What the group's lock holds. */
export type ActiveDeploymentRow = { readonly deploymentId: string; readonly deploymentGroupName: string };

/** All that one deployment contributes to the read model. */
export function deploymentRows(state: ExistingDeployment): readonly Row[] {
  const { created, createdAt, status } = state;
  const { deploymentId, deploymentGroupId } = created;
  const entry = { deploymentId, deploymentGroupId, status, createdAt };
  const { fleetTargets: _, ...row } = state;
  return [
    { ...rowKeys.deployment(deploymentId), data: row as unknown as Row['data'] },
    { ...rowKeys.deploymentInList(createdAt, deploymentId), data: entry },
    useOfRevision(state),
    { ...rowKeys.deploymentOfGroup(deploymentGroupId, createdAt, deploymentId), data: entry },
    { ...rowKeys.deploymentOfGroupByStatus(deploymentGroupId, status, createdAt, deploymentId), data: entry },
    ...launchRow(state),
    ...hookRows(state),
    ...fleetRows(state),
    ...(hasEnded(status) ? rowsOnceGood(state) : rowsWhileActive(state)),
  ];
}

/** An answer is looked up by its id before anything else is read for it: anybody may send one. */
function hookRows({ hooks = [], created: { deploymentId } }: ExistingDeployment): readonly Row[] {
  return hooks.map(({ hookExecutionIdHash }) => ({
    ...rowKeys.hook(hookExecutionIdHash),
    data: { deploymentId },
  }));
}

/** Tasks of a workflow that was started by hand find their deployment by it. */
function launchRow({ created: { executionArn, deploymentId } }: ExistingDeployment): readonly Row[] {
  return executionArn === undefined ? [] : [{ ...rowKeys.execution(executionArn), data: { deploymentId } }];
}

/** The data of `rowKeys.revisionUse`. */
export type RevisionUseRow = {
  readonly revisionId: string;
  readonly deploymentId: string;
  readonly deploymentGroupId: string;
  readonly createdAt: EpochMilliseconds;
};

/** What a claim has to know of its deployment. */
export type OpenDeploymentRow = Omit<
  TargetClaimed,
  'targetId' | 'targetArn' | 'hostIdentifier' | 'zone' | 'position' | 'slot' | 'claim' | 'deadline'
> & { readonly positions: Positions };

/**
 * DynamoDB refuses transactions that meet in one item: no more than these hosts do, and `execute` serves more at once.
 * Each chunk is a row, all of which have room in one transaction beside the alarms that a deployment watches.
 */
export const TARGETS_OF_A_CHUNK = 40;

export function chunkOf(position: number): number {
  return Math.floor(position / TARGETS_OF_A_CHUNK);
}

function fleetRows(state: ExistingDeployment): readonly Row[] {
  const { fleetTargets = [], created } = state;
  const chunks = chunksOf(fleetTargets).map((chunk) => ({
    ...rowKeys.fleetChunk(created.deploymentId, chunk),
    data: {
      targets: fleetTargets
        .slice(chunk * TARGETS_OF_A_CHUNK, (chunk + 1) * TARGETS_OF_A_CHUNK)
        .map((target) => ({ ...target })),
    },
  }));
  return [...chunks, ...openRows(state)];
}

function chunksOf(fleetTargets: readonly unknown[]): readonly number[] {
  return Array.from({ length: Math.ceil(fleetTargets.length / TARGETS_OF_A_CHUNK) }, (_, chunk) => chunk);
}

/** Gone as soon as there is a reason to end: then nothing new begins on any host. */
function openRows(state: ExistingDeployment): readonly Row[] {
  const { created, status, ending, executionArn = '', fleet, fleetTargets = [] } = state;
  if (created.computePlatform !== 'Server' || fleet?.wave === undefined) return [];
  if (hasEnded(status) || ending !== undefined) return [];
  const { wave, positions, slots } = fleet.wave;
  const { deploymentId, applicationId, applicationName, deploymentGroupId, deploymentGroupName } = created;
  const data: OpenDeploymentRow = {
    deploymentId,
    applicationId,
    applicationName,
    deploymentGroupId,
    deploymentGroupName,
    revisionId: created.revision.revisionId,
    executionArn,
    wave,
    positions,
    slots,
    lifecycle: IN_PLACE_LIFECYCLE,
    ignoreApplicationStopFailures: created.fleet.ignoreApplicationStopFailures,
  };
  return [
    { ...rowKeys.openDeployment(deploymentId), data },
    ...chunksOf(fleetTargets).map((chunk) => ({ ...rowKeys.openChunk(deploymentId, chunk), data: {} })),
  ];
}

/** From when to when a revision was used, and which groups want it now, is read off these. */
function useOfRevision({ created, createdAt }: ExistingDeployment): Row {
  const { applicationId, deploymentId, deploymentGroupId } = created;
  const { revisionId } = created.revision;
  const data: RevisionUseRow = { revisionId, deploymentId, deploymentGroupId, createdAt };
  return { ...rowKeys.revisionUse(applicationId, revisionId, createdAt, deploymentId), data };
}

function rowsWhileActive({ created, ending, deadline }: ExistingDeployment): readonly Row[] {
  const { deploymentId, deploymentGroupId, deploymentGroupName, alarms, ceiling, computePlatform } = created;
  // Once the end is on its way the ceiling has had its say, and only what is being done for it is looked after.
  const due = ending === undefined ? Math.min(deadline, ceiling) : deadline;
  return [
    { ...rowKeys.activeDeployment(deploymentGroupId), data: { deploymentId, deploymentGroupName } },
    { ...rowKeys.due(due, deploymentId), data: { deploymentId } },
    ...(computePlatform === 'Server'
      ? [{ ...rowKeys.activeFleet(deploymentId), data: { deploymentId } }]
      : []),
    ...alarms.names.map((name) => ({
      ...rowKeys.deploymentWatchingAlarm(name, deploymentId),
      data: { deploymentId },
    })),
  ];
}

/** The good revisions of a function and alias, newest first: where a rollback finds what to bring back. */
function rowsOnceGood({ admission, created, createdAt, status }: ExistingDeployment): readonly Row[] {
  if (status !== 'Succeeded' || admission === undefined) return [];
  const { functionName, functionAlias, targetVersion } = admission.target;
  const { deploymentId, deploymentGroupId, revision } = created;
  return [
    {
      ...rowKeys.lastGood(deploymentGroupId, functionName, functionAlias, createdAt, deploymentId),
      data: {
        deploymentId,
        targetVersion,
        revision: { revisionId: revision.revisionId, location: { ...revision.location } },
      },
    },
  ];
}
