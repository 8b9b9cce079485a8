import {
  createApplication,
  deleteApplication,
  getApplication,
  listApplications,
  updateApplication,
} from './applications.ts';
import { createDeployment } from './create-deployment.ts';
import {
  createDeploymentConfig,
  deleteDeploymentConfig,
  getDeploymentConfig,
  listDeploymentConfigs,
} from './deployment-configs.ts';
import { createDeploymentGroup, updateDeploymentGroup } from './write-deployment-group.ts';
import { deleteDeploymentGroup, getDeploymentGroup, listDeploymentGroups } from './deployment-groups.ts';
import { getDeploymentTarget, listDeploymentTargets } from './deployment-targets.ts';
import { getDeployment } from './get-deployment.ts';
import { listDeployments } from './list-deployments.ts';
import type { Operation } from './operation.ts';
import { stopDeployment } from './stop-deployment.ts';

/** The operations that are built, by their names. One more is a file of its own and a line here. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    createApplication,
    getApplication,
    listApplications,
    updateApplication,
    deleteApplication,
    createDeploymentGroup,
    getDeploymentGroup,
    listDeploymentGroups,
    updateDeploymentGroup,
    deleteDeploymentGroup,
    createDeploymentConfig,
    getDeploymentConfig,
    listDeploymentConfigs,
    deleteDeploymentConfig,
    createDeployment,
    getDeployment,
    listDeployments,
    stopDeployment,
    getDeploymentTarget,
    listDeploymentTargets,
  ].map((operation) => [operation.name, operation]),
);
