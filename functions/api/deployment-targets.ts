import * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import {
  TARGET_ID,
  checkLabels,
  checkStatuses,
  pageOfTargets,
  refuseUnstarted,
  targetNamed,
} from './known-target.ts';
import type { CallContext } from './operation.ts';
import { operation } from './operation.ts';
import { nextTokenOf, positionOf } from './page.ts';

const text = z.string().exactOptional();

export const getDeploymentTarget = operation({
  name: 'GetDeploymentTarget',
  input: z.object({ deploymentId: text, targetId: text }),
  handle: async ({ targetId = '', ...input }, context) => {
    const deploymentId = requiredFirst(input.deploymentId, targetId);
    checkTargetId(targetId);
    const { row } = await knownDeployment(context.ports, deploymentId);
    refuseUnstarted(row);
    return { deploymentTarget: await targetInfo(context, row, targetId) };
  },
});

/** A Lambda deployment has one target, so that for such a one this asks for exactly one. */
export const batchGetDeploymentTargets = operation({
  name: 'BatchGetDeploymentTargets',
  input: z.object({ deploymentId: text, targetIds: z.array(z.string()).exactOptional() }),
  handle: async ({ targetIds = [], ...input }, context) => {
    const deploymentId = requiredFirst(input.deploymentId, targetIds[0]);
    checkCount(targetIds, MOST_TARGETS, `One call answers for at most ${MOST_TARGETS} targets`);
    targetIds.forEach(checkTargetId);
    const { row } = await knownDeployment(context.ports, deploymentId);
    refuseUnstarted(row);
    if (row.created.computePlatform === 'Lambda')
      checkCount(targetIds, 1, 'A Lambda deployment has one target');
    const infos = targetIds.map((targetId) => targetInfo(context, row, targetId));
    return { deploymentTargets: await Promise.all(infos) };
  },
});

/** The service's own limit. */
const MOST_TARGETS = 25;

function checkCount(targetIds: readonly string[], most: number, why: string): void {
  if (targetIds.length <= most) return;
  const message = `${why}, and ${targetIds.length} are asked for. Name fewer.`;
  throw new Refusal('DeploymentTargetListSizeExceededException', message);
}

function checkTargetId(targetId: string): void {
  if (TARGET_ID.test(targetId)) return;
  throw new Refusal(
    'InvalidDeploymentTargetIdException',
    `The target id ${quoted(targetId)} is invalid. That of a Lambda deployment is FUNCTION:TARGETVERSION, ` +
      'that of a server its instance id or its on-premises name.',
  );
}

async function targetInfo({ ports, home }: CallContext, row: DeploymentRow, targetId: string) {
  const target = await targetNamed(ports, row, targetId, home);
  if (target === undefined) {
    throw new Refusal(
      'DeploymentTargetDoesNotExistException',
      `The deployment ${row.created.deploymentId} has no target ${quoted(targetId)}.`,
    );
  }
  return target.info;
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
    const listing = {
      operation: 'ListDeploymentTargets',
      filters: [deploymentId, JSON.stringify(targetFilters)],
    };
    const after = positionOf(ports.system, listing, input.nextToken);
    const { row } = await knownDeployment(ports, deploymentId);
    const { TargetStatus: statuses = [], ServerInstanceLabel: labels = [] } = targetFilters;
    const { targets, position } = await pageOfTargets(ports, row, { statuses, labels }, after);
    return {
      targetIds: targets.map(({ targetId }) => targetId),
      ...nextTokenOf(ports.system, listing, position),
    };
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
