import { parseLambdaAppSpec } from '../../core/appspec/lambda-appspec.ts';
import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import type { RevisionRow } from '../../core/registry/revision.ts';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { TARGET_STATUSES } from '../../core/views/lambda-target-status.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { read } from '../runtime/registered.ts';

/** Room for the ids of every platform: stack ids and instance ARNs are the longest. */
export const TARGET_ID = /^[\x21-\x7e]{1,1024}$/;

/** Throws InvalidInstanceStatusException: the word is that of the older operations, and means targets as well. */
export function checkStatuses(values: readonly string[]): void {
  checkValues(values, TARGET_STATUSES, 'InvalidInstanceStatusException');
}

/** Throws InvalidInstanceTypeException. */
export function checkLabels(values: readonly string[]): void {
  checkValues(values, ['Blue', 'Green'], 'InvalidInstanceTypeException');
}

function checkValues(values: readonly string[], valid: readonly string[], code: string): void {
  const wrong = values.find((value) => !valid.includes(value));
  if (wrong !== undefined) {
    throw new Refusal(code, `The filter value ${quoted(wrong)} is unknown. Valid are ${valid.join(', ')}.`);
  }
}

/** Throws DeploymentNotStartedException. */
export function refuseUnstarted({ status, created }: DeploymentRow): void {
  if (status === 'Created' || status === 'Queued') {
    throw new Refusal(
      'DeploymentNotStartedException',
      `The deployment ${created.deploymentId} has not started: its targets are not known yet.`,
    );
  }
}

/**
 * The one target of a Lambda deployment. One that ended before its admission recorded the target still shows what its
 * AppSpec names; where that cannot be read there is none.
 */
export async function targetOf(
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
