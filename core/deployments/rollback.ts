import type { Alongside } from '../decider.ts';
import type { CreateDeployment } from './deployment-commands.ts';
import type { Ending, ExistingDeployment } from './deployment-state.ts';

/** The event of an automatic rollback configuration that each way of ending is. */
const ROLLBACK_EVENTS = {
  failure: 'DEPLOYMENT_FAILURE',
  alarm: 'DEPLOYMENT_STOP_ON_ALARM',
  request: 'DEPLOYMENT_STOP_ON_REQUEST',
} as const;

/** Why this end is not rolled back, in words for rollbackInfo; undefined where it is. */
export function whyNoRollback(state: ExistingDeployment, reason: Ending): string | undefined {
  const { creator, rollbackOf } = state.created;
  if (rollbackOf !== undefined || creator !== 'user') return 'A rollback is never rolled back itself.';
  if (reason.cause === 'request' && reason.autoRollbackEnabled === false) {
    return 'No rollback was wanted by the request that stopped the deployment.';
  }
  if (!isRollbackWanted(state, reason))
    return `No automatic rollback is configured for ${ROLLBACK_EVENTS[reason.cause]}.`;
  if (state.admission === undefined) {
    return 'There is nothing to roll back: the deployment ended before it had moved anything.';
  }
  return undefined;
}

/** Whether a rollback is asked for: by the request that stops the deployment, else by its configuration. */
export function isRollbackWanted({ created }: ExistingDeployment, reason: Ending): boolean {
  const { autoRollback, creator } = created;
  if (creator !== 'user') return false;
  if (reason.cause === 'request' && reason.autoRollbackEnabled !== undefined)
    return reason.autoRollbackEnabled;
  return autoRollback.enabled && autoRollback.events.includes(ROLLBACK_EVENTS[reason.cause]);
}

/**
 * A rollback is a deployment of its own: one function and alias, back to the version recorded at admission, all at
 * once, watched by no alarm. Its revision is the last that succeeded there, else an AppSpec written from that version,
 * which is registered in the same transaction. All of it comes from the failed deployment's own stream.
 */
export function rollbackCommands(state: ExistingDeployment, deploymentId: string): readonly Alongside[] {
  const { admission, created } = state;
  if (admission === undefined) return [];
  const { content, ...written } = admission.writtenRevision;
  const revision = admission.previousRevision ?? written;
  const data: CreateDeployment = {
    deploymentId,
    applicationId: created.applicationId,
    applicationName: created.applicationName,
    deploymentGroupId: created.deploymentGroupId,
    deploymentGroupName: created.deploymentGroupName,
    computePlatform: 'Lambda',
    revision,
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    trafficSteps: [{ weight: 100 }],
    serviceRoleArn: created.serviceRoleArn,
    creator: 'codeDeployRollback',
    autoRollback: { enabled: false, events: [] },
    alarms: { names: [], ignorePollAlarmFailure: false },
    rollbackOf: {
      deploymentId: created.deploymentId,
      target: admission.target,
      versionBefore: admission.versionBefore,
    },
  };
  const create: Alongside = {
    aggregate: 'deployment',
    stream: `deployment#${deploymentId}`,
    command: { type: 'CreateDeployment', data },
    orphan: true,
  };
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
