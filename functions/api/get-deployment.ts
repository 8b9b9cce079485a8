import * as z from 'zod';
import { checkDeploymentId, requireDeploymentId } from '../../core/registry/names.ts';
import { deploymentInfo } from '../../core/views/deployment-info.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { recordedSummary } from '../../core/views/fleet-summary.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { checkBatch } from './batch.ts';
import type { KnownDeployment } from './known-deployment.ts';
import { deploymentIdOf, findDeployment, knownDeployment } from './known-deployment.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';
import { fleetSummary } from '../runtime/fleet-rows.ts';
import { inBatches } from '../runtime/in-batches.ts';
import { deploymentOf } from '../runtime/registered.ts';

export const getDeployment = operation({
  name: 'GetDeployment',
  input: z.object({ deploymentId: z.string().exactOptional() }),
  handle: async (input, { ports }) => {
    const known = await knownDeployment(ports, deploymentIdOf(input.deploymentId));
    return { deploymentInfo: await infoOf(ports, known) };
  },
});

/** Unknown ids are left out in silence; a malformed one fails the call. */
export const batchGetDeployments = operation({
  name: 'BatchGetDeployments',
  input: z.object({ deploymentIds: z.array(z.string()).exactOptional() }),
  handle: async ({ deploymentIds = [] }, { ports }) => {
    requireDeploymentId(deploymentIds[0]);
    deploymentIds.forEach(requireDeploymentId);
    checkBatch(deploymentIds, MOST_DEPLOYMENTS, 'deploymentIds');
    deploymentIds.forEach(checkDeploymentId);
    const found = await Promise.all(deploymentIds.map((id) => findDeployment(ports, id)));
    const known = found.filter((one) => one !== undefined);
    return { deploymentsInfo: await inBatches(known, INFOS_AT_ONCE, (one) => infoOf(ports, one)) };
  },
});

/** Published limits differ (25, 100); the wider one refuses nobody who keeps to the other. */
const MOST_DEPLOYMENTS = 100;

/** Of a fleet under way its targets are read, up to 600 KB at a time. */
const INFOS_AT_ONCE = 10;

async function infoOf(ports: ApiPorts, { row, ...names }: KnownDeployment) {
  const rollback = await rollbackOf(ports.rows, row);
  if (row.fleet === undefined) return deploymentInfo(row, { ...names, rollback });
  const fleet = recordedSummary(row) ?? (await fleetSummary(ports.rows, row.created.deploymentId));
  return deploymentInfo(row, { ...names, rollback, fleet });
}

async function rollbackOf(rows: RowReader, { end }: DeploymentRow): Promise<DeploymentRow | undefined> {
  if (end?.status !== 'Early' || end.rollback.status !== 'triggered') return undefined;
  return deploymentOf(rows, end.rollback.deploymentId);
}
