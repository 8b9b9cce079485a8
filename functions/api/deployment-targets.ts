import * as z from 'zod';
import { parseLambdaAppSpec } from '../../core/appspec/lambda-appspec.ts';
import type { LambdaTarget } from '../../core/deployments/deployment-events.ts';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import type { RevisionRow } from '../../core/registry/revision.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { isLambdaTarget, lambdaTargetId, lambdaTargetInfo } from '../../core/views/lambda-target-info.ts';
import { TARGET_STATUSES, lambdaTargetStatus } from '../../core/views/lambda-target-status.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import { operation } from './operation.ts';
import { positionOf } from './page.ts';
import { read } from '../runtime/registered.ts';

const text = z.string().exactOptional();

export const getDeploymentTarget = operation({
  name: 'GetDeploymentTarget',
  input: z.object({ deploymentId: text, targetId: text }),
  handle: async (input, { ports, home }) => {
    const deploymentId = requiredFirst(input);
    const targetId = input.targetId ?? '';
    if (!TARGET_ID.test(targetId)) {
      throw new Refusal(
        'InvalidDeploymentTargetIdException',
        `The target id ${quoted(targetId)} is invalid. That of a Lambda deployment is FUNCTION:TARGETVERSION.`,
      );
    }
    const { row } = await knownDeployment(ports, deploymentId);
    refuseUnstarted(row);
    const target = await targetOf(ports.rows, row);
    if (target === undefined || !isLambdaTarget(target, targetId)) {
      throw new Refusal(
        'DeploymentTargetDoesNotExistException',
        `The deployment ${deploymentId} has no target ${quoted(targetId)}.`,
      );
    }
    return { deploymentTarget: lambdaTargetInfo(row, target, home) };
  },
});

/** Room for the ids of every platform: stack ids and instance ARNs are the longest. */
const TARGET_ID = /^[\x21-\x7e]{1,1024}$/;

/** Both ids are missed before the format of either is looked at. */
function requiredFirst({ deploymentId, targetId }: { deploymentId?: string; targetId?: string }): string {
  const isDeploymentMissing = deploymentId === undefined || deploymentId === '';
  if (!isDeploymentMissing && (targetId === undefined || targetId === '')) {
    throw new Refusal('DeploymentTargetIdRequiredException', 'Name the target: targetId is missing.');
  }
  return deploymentIdOf(deploymentId);
}

export const listDeploymentTargets = operation({
  name: 'ListDeploymentTargets',
  input: z.object({
    deploymentId: text,
    nextToken: text,
    targetFilters: z.record(z.string(), z.array(z.string())).exactOptional(),
  }),
  handle: async (input, { ports }) => {
    const deploymentId = deploymentIdOf(input.deploymentId);
    const { targetFilters = {} } = input;
    checkTargetFilters(targetFilters);
    const filters = [deploymentId, JSON.stringify(targetFilters)];
    const after = positionOf(ports.system, { operation: 'ListDeploymentTargets', filters }, input.nextToken);
    const { row } = await knownDeployment(ports, deploymentId);
    refuseUnstarted(row);
    const target = await targetOf(ports.rows, row);
    // One target fits every page, so that the only list behind a position is an empty one.
    const targets = target === undefined || after !== undefined ? [] : [target];
    return { targetIds: targets.filter(() => passes(row, targetFilters)).map(lambdaTargetId) };
  },
});

type TargetFilters = Readonly<Record<string, readonly string[]>>;

function checkTargetFilters(filters: TargetFilters): void {
  for (const [name, values] of Object.entries(filters)) {
    switch (name) {
      case 'TargetStatus':
        checkValues(values, TARGET_STATUSES, 'InvalidInstanceStatusException');
        break;
      case 'ServerInstanceLabel':
        checkValues(values, ['Blue', 'Green'], 'InvalidInstanceTypeException');
        break;
      default:
        throw new Refusal(
          'InvalidTargetFilterNameException',
          `The target filter ${quoted(name)} is unknown. Valid are TargetStatus and ServerInstanceLabel.`,
        );
    }
  }
}

function checkValues(values: readonly string[], valid: readonly string[], code: string): void {
  const wrong = values.find((value) => !valid.includes(value));
  if (wrong !== undefined) {
    throw new Refusal(code, `The filter value ${quoted(wrong)} is unknown. Valid are ${valid.join(', ')}.`);
  }
}

/** All filters must match, each by any of its values; one without values filters nothing. A function has no label. */
function passes(row: DeploymentRow, { TargetStatus = [], ServerInstanceLabel = [] }: TargetFilters): boolean {
  const isWanted = TargetStatus.length === 0 || TargetStatus.includes(lambdaTargetStatus(row));
  return isWanted && ServerInstanceLabel.length === 0;
}

function refuseUnstarted({ status, created }: DeploymentRow): void {
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
async function targetOf(
  rows: RowReader,
  { admission, created }: DeploymentRow,
): Promise<LambdaTarget | undefined> {
  if (admission !== undefined) return admission.target;
  if (created.rollbackOf !== undefined) {
    const { target, versionBefore } = created.rollbackOf;
    return { ...target, currentVersion: target.targetVersion, targetVersion: versionBefore };
  }
  const revision = await read<RevisionRow>(rows, rowKeys.revision(created.revision.revisionId));
  const reading = revision && parseLambdaAppSpec(revision.content);
  if (reading?.status !== 'parsed') return undefined;
  const { hooks: _, ...target } = reading.appSpec;
  return target;
}
