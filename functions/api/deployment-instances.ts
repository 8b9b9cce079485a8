import * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import {
  isLambdaTarget,
  lambdaInstanceSummary,
  lambdaTargetId,
} from '../../core/views/lambda-target-info.ts';
import { lambdaTargetStatus } from '../../core/views/lambda-target-status.ts';
import { checkBatch } from './batch.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import { TARGET_ID, checkLabels, checkStatuses, refuseUnstarted, targetOf } from './known-target.ts';
import { operation } from './operation.ts';
import { positionOf } from './page.ts';

/**
 * The operations that came before those on targets, and that old clients still call. A Lambda deployment answers with
 * its one target as if that were an instance.
 */
const text = z.string().exactOptional();
const texts = z.array(z.string()).exactOptional();

export const getDeploymentInstance = operation({
  name: 'GetDeploymentInstance',
  input: z.object({ deploymentId: text, instanceId: text }),
  handle: async (input, { ports }) => {
    const [deploymentId, [instanceId = '']] = idsOf(input.deploymentId, [input.instanceId ?? '']);
    checkInstanceId(instanceId);
    const { row } = await knownDeployment(ports, deploymentId);
    const target = await targetOf(ports.rows, row);
    if (target === undefined || !isLambdaTarget(target, instanceId)) {
      throw new Refusal(
        'InstanceDoesNotExistException',
        `The deployment ${deploymentId} has no target ${quoted(instanceId)}.`,
      );
    }
    return { instanceSummary: lambdaInstanceSummary(row, target) };
  },
});

/** Unknown ones are told in the errorMessage, which is empty where there are none. */
export const batchGetDeploymentInstances = operation({
  name: 'BatchGetDeploymentInstances',
  input: z.object({ deploymentId: text, instanceIds: texts }),
  handle: async (input, { ports }) => {
    const [deploymentId, instanceIds] = idsOf(input.deploymentId, input.instanceIds ?? []);
    checkBatch(instanceIds, MOST_INSTANCES, 'instanceIds');
    instanceIds.forEach(checkInstanceId);
    const { row } = await knownDeployment(ports, deploymentId);
    const target = await targetOf(ports.rows, row);
    const isKnown = (id: string) => target !== undefined && isLambdaTarget(target, id);
    const unknown = instanceIds.filter((id) => !isKnown(id));
    return {
      instancesSummary:
        target === undefined || !instanceIds.some(isKnown) ? [] : [lambdaInstanceSummary(row, target)],
      errorMessage:
        unknown.length === 0 ? '' : `The deployment has no targets ${unknown.map(quoted).join(', ')}`,
    };
  },
});

const MOST_INSTANCES = 25;

export const listDeploymentInstances = operation({
  name: 'ListDeploymentInstances',
  input: z.object({
    deploymentId: text,
    nextToken: text,
    instanceStatusFilter: texts,
    instanceTypeFilter: texts,
  }),
  handle: async (input, { ports }) => {
    const deploymentId = deploymentIdOf(input.deploymentId);
    const { instanceStatusFilter: statuses = [], instanceTypeFilter: labels = [] } = input;
    checkStatuses(statuses);
    checkLabels(labels);
    const listing = { operation: 'ListDeploymentInstances', filters: [deploymentId, statuses, labels] };
    const after = positionOf(ports.system, listing, input.nextToken);
    const { row } = await knownDeployment(ports, deploymentId);
    refuseUnstarted(row);
    const target = await targetOf(ports.rows, row);
    // A function has no label, and one target fits every page.
    const isWanted = statuses.length === 0 || statuses.includes(lambdaTargetStatus(row));
    const isListed = isWanted && labels.length === 0 && after === undefined;
    return { instancesList: target !== undefined && isListed ? [lambdaTargetId(target)] : [] };
  },
});

/** Both are missed before the format of either is looked at. */
function idsOf(
  deploymentId: string | undefined,
  instanceIds: readonly string[],
): readonly [deploymentId: string, instanceIds: readonly string[]] {
  const isDeploymentMissing = deploymentId === undefined || deploymentId === '';
  if (!isDeploymentMissing && (instanceIds.length === 0 || instanceIds.includes(''))) {
    throw new Refusal('InstanceIdRequiredException', 'Name the target: an instance id is missing.');
  }
  return [deploymentIdOf(deploymentId), instanceIds];
}

function checkInstanceId(instanceId: string): void {
  if (TARGET_ID.test(instanceId)) return;
  throw new Refusal(
    'InvalidInstanceNameException',
    `The instance id ${quoted(instanceId)} is invalid. That of a Lambda deployment is FUNCTION:TARGETVERSION.`,
  );
}
