import * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import { isLambdaTarget, lambdaTargetId, lambdaTargetInfo } from '../../core/views/lambda-target-info.ts';
import { lambdaTargetStatus } from '../../core/views/lambda-target-status.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import { TARGET_ID, checkLabels, checkStatuses, refuseUnstarted, targetOf } from './known-target.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';
import { positionOf } from './page.ts';

const text = z.string().exactOptional();

export const getDeploymentTarget = operation({
  name: 'GetDeploymentTarget',
  input: z.object({ deploymentId: text, targetId: text }),
  handle: async (input, { ports, home }) => {
    const deploymentId = requiredFirst(input.deploymentId, input.targetId);
    return { deploymentTarget: await targetInfo(ports, deploymentId, input.targetId ?? '', home) };
  },
});

/** A Lambda deployment has one target, so that this asks for exactly one. */
export const batchGetDeploymentTargets = operation({
  name: 'BatchGetDeploymentTargets',
  input: z.object({ deploymentId: text, targetIds: z.array(z.string()).exactOptional() }),
  handle: async ({ targetIds = [], ...input }, { ports, home }) => {
    const [targetId] = targetIds;
    const deploymentId = requiredFirst(input.deploymentId, targetId);
    if (targetId === undefined || targetIds.length > 1) {
      throw new Refusal(
        'DeploymentTargetListSizeExceededException',
        `A Lambda deployment has one target, and ${targetIds.length} are asked for. Name one.`,
      );
    }
    return { deploymentTargets: [await targetInfo(ports, deploymentId, targetId, home)] };
  },
});

async function targetInfo(ports: ApiPorts, deploymentId: string, targetId: string, home: FunctionHome) {
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
  return lambdaTargetInfo(row, target, home);
}

/** Both ids are missed before the format of either is looked at. */
function requiredFirst(deploymentId: string | undefined, targetId: string | undefined): string {
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
        checkStatuses(values);
        break;
      case 'ServerInstanceLabel':
        checkLabels(values);
        break;
      default:
        throw new Refusal(
          'InvalidTargetFilterNameException',
          `The target filter ${quoted(name)} is unknown. Valid are TargetStatus and ServerInstanceLabel.`,
        );
    }
  }
}

/** All filters must match, each by any of its values; one without values filters nothing. A function has no label. */
function passes(row: DeploymentRow, { TargetStatus = [], ServerInstanceLabel = [] }: TargetFilters): boolean {
  const isWanted = TargetStatus.length === 0 || TargetStatus.includes(lambdaTargetStatus(row));
  return isWanted && ServerInstanceLabel.length === 0;
}
