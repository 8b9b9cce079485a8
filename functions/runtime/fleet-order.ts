import type { CreateServerDeployment } from '../../core/deployments/deployment-commands.ts';
import type { FleetOrder } from '../../core/deployments/fleet-events.ts';
import type { DeploymentGroupRow } from '../../core/registry/deployment-group.ts';
import { checkZonesFit } from '../../core/registry/deployment-config-rules.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { CreateDeploymentInput } from './create-deployment-members.ts';
import { checkServerDeployment, fileExistsBehaviorOf } from './create-deployment-members.ts';
import { deploymentOf, newestDeploymentId, serverDeploymentConfigNamed } from './registered.ts';

/** What a deployment to instances has that no other has, as things stand when it is accepted. */
export async function fleetOrder(
  rows: RowReader,
  { deploymentGroupId, settings }: DeploymentGroupRow,
  configName: string,
  input: CreateDeploymentInput,
): Promise<Pick<CreateServerDeployment, 'computePlatform' | 'deploymentConfigName' | 'fleet'>> {
  const { membership = {} } = settings;
  checkServerDeployment(input, membership);
  const config = await serverDeploymentConfigNamed(rows, configName);
  const zonal = 'zonalConfig' in config ? config.zonalConfig : undefined;
  checkZonesFit(config, membership);
  const previous = await lastSuccessful(rows, deploymentGroupId);
  return {
    computePlatform: 'Server',
    deploymentConfigName: config.deploymentConfigName,
    fleet: {
      membership,
      minimumHealthyHosts: config.minimumHealthyHosts,
      ...(zonal === undefined ? {} : { zonal }),
      ignoreApplicationStopFailures: input.ignoreApplicationStopFailures ?? false,
      updateOutdatedInstancesOnly: input.updateOutdatedInstancesOnly ?? false,
      fileExistsBehavior: fileExistsBehaviorOf(input),
      ...(previous === undefined ? {} : { previous }),
    },
  };
}

/** What a rollback of this deployment would bring back. */
async function lastSuccessful(rows: RowReader, groupId: string): Promise<FleetOrder['previous']> {
  const { pk } = rowKeys.deploymentOfGroupByStatus(groupId, 'Succeeded', 0, '');
  const deploymentId = await newestDeploymentId(rows, pk);
  if (deploymentId === undefined) return undefined;
  const row = await deploymentOf(rows, deploymentId);
  if (row?.created.computePlatform !== 'Server') return undefined;
  const { revision, fleet } = row.created;
  return { deploymentId, revision, fileExistsBehavior: fleet.fileExistsBehavior };
}
