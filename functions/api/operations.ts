import {
  batchGetApplicationRevisions,
  getApplicationRevision,
  registerApplicationRevision,
} from './application-revisions.ts';
import {
  batchGetApplications,
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  updateApplication,
} from './applications.ts';
import { continueDeployment, skipWaitTimeForInstanceTermination } from './continue-deployment.ts';
import { createDeployment } from './create-deployment.ts';
import {
  createDeploymentConfig,
  deleteDeploymentConfig,
  getDeploymentConfig,
  listDeploymentConfigs,
} from './deployment-configs.ts';
import { createDeploymentGroup, updateDeploymentGroup } from './write-deployment-group.ts';
import {
  batchGetDeploymentGroups,
  deleteDeploymentGroup,
  getDeploymentGroup,
  listDeploymentGroups,
} from './deployment-groups.ts';
import {
  batchGetDeploymentInstances,
  getDeploymentInstance,
  listDeploymentInstances,
} from './deployment-instances.ts';
import {
  batchGetDeploymentTargets,
  getDeploymentTarget,
  listDeploymentTargets,
} from './deployment-targets.ts';
import { batchGetDeployments, getDeployment } from './get-deployment.ts';
import { listApplicationRevisions } from './list-application-revisions.ts';
import { listDeployments } from './list-deployments.ts';
import type { Operation } from './operation.ts';
import { putLifecycleEventHookExecutionStatus } from './put-lifecycle-event-hook-execution-status.ts';
import { stopDeployment } from './stop-deployment.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';

/** The operations that are built, by their names. One more is a file of its own and a line here. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    createApplication,
    getApplication,
    batchGetApplications,
    listApplications,
    updateApplication,
    deleteApplication,
    createDeploymentGroup,
    getDeploymentGroup,
    batchGetDeploymentGroups,
    listDeploymentGroups,
    updateDeploymentGroup,
    deleteDeploymentGroup,
    createDeploymentConfig,
    getDeploymentConfig,
    listDeploymentConfigs,
    deleteDeploymentConfig,
    registerApplicationRevision,
    getApplicationRevision,
    batchGetApplicationRevisions,
    listApplicationRevisions,
    createDeployment,
    getDeployment,
    batchGetDeployments,
    listDeployments,
    stopDeployment,
    putLifecycleEventHookExecutionStatus,
    continueDeployment,
    skipWaitTimeForInstanceTermination,
    getDeploymentTarget,
    batchGetDeploymentTargets,
    listDeploymentTargets,
    getDeploymentInstance,
    batchGetDeploymentInstances,
    listDeploymentInstances,
    tagResource,
    untagResource,
    listTagsForResource,
  ].map((operation) => [operation.name, operation]),
);
