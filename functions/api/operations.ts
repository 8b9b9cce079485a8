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
import { deleteGitHubAccountToken, listGitHubAccountTokenNames } from './github-tokens.ts';
import type { GuardedOperation } from './guarded-operation.ts';
import { reads, writes } from './guarded-operation.ts';
import { listApplicationRevisions } from './list-application-revisions.ts';
import { listDeployments } from './list-deployments.ts';
import { listOnPremisesInstances } from './list-on-premises-instances.ts';
import {
  batchGetOnPremisesInstances,
  deregisterOnPremisesInstance,
  getOnPremisesInstance,
  registerOnPremisesInstance,
} from './on-premises-instances.ts';
import { putLifecycleEventHookExecutionStatus } from './put-lifecycle-event-hook-execution-status.ts';
import { stopDeployment } from './stop-deployment.ts';
import {
  addTagsToOnPremisesInstances,
  removeTagsFromOnPremisesInstances,
} from './tag-on-premises-instances.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import {
  allApplications,
  application,
  applicationOfArn,
  applicationOrAll,
  applicationUnderItsAlarms,
  applicationUnderItsRole,
  applications,
  bothNames,
  configuration,
  configurations,
  deployment,
  deployments,
  gitHubTokens,
  onPremisesInstances,
} from './touches.ts';

/**
 * The operations that are built, by their names, and what a call of each touches: the one place that says so. One more is
 * a file of its own and a line here.
 */
export const operations: ReadonlyMap<string, GuardedOperation> = new Map(
  [
    writes(createApplication, application),
    reads(getApplication, application),
    reads(batchGetApplications, applications),
    reads(listApplications, allApplications),
    writes(updateApplication, bothNames),
    writes(deleteApplication, application),
    writes(createDeploymentGroup, applicationUnderItsRole),
    reads(getDeploymentGroup, application),
    reads(batchGetDeploymentGroups, application),
    reads(listDeploymentGroups, application),
    writes(updateDeploymentGroup, applicationUnderItsRole),
    writes(deleteDeploymentGroup, application),
    writes(createDeploymentConfig, configuration),
    reads(getDeploymentConfig, configuration),
    reads(listDeploymentConfigs, configurations),
    writes(deleteDeploymentConfig, configuration),
    writes(registerApplicationRevision, application),
    reads(getApplicationRevision, application),
    reads(batchGetApplicationRevisions, application),
    reads(listApplicationRevisions, application),
    writes(createDeployment, applicationUnderItsAlarms),
    reads(getDeployment, deployment),
    reads(batchGetDeployments, deployments),
    reads(listDeployments, applicationOrAll),
    writes(stopDeployment, deployment),
    writes(putLifecycleEventHookExecutionStatus, deployment),
    writes(continueDeployment, deployment),
    writes(skipWaitTimeForInstanceTermination, deployment),
    reads(getDeploymentTarget, deployment),
    reads(batchGetDeploymentTargets, deployment),
    reads(listDeploymentTargets, deployment),
    reads(getDeploymentInstance, deployment),
    reads(batchGetDeploymentInstances, deployment),
    reads(listDeploymentInstances, deployment),
    writes(tagResource, applicationOfArn),
    writes(untagResource, applicationOfArn),
    reads(listTagsForResource, applicationOfArn),
    writes(registerOnPremisesInstance, onPremisesInstances),
    writes(deregisterOnPremisesInstance, onPremisesInstances),
    reads(getOnPremisesInstance, onPremisesInstances),
    reads(batchGetOnPremisesInstances, onPremisesInstances),
    reads(listOnPremisesInstances, onPremisesInstances),
    writes(addTagsToOnPremisesInstances, onPremisesInstances),
    writes(removeTagsFromOnPremisesInstances, onPremisesInstances),
    reads(listGitHubAccountTokenNames, gitHubTokens),
    writes(deleteGitHubAccountToken, gitHubTokens),
  ].map((operation) => [operation.name, operation]),
);
