import type { EpochMilliseconds } from '../../core/decider.ts';
import { checkDeploymentId, deploymentDoesNotExist, requireDeploymentId } from '../../core/registry/names.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { ApiPorts } from './operation.ts';
import {
  applicationOf,
  deletedDeploymentGroupOf,
  deploymentGroupOf,
  deploymentOf,
} from '../runtime/registered.ts';

/** A deployment that callers may see, with the present names of what it belongs to. */
export interface KnownDeployment {
  readonly row: DeploymentRow;
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly isGroupDeleted: boolean;
}

/** Throws DeploymentIdRequiredException and InvalidDeploymentIdException. */
export function deploymentIdOf(input: string | undefined): string {
  const deploymentId = requireDeploymentId(input);
  checkDeploymentId(deploymentId);
  return deploymentId;
}

/** Throws DeploymentDoesNotExistException, also where the deployment is hidden because its application is gone. */
export async function knownDeployment(ports: ApiPorts, deploymentId: string): Promise<KnownDeployment> {
  const found = await findDeployment(ports, deploymentId);
  if (found === undefined) throw deploymentDoesNotExist(deploymentId);
  return found;
}

export async function findDeployment(
  { rows, system }: ApiPorts,
  deploymentId: string,
): Promise<KnownDeployment | undefined> {
  const row = await deploymentOf(rows, deploymentId);
  const parents = row && (await parentsOf(rows, row.created.deploymentGroupId, system.now()));
  return row && parents && { row, ...parents };
}

/** The deployments of a deleted group remain readable this long. */
const READABLE_MILLISECONDS = 90 * 24 * 60 * 60 * 1000;

/**
 * The names of a group and its application, both read now. Undefined where the deployments of the group are hidden:
 * its application was deleted, or it was itself, long ago.
 */
export async function parentsOf(
  rows: RowReader,
  deploymentGroupId: string,
  now: EpochMilliseconds,
): Promise<Omit<KnownDeployment, 'row'> | undefined> {
  const present = await deploymentGroupOf(rows, deploymentGroupId);
  const deleted = present ? undefined : await deletedDeploymentGroupOf(rows, deploymentGroupId);
  const group = present ?? deleted;
  if (group === undefined || (deleted && now > deleted.deletedAt + READABLE_MILLISECONDS)) return undefined;
  const application = await applicationOf(rows, group.applicationId);
  if (application === undefined) return undefined;
  return {
    applicationName: application.applicationName,
    deploymentGroupName: group.deploymentGroupName,
    isGroupDeleted: present === undefined,
  };
}
