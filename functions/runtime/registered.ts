import type { ComputePlatform } from '../../core/registry/compute-platform.ts';
import type {
  LambdaDeploymentConfig,
  ServerDeploymentConfig,
} from '../../core/registry/deployment-config-rules.ts';
import { checkDeploymentConfigFits } from '../../core/registry/deployment-config-rules.ts';
import type { DeploymentConfigRow } from '../../core/registry/deployment-config.ts';
import type {
  DeletedDeploymentGroupRow,
  DeploymentGroupReferenceRow,
  DeploymentGroupRow,
} from '../../core/registry/deployment-group.ts';
import type { ApplicationRow } from '../../core/registry/application.ts';
import {
  applicationDoesNotExist,
  deploymentConfigDoesNotExist,
  deploymentGroupDoesNotExist,
} from '../../core/registry/names.ts';
import type { OnPremisesInstanceRow } from '../../core/registry/on-premises-instance.ts';
import type { PredefinedDeploymentConfig } from '../../core/registry/predefined-deployment-configs.ts';
import { predefinedDeploymentConfig } from '../../core/registry/predefined-deployment-configs.ts';
import type { RowKey } from '../../core/decider.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';

/** Throws ApplicationDoesNotExistException. */
export async function applicationNamed(rows: RowReader, name: string): Promise<ApplicationRow> {
  const found = await findApplication(rows, name);
  if (found === undefined) throw applicationDoesNotExist(name);
  return found;
}

export async function findApplication(rows: RowReader, name: string): Promise<ApplicationRow | undefined> {
  const reserved = await read<Pick<ApplicationRow, 'applicationId'>>(rows, rowKeys.applicationName(name));
  return reserved && applicationOf(rows, reserved.applicationId);
}

/** Undefined once it was deleted: what belonged to it is hidden from then on. */
export function applicationOf(rows: RowReader, applicationId: string): Promise<ApplicationRow | undefined> {
  return read<ApplicationRow>(rows, rowKeys.application(applicationId));
}

/** Throws DeploymentGroupDoesNotExistException. */
export async function deploymentGroupNamed(
  rows: RowReader,
  applicationId: string,
  name: string,
): Promise<DeploymentGroupRow> {
  const found = await findDeploymentGroup(rows, applicationId, name);
  if (found === undefined) throw deploymentGroupDoesNotExist(name);
  return found;
}

export async function findDeploymentGroup(
  rows: RowReader,
  applicationId: string,
  name: string,
): Promise<DeploymentGroupRow | undefined> {
  const key = rowKeys.deploymentGroupName(applicationId, name);
  const reserved = await read<DeploymentGroupReferenceRow>(rows, key);
  return reserved && deploymentGroupOf(rows, reserved.deploymentGroupId);
}

export function deploymentGroupOf(
  rows: RowReader,
  deploymentGroupId: string,
): Promise<DeploymentGroupRow | undefined> {
  return read<DeploymentGroupRow>(rows, rowKeys.deploymentGroup(deploymentGroupId));
}

export function deploymentOf(rows: RowReader, deploymentId: string): Promise<DeploymentRow | undefined> {
  return read<DeploymentRow>(rows, rowKeys.deployment(deploymentId));
}

/** The first entry of an index of deployments, which are newest first; `after` is the key of an entry. */
export async function newestDeploymentId(
  rows: Pick<RowReader, 'query'>,
  pk: string,
  after?: string,
): Promise<string | undefined> {
  const page = await rows.query({ pk, after, limit: 1 });
  const [entry] = page.rows;
  return entry && (JSON.parse(entry.data) as { readonly deploymentId: string }).deploymentId;
}

export function deletedDeploymentGroupOf(
  rows: RowReader,
  deploymentGroupId: string,
): Promise<DeletedDeploymentGroupRow | undefined> {
  return read<DeletedDeploymentGroupRow>(rows, rowKeys.deletedDeploymentGroup(deploymentGroupId));
}

export type DeploymentConfig = DeploymentConfigRow | PredefinedDeploymentConfig;

/** Throws DeploymentConfigDoesNotExistException. */
export async function deploymentConfigNamed(rows: RowReader, name: string): Promise<DeploymentConfig> {
  const found =
    predefinedDeploymentConfig(name) ??
    (await read<DeploymentConfigRow>(rows, rowKeys.deploymentConfig(name)));
  if (found === undefined) throw deploymentConfigDoesNotExist(name);
  return found;
}

/** One that an application of Lambda can deploy with. Throws, too, InvalidDeploymentConfigNameException. */
export async function lambdaDeploymentConfigNamed(
  rows: RowReader,
  name: string,
): Promise<LambdaDeploymentConfig> {
  const config = await fittingDeploymentConfigNamed(rows, name, 'Lambda');
  return config as DeploymentConfig & { readonly computePlatform: 'Lambda' };
}

/** The same for an application of Server. */
export async function serverDeploymentConfigNamed(
  rows: RowReader,
  name: string,
): Promise<ServerDeploymentConfig> {
  const config = await fittingDeploymentConfigNamed(rows, name, 'Server');
  return config as DeploymentConfig & { readonly computePlatform: 'Server' };
}

/** The same for any application. */
export async function fittingDeploymentConfigNamed(
  rows: RowReader,
  name: string,
  platform: ComputePlatform,
): Promise<DeploymentConfig> {
  const config = await deploymentConfigNamed(rows, name);
  checkDeploymentConfigFits(config, platform);
  return config;
}

export function findOnPremisesInstance(
  rows: RowReader,
  name: string,
): Promise<OnPremisesInstanceRow | undefined> {
  return read<OnPremisesInstanceRow>(rows, rowKeys.onPremisesInstance(name));
}

/** The data of a row; what it is follows from its key. */
export async function read<Data>(rows: Pick<RowReader, 'get'>, key: RowKey): Promise<Data | undefined> {
  const row = await rows.get(key);
  return row === undefined ? undefined : (JSON.parse(row.data) as Data);
}
