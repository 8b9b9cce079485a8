import { parseLambdaAppSpec } from '../../core/appspec/lambda-appspec.ts';
import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { RevisionRow } from '../../core/registry/revision.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import {
  isLambdaTarget,
  lambdaInstanceSummary,
  lambdaTargetId,
  lambdaTargetInfo,
} from '../../core/views/lambda-target-info.ts';
import { lambdaTargetStatus } from '../../core/views/lambda-target-status.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { read } from '../runtime/registered.ts';
import type { ListedTarget, ShownTarget } from './known-target.ts';

/** The target of a Lambda deployment, by any of its names; undefined where this is none of them. */
export async function lambdaTarget(
  rows: RowReader,
  row: DeploymentRow,
  id: string,
  home: FunctionHome,
): Promise<ShownTarget | undefined> {
  const target = await targetOf(rows, row);
  if (target === undefined || !isLambdaTarget(target, id)) return undefined;
  return {
    ...listed(row, target),
    info: lambdaTargetInfo(row, target, home),
    summary: lambdaInstanceSummary(row, target),
  };
}

/** It has one, or none that is known. */
export async function listedLambdaTargets(
  rows: RowReader,
  row: DeploymentRow,
): Promise<readonly ListedTarget[]> {
  const target = await targetOf(rows, row);
  return target === undefined ? [] : [listed(row, target)];
}

function listed(row: DeploymentRow, target: LambdaTarget): ListedTarget {
  const id = lambdaTargetId(target);
  return { targetId: id, instanceId: id, status: lambdaTargetStatus(row) };
}

/**
 * One that ended before its admission recorded the target still shows what its AppSpec names; where that cannot be read
 * there is none.
 */
async function targetOf(
  rows: RowReader,
  { admission, created }: DeploymentRow,
): Promise<LambdaTarget | undefined> {
  if (admission !== undefined) return admission.target;
  if (created.computePlatform === 'Lambda' && created.rollbackOf !== undefined) {
    const { target, versionBefore } = created.rollbackOf;
    return { ...target, currentVersion: target.targetVersion, targetVersion: versionBefore };
  }
  const revision = await read<RevisionRow>(rows, rowKeys.revision(created.revision.revisionId));
  // What lies in S3 only the group's role may read.
  const reading = revision?.content === undefined ? undefined : parseLambdaAppSpec(revision.content);
  if (reading?.status !== 'parsed') return undefined;
  const { hooks: _, ...target } = reading.appSpec;
  return target;
}
