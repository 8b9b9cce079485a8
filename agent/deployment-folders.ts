import { join } from 'node:path';

/** A deployment on this host. Both ids are one safe part of a path each, as the shape of the specification demands. */
export interface DeploymentOnHost {
  /** The agent's folder, absolute: `root_dir` of its configuration. */
  readonly rootFolder: string;
  readonly deploymentGroupId: string;
  readonly deploymentId: string;
}

/** A deployment group on this host. */
export type GroupOnHost = Omit<DeploymentOnHost, 'deploymentId'>;

export function groupFolder({ rootFolder, deploymentGroupId }: GroupOnHost): string {
  return join(rootFolder, deploymentGroupId);
}

export function deploymentFolder(deployment: DeploymentOnHost): string {
  return join(groupFolder(deployment), deployment.deploymentId);
}

/** The downloaded bundle, of whatever type, while it is not unpacked. */
export function bundlePath(deployment: DeploymentOnHost): string {
  return join(deploymentFolder(deployment), 'bundle.tar');
}

/** What S3 said of the object that was downloaded: text, without quotes. */
export function bundleETagPath(deployment: DeploymentOnHost): string {
  return join(deploymentFolder(deployment), '.bundle-etag');
}

/** The unpacked revision within the folder of any deployment. There is one as soon as it is whole. */
export function archiveFolder(folderOfDeployment: string): string {
  return join(folderOfDeployment, 'deployment-archive');
}

/** All that scripts of a deployment wrote. */
export function scriptsLogPath(deployment: DeploymentOnHost): string {
  return join(deploymentFolder(deployment), 'logs', 'scripts.log');
}

export function instructionsFolder({ rootFolder }: Pick<GroupOnHost, 'rootFolder'>): string {
  return join(rootFolder, 'deployment-instructions');
}

/** What the last Install of the group set out to do, for people. */
export function installPlanPath(group: GroupOnHost): string {
  return join(instructionsFolder(group), `${group.deploymentGroupId}-install.json`);
}

/** What the last Install of the group put on the host, for the next one to take away. */
export function cleanupPath(group: GroupOnHost): string {
  return join(instructionsFolder(group), `${group.deploymentGroupId}-cleanup`);
}

export function lastSuccessfulPath(group: GroupOnHost): string {
  return join(instructionsFolder(group), `${group.deploymentGroupId}_last_successful_install`);
}

export function mostRecentPath(group: GroupOnHost): string {
  return join(instructionsFolder(group), `${group.deploymentGroupId}_most_recent_install`);
}

/** All that scripts of all deployments wrote. */
export function sharedLogPath({ rootFolder }: Pick<GroupOnHost, 'rootFolder'>): string {
  return join(rootFolder, 'deployment-logs', 'sluice-agent-deployments.log');
}

/** One file for each command that runs. */
export function ongoingFolder({ rootFolder }: Pick<GroupOnHost, 'rootFolder'>): string {
  return join(rootFolder, 'ongoing-deployment');
}

/** The agent that has it locked is the only one. No group has such a name. */
export function lockPath({ rootFolder }: Pick<GroupOnHost, 'rootFolder'>): string {
  return join(rootFolder, '.lock');
}
