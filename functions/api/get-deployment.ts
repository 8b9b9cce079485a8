import * as z from 'zod';
import { deploymentInfo } from '../../core/views/deployment-info.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import { operation } from './operation.ts';
import { read } from '../runtime/registered.ts';

export const getDeployment = operation({
  name: 'GetDeployment',
  input: z.object({ deploymentId: z.string().exactOptional() }),
  handle: async (input, { ports }) => {
    const { row, ...names } = await knownDeployment(ports, deploymentIdOf(input.deploymentId));
    const rollback = await rollbackOf(ports.rows, row);
    return { deploymentInfo: deploymentInfo(row, { ...names, rollback }) };
  },
});

async function rollbackOf(rows: RowReader, { end }: DeploymentRow): Promise<DeploymentRow | undefined> {
  if (end?.status !== 'Early' || end.rollback.status !== 'triggered') return undefined;
  return read<DeploymentRow>(rows, rowKeys.deployment(end.rollback.deploymentId));
}
