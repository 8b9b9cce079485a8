import type { LambdaTarget } from '../core/deployments/deployment-events.ts';
import { homeVersion } from '../core/deployments/deployment-state.ts';
import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { rowKeys } from '../core/views/row-keys.ts';
import { type RowReader, everyRow } from '../functions/adapters/row-reader.ts';
import { deploymentOf } from '../functions/runtime/registered.ts';
import { CannotDo } from './command.ts';
import { reasonWords } from './deployment-words.ts';
import { type KnownGroup, placeOf } from './known-deployment.ts';
import { oneLine } from './lines.ts';

/** From the version in place to an earlier one. */
export interface WayBack {
  readonly target: LambdaTarget;
  /** Why that one, in words. */
  readonly because: string;
}

/** Undefined where a version of a function can be gone back to: servers keep none, and get an earlier revision anew. */
export function wayBackOfServers(group: KnownGroup): string | undefined {
  const { applicationName, deploymentGroupName, computePlatform } = group;
  return computePlatform === 'Server'
    ? 'Servers go back by an earlier revision, deployed again: npx sluice redeploy ID, with an ID from ' +
        `npx sluice list --application ${applicationName} --group ${deploymentGroupName} --status Succeeded`
    : undefined;
}

/** To the version that this deployment brought. Throws CannotDo where it brought none, or that one is in place. */
export async function backToDeployment(reader: RowReader, row: DeploymentRow): Promise<WayBack> {
  const { deploymentId, deploymentGroupId } = row.created;
  const target = row.admission?.target;
  if (row.status !== 'Succeeded' || target === undefined) {
    throw new CannotDo(
      `${deploymentId} has not succeeded (${row.status}), so that there is nothing good to go back to. ` +
        '`sluice list --status Succeeded` lists those that have.',
    );
  }
  const present = await lastToMove(reader, deploymentGroupId, target);
  const currentVersion = versionLeftBy(present ?? row);
  if (currentVersion === target.targetVersion) {
    throw new CannotDo(
      `version ${target.targetVersion}, which ${deploymentId} deployed, is in place already.`,
    );
  }
  return { target: { ...target, currentVersion }, because: `which ${deploymentId} deployed` };
}

/** To the last good version before the present one. Throws CannotDo where there is none. */
export async function backBeforePresent(reader: RowReader, group: KnownGroup): Promise<WayBack> {
  const present = await lastToMove(reader, group.deploymentGroupId);
  if (present?.admission === undefined) {
    throw new CannotDo(
      `nothing was deployed lately in ${placeOf(group)}, so that it is not known what is in place. ` +
        '`sluice list --status Succeeded` lists what to go back to by its id.',
    );
  }
  const { target } = present.admission;
  const currentVersion = versionLeftBy(present);
  let oldest = present;
  // What succeeded on this function and alias, newest first.
  const { pk } = rowKeys.lastGood(group.deploymentGroupId, target.functionName, target.functionAlias, 0, '');
  for await (const { data } of everyRow(reader, { pk, limit: PAGE })) {
    const { deploymentId, targetVersion } = JSON.parse(data) as Good;
    if (targetVersion !== currentVersion) {
      return {
        target: { ...target, currentVersion, targetVersion },
        because: `which ${deploymentId} deployed`,
      };
    }
    oldest = (await deploymentOf(reader, deploymentId)) ?? oldest;
  }
  const versionBefore = oldest.admission?.versionBefore;
  if (versionBefore === undefined || versionBefore === currentVersion) {
    throw new CannotDo(
      `${placeOf(group)} has never had another version than ${currentVersion} of ${target.functionName}, ` +
        'so that there is no way back.',
    );
  }
  return {
    target: { ...target, currentVersion, targetVersion: versionBefore },
    because: `which was there before ${oldest.created.deploymentId}`,
  };
}

/** A group that failed so often before it touched anything has other worries than going back. */
const LATEST = 50;

/** The newest deployment of the group that was admitted to an alias: to this one, where it is given. */
async function lastToMove(
  reader: RowReader,
  deploymentGroupId: string,
  alias?: Pick<LambdaTarget, 'functionName' | 'functionAlias'>,
): Promise<DeploymentRow | undefined> {
  const { pk } = rowKeys.deploymentOfGroup(deploymentGroupId, 0, '');
  const { rows } = await reader.query({ pk, limit: LATEST });
  for (const { data } of rows) {
    const row = await deploymentOf(reader, (JSON.parse(data) as Pick<Good, 'deploymentId'>).deploymentId);
    const target = row?.admission?.target;
    if (target === undefined) continue;
    const isSame =
      alias?.functionName === target.functionName && alias.functionAlias === target.functionAlias;
    if (alias === undefined || isSame) return row;
  }
  return undefined;
}

/** A deployment that ended early leaves its target in place where all traffic was there already. */
function versionLeftBy(row: DeploymentRow): string {
  if (row.leftWeighted !== undefined) {
    throw new CannotDo(
      `it is not known what is in place, since ${row.created.deploymentId} could not put it back: ${reasonWords(row)}`,
    );
  }
  if (row.restore?.status === 'done' && row.restore.outcome === 'left-alone') {
    throw new CannotDo(
      `it is not known what is in place after ${row.created.deploymentId}: ${oneLine(row.restore.message)}`,
    );
  }
  const target = row.admission?.target.targetVersion;
  const version = row.traffic.weight === ALL ? target : homeVersion(row);
  if (version === undefined) throw new Error('an admitted deployment has a target');
  return version;
}

/** Percent. */
const ALL = 100;

interface Good {
  readonly deploymentId: string;
  readonly targetVersion: string;
}

/** Most look no further than the first few; a version that was deployed a hundred times over is passed by in pages. */
const PAGE = 20;
