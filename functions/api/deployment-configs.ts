import * as z from 'zod';
import { checkDeploymentConfig } from '../../core/registry/deployment-config-rules.ts';
import type { DeploymentConfigRow } from '../../core/registry/deployment-config.ts';
import { deploymentConfig, refusePredefinedDeletion } from '../../core/registry/deployment-config.ts';
import type { DeploymentGroupReferenceRow } from '../../core/registry/deployment-group.ts';
import { checkDeploymentConfigLimit } from '../../core/registry/limits.ts';
import { checkDeploymentConfigName, requireDeploymentConfigName } from '../../core/registry/names.ts';
import {
  predefinedDeploymentConfig,
  predefinedDeploymentConfigs,
} from '../../core/registry/predefined-deployment-configs.ts';
import { deploymentConfigShape } from '../../core/registry/shapes.ts';
import { deploymentConfigInfo } from '../../core/views/deployment-config-info.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { type RowReader, everyRow } from '../adapters/row-reader.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { operation } from './operation.ts';
import { PAGE_SIZE, nextTokenOf, positionOf } from './page.ts';
import { applicationOf, deploymentConfigNamed, read } from '../runtime/registered.ts';

const text = z.string().exactOptional();

export const createDeploymentConfig = operation({
  name: 'CreateDeploymentConfig',
  input: deploymentConfigShape,
  handle: async (input, { ports, issued }) => {
    const config = checkDeploymentConfig(input);
    const key = rowKeys.deploymentConfig(config.deploymentConfigName);
    // The append would find it as well, but only after the limit, which is to be checked after it.
    if ((await ports.rows.get(key)) !== undefined) {
      const row = { ...key, data: {} };
      throw deploymentConfig.taken(row, row) ?? new Error('a name is taken without a refusal');
    }
    checkDeploymentConfigLimit(await ports.rows.count(key.pk));
    const deploymentConfigId = ports.system.uuid();
    await execute(ports, issued, [
      commandTo(deploymentConfig, `deployment-config#${deploymentConfigId}`, {
        type: 'CreateDeploymentConfig',
        data: { ...config, deploymentConfigId },
      }),
    ]);
    return { deploymentConfigId };
  },
});

export const getDeploymentConfig = operation({
  name: 'GetDeploymentConfig',
  input: z.object({ deploymentConfigName: text }),
  handle: async (input, { ports }) => {
    const name = requireDeploymentConfigName(input.deploymentConfigName);
    checkDeploymentConfigName(name);
    return { deploymentConfigInfo: deploymentConfigInfo(await deploymentConfigNamed(ports.rows, name)) };
  },
});

/** The predefined ones first, then the custom ones by name. */
export const listDeploymentConfigs = operation({
  name: 'ListDeploymentConfigs',
  input: z.object({ nextToken: text }),
  handle: async ({ nextToken }, { ports }) => {
    const listing = { operation: 'ListDeploymentConfigs', filters: [] };
    const after = positionOf(ports.system, listing, nextToken);
    const predefined =
      after === undefined ? predefinedDeploymentConfigs.map((config) => config.deploymentConfigName) : [];
    const { rows, more } = await ports.rows.query({
      pk: rowKeys.deploymentConfig('').pk,
      limit: PAGE_SIZE - predefined.length,
      after,
    });
    const deploymentConfigsList = [...predefined, ...rows.map(({ sk }) => sk)];
    const position = more ? deploymentConfigsList.at(-1) : undefined;
    return { deploymentConfigsList, ...nextTokenOf(ports.system, listing, position) };
  },
});

/** Deleting what is not there is a success: no error is declared that could say so. */
export const deleteDeploymentConfig = operation({
  name: 'DeleteDeploymentConfig',
  input: z.object({ deploymentConfigName: text }),
  handle: async (input, { ports, issued }) => {
    const name = requireDeploymentConfigName(input.deploymentConfigName);
    checkDeploymentConfigName(name);
    if (predefinedDeploymentConfig(name)) refusePredefinedDeletion(name);
    const found = await read<DeploymentConfigRow>(ports.rows, rowKeys.deploymentConfig(name));
    if (found === undefined) return undefined;
    const usedByDeploymentGroups = await groupsThatUse(ports.rows, name);
    await execute(ports, issued, [
      commandTo(deploymentConfig, `deployment-config#${found.deploymentConfigId}`, {
        type: 'DeleteDeploymentConfig',
        data: { usedByDeploymentGroups },
      }),
    ]);
    return undefined;
  },
});

/** The groups of a deleted application have kept their rows, and no longer count. */
async function groupsThatUse(rows: RowReader, configName: string): Promise<readonly string[]> {
  const { pk } = rowKeys.groupOfDeploymentConfig(configName, '');
  const names: string[] = [];
  for await (const { data } of everyRow(rows, { pk, limit: PAGE_SIZE })) {
    const { applicationId, deploymentGroupName } = JSON.parse(data) as DeploymentGroupReferenceRow;
    if ((await applicationOf(rows, applicationId)) !== undefined) names.push(deploymentGroupName);
  }
  return names;
}
