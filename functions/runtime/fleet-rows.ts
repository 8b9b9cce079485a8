import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import type { TargetResult } from '../../core/deployments/fleet-plan.ts';
import { chunkOf, TARGETS_OF_A_CHUNK } from '../../core/views/deployment-rows.ts';
import type { OpenDeploymentRow } from '../../core/views/deployment-rows.ts';
import type { FleetSummary } from '../../core/views/fleet-summary.ts';
import { noTargets, withTarget } from '../../core/views/fleet-summary.ts';
import type { QueuedCommandRow, TargetRow } from '../../core/views/target-rows.ts';
import { headOf } from '../../core/views/target-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { everyRow } from '../adapters/row-reader.ts';
import { read } from './registered.ts';

/** A target's row is about 3 KB, and a page of a query 1 MB. */
const ROWS_AT_A_TIME = 200;

/** The targets of a deployment in the order of start; none before they are known. */
export async function fleetTargets(
  rows: Pick<RowReader, 'query'>,
  deploymentId: string,
): Promise<readonly FleetTarget[]> {
  const { pk } = rowKeys.fleetChunk(deploymentId, 0);
  const targets: FleetTarget[] = [];
  for await (const { data } of everyRow(rows, { pk, limit: ROWS_AT_A_TIME })) {
    targets.push(...(JSON.parse(data) as { readonly targets: readonly FleetTarget[] }).targets);
  }
  return targets;
}

/** The target at one position, with one small read. */
export async function fleetTargetAt(
  rows: Pick<RowReader, 'get'>,
  deploymentId: string,
  position: number,
): Promise<FleetTarget | undefined> {
  const key = rowKeys.fleetChunk(deploymentId, chunkOf(position));
  const chunk = await read<{ readonly targets: readonly FleetTarget[] }>(rows, key);
  return chunk?.targets[position % TARGETS_OF_A_CHUNK];
}

/** The targets that were claimed so far, by id. */
export async function claimedTargets(
  rows: Pick<RowReader, 'query'>,
  deploymentId: string,
): Promise<readonly TargetRow[]> {
  const targets: TargetRow[] = [];
  for await (const target of everyClaimedTarget(rows, deploymentId)) targets.push(target);
  return targets;
}

/** The same one after the other, so that they are not all held at once. */
export async function* everyClaimedTarget(
  rows: Pick<RowReader, 'query'>,
  deploymentId: string,
): AsyncGenerator<TargetRow, void, undefined> {
  const { pk } = rowKeys.target(deploymentId, '');
  for await (const { data } of everyRow(rows, { pk, limit: ROWS_AT_A_TIME }))
    yield JSON.parse(data) as TargetRow;
}

export async function fleetSummary(
  rows: Pick<RowReader, 'query'>,
  deploymentId: string,
): Promise<FleetSummary> {
  let summary = noTargets;
  for await (const target of everyClaimedTarget(rows, deploymentId)) summary = withTarget(summary, target);
  return summary;
}

export function claimedTarget(
  rows: Pick<RowReader, 'get'>,
  deploymentId: string,
  targetId: string,
): Promise<TargetRow | undefined> {
  return read<TargetRow>(rows, rowKeys.target(deploymentId, targetId));
}

export function openDeployment(
  rows: Pick<RowReader, 'get'>,
  deploymentId: string,
): Promise<OpenDeploymentRow | undefined> {
  return read<OpenDeploymentRow>(rows, rowKeys.openDeployment(deploymentId));
}

/** The ids of the Server deployments that are active; of more than `most` only as many. */
export async function activeFleets(rows: Pick<RowReader, 'query'>, most: number): Promise<readonly string[]> {
  const { pk } = rowKeys.activeFleet('');
  return (await rows.query({ pk, limit: most })).rows.map(({ sk }) => sk);
}

/** More commands at once than any host has: there is one for each deployment that is at work on it. */
const COMMANDS_OF_A_HOST = 50;

/** The unfinished commands of a host, oldest first. */
export async function queueOf(
  rows: Pick<RowReader, 'query'>,
  hostIdentifier: string,
): Promise<readonly QueuedCommandRow[]> {
  const { pk } = rowKeys.hostCommand(hostIdentifier, 0, '');
  const page = await rows.query({ pk, from: 'queued#', to: 'queued#~', limit: COMMANDS_OF_A_HOST });
  return page.rows.map(({ data }) => JSON.parse(data) as QueuedCommandRow);
}

/** The command that a host is at work on, or else the first in its queue; undefined where it has none. */
export async function headOfQueue(
  rows: Pick<RowReader, 'query'>,
  hostIdentifier: string,
): Promise<QueuedCommandRow | undefined> {
  return headOf(await queueOf(rows, hostIdentifier));
}

/** Of each position. */
export function resultsOf(
  targets: readonly FleetTarget[],
  claimed: readonly TargetRow[],
): readonly TargetResult[] {
  const statuses = new Map(claimed.map((row) => [row.claimed.targetId, row.status]));
  return targets.map(({ targetId }): TargetResult => {
    const status = statuses.get(targetId);
    switch (status) {
      case undefined:
        return 'unclaimed';
      case 'InProgress':
        return 'in-flight';
      case 'Succeeded':
        return 'succeeded';
      case 'Failed':
      case 'Skipped':
        return 'failed';
      default:
        return status satisfies never;
    }
  });
}
