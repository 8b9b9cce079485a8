import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { rowKeys } from '../core/views/row-keys.ts';
import {
  applicationOf,
  deploymentGroupOf,
  deploymentOf,
  findApplication,
  findDeploymentGroup,
  read,
} from '../functions/runtime/registered.ts';
import { CannotDo, type Connection } from './command.ts';
import { noSuchDeployment } from './deployment-log.ts';

/** The names of a group as they are now, and its id. */
export interface KnownGroup {
  readonly deploymentGroupId: string;
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly computePlatform: string;
}

/** Throws CannotDo, with ids that look like it. */
export async function knownDeployment(connection: Connection, deploymentId: string): Promise<DeploymentRow> {
  const row = await deploymentOf(connection.tables.reader, deploymentId);
  if (row === undefined) throw await noSuchDeployment(deploymentId, connection);
  return row;
}

/** Throws CannotDo where the deployment's group or application was deleted. */
export async function groupOf({ tables: { reader } }: Connection, row: DeploymentRow): Promise<KnownGroup> {
  const { applicationId, deploymentGroupId, deploymentId } = row.created;
  const application = await applicationOf(reader, applicationId);
  const group = await deploymentGroupOf(reader, deploymentGroupId);
  if (application === undefined || group === undefined) {
    const { applicationName, deploymentGroupName } = row.created;
    throw new CannotDo(
      `the group of ${deploymentId}, ${applicationName}/${deploymentGroupName}, was deleted: nothing can be deployed to it or stopped in it any more.`,
    );
  }
  const { applicationName, computePlatform } = application;
  const { deploymentGroupName } = group;
  return { deploymentGroupId, applicationName, deploymentGroupName, computePlatform };
}

/** Throws CannotDo where there is no such application or group. */
export async function groupNamed(
  { tables: { reader }, place }: Connection,
  names: { readonly application: string; readonly group: string },
): Promise<KnownGroup> {
  const application = await findApplication(reader, names.application);
  if (application === undefined) throw noSuchApplication(names.application, place);
  const { applicationName, applicationId, computePlatform } = application;
  const group = await findDeploymentGroup(reader, applicationId, names.group);
  if (group === undefined) throw noSuchGroup(names.application, names.group, place);
  const { deploymentGroupId, deploymentGroupName } = group;
  return { deploymentGroupId, applicationName, deploymentGroupName, computePlatform };
}

export function noSuchApplication(name: string, place: string): CannotDo {
  return new CannotDo(
    `there is no application ${name} in ${place}. \`aws deploy list-applications\` lists them.`,
  );
}

export function noSuchGroup(application: string, group: string, place: string): CannotDo {
  return new CannotDo(
    `the application ${application} has no group ${group} in ${place}. ` +
      `\`aws deploy list-deployment-groups --application-name ${application}\` lists them.`,
  );
}

/** A group deploys one thing at a time. Throws CannotDo where it is busy. */
export async function refuseBusy({ tables: { reader } }: Connection, group: KnownGroup): Promise<void> {
  const key = rowKeys.activeDeployment(group.deploymentGroupId);
  const active = await read<{ readonly deploymentId: string }>(reader, key);
  if (active === undefined) return;
  throw new CannotDo(
    `${active.deploymentId} is still under way in ${placeOf(group)}. ` +
      `Wait for it (sluice watch ${active.deploymentId}), or end it: sluice stop ${active.deploymentId}`,
  );
}

export function placeOf({
  applicationName,
  deploymentGroupName,
}: Pick<KnownGroup, 'applicationName' | 'deploymentGroupName'>): string {
  return `${applicationName}/${deploymentGroupName}`;
}
