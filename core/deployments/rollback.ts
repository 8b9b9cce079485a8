import type { Alongside } from '../decider.ts';
import type { CreateDeployment } from './deployment-commands.ts';
import type { DeploymentCreated, FleetEnd, ServerDeploymentCreated } from './deployment-events.ts';
import type { Ending, ExistingDeployment } from './deployment-state.ts';

/** The event of an automatic rollback configuration that each way of ending is. */
const ROLLBACK_EVENTS = {
  failure: 'DEPLOYMENT_FAILURE',
  alarm: 'DEPLOYMENT_STOP_ON_ALARM',
  request: 'DEPLOYMENT_STOP_ON_REQUEST',
} as const;

/** Why this end is not rolled back, in words for rollbackInfo; undefined where it is. */
export function whyNoRollback(
  state: ExistingDeployment,
  reason: Ending,
  end: FleetEnd = {},
): string | undefined {
  const { creator, rollbackOf } = state.created;
  if (rollbackOf !== undefined || creator !== 'user') return 'A rollback is never rolled back itself.';
  if (reason.cause === 'request' && reason.autoRollbackEnabled === false) {
    return 'No rollback was wanted by the request that stopped the deployment.';
  }
  if (!isRollbackWanted(state, reason))
    return `No automatic rollback is configured for ${ROLLBACK_EVENTS[reason.cause]}.`;
  if (!hasMoved(state, end)) return NOTHING_MOVED;
  const { created } = state;
  if (created.computePlatform === 'Server' && created.fleet.previous === undefined) {
    return 'No rollback is possible: no earlier deployment of this group has succeeded.';
  }
  return undefined;
}

export const NOTHING_MOVED =
  'There is nothing to roll back: the deployment ended before it had moved anything.';

/** Of a fleet whose wave was begun by what became of its targets, where that is known. */
function hasMoved({ admission, fleet }: ExistingDeployment, { overview }: FleetEnd): boolean {
  if (fleet?.wave === undefined) return admission !== undefined;
  return overview === undefined || overview.succeeded + overview.failed > 0;
}

/** Whether a rollback is asked for: by the request that stops the deployment, else by its configuration. */
export function isRollbackWanted({ created }: ExistingDeployment, reason: Ending): boolean {
  const { autoRollback, creator } = created;
  if (creator !== 'user') return false;
  if (reason.cause === 'request' && reason.autoRollbackEnabled !== undefined)
    return reason.autoRollbackEnabled;
  return autoRollback.enabled && autoRollback.events.includes(ROLLBACK_EVENTS[reason.cause]);
}

/** A rollback is a deployment of its own. */
export function rollbackCommands(state: ExistingDeployment, deploymentId: string): readonly Alongside[] {
  return state.created.computePlatform === 'Lambda'
    ? aliasRollback(state, deploymentId)
    : fleetRollback(state.created, deploymentId);
}

/**
 * The last good revision on whatever belongs to the group by then, as it was installed when it was good, without zones
 * and watched by no alarm.
 */
function fleetRollback(failed: ServerDeploymentCreated, deploymentId: string): readonly Alongside[] {
  const { previous, zonal: _, ...fleet } = failed.fleet;
  if (previous === undefined) return [];
  const data: CreateDeployment = {
    ...parentsOf(failed),
    deploymentId,
    computePlatform: 'Server',
    revision: previous.revision,
    deploymentConfigName: failed.deploymentConfigName,
    fleet: {
      ...fleet,
      updateOutdatedInstancesOnly: false,
      fileExistsBehavior: previous.fileExistsBehavior,
      previous,
    },
    rollbackOf: { deploymentId: failed.deploymentId },
  };
  return [creation(data)];
}

function parentsOf(created: DeploymentCreated) {
  return {
    applicationId: created.applicationId,
    applicationName: created.applicationName,
    deploymentGroupId: created.deploymentGroupId,
    deploymentGroupName: created.deploymentGroupName,
    serviceRoleArn: created.serviceRoleArn,
    creator: 'codeDeployRollback',
    autoRollback: { enabled: false, events: [] },
    alarms: { names: [], ignorePollAlarmFailure: false },
  } as const;
}

function creation(data: CreateDeployment): Alongside {
  return {
    aggregate: 'deployment',
    stream: `deployment#${data.deploymentId}`,
    command: { type: 'CreateDeployment', data },
    orphan: true,
  };
}

/**
 * One function and alias, back to the version recorded at admission, all at
 * once, watched by no alarm. Its revision is the last that succeeded there, else an AppSpec written from that version,
 * which is registered in the same transaction. All of it comes from the failed deployment's own stream.
 */
function aliasRollback(state: ExistingDeployment, deploymentId: string): readonly Alongside[] {
  const { admission, created } = state;
  if (admission === undefined) return [];
  const { content, ...written } = admission.writtenRevision;
  const revision = admission.previousRevision ?? written;
  const create = creation({
    ...parentsOf(created),
    deploymentId,
    computePlatform: 'Lambda',
    revision,
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    trafficSteps: [{ weight: 100 }],
    rollbackOf: {
      deploymentId: created.deploymentId,
      target: admission.target,
      versionBefore: admission.versionBefore,
    },
  });
  if (admission.previousRevision !== undefined) return [create];
  const register: Alongside = {
    aggregate: 'revision',
    stream: `revision#${written.revisionId}`,
    command: {
      type: 'RegisterRevision',
      data: {
        revisionId: written.revisionId,
        applicationId: created.applicationId,
        location: written.location,
        content,
        description: `written by the rollback ${deploymentId} of ${created.deploymentId}`,
        onlyIfNew: true,
      },
    },
    orphan: true,
  };
  return [register, create];
}
