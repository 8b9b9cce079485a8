import * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import { checkBatch } from './batch.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import { TARGET_ID, checkLabels, checkStatuses, pageOfTargets, targetNamed } from './known-target.ts';
import { operation } from './operation.ts';
import { nextTokenOf, positionOf } from './page.ts';

/**
 * The operations that came before those on targets, and that old clients still call. A Lambda deployment answers with
 * its one target as if that were an instance. An instance of EC2 is answered as its ARN, and found by its id as well.
 */
const text = z.string().exactOptional();
const texts = z.array(z.string()).exactOptional();

export const getDeploymentInstance = operation({
  name: 'GetDeploymentInstance',
  input: z.object({ deploymentId: text, instanceId: text }),
  handle: async (input, { ports, home }) => {
    const [deploymentId, [instanceId = '']] = idsOf(input.deploymentId, [input.instanceId ?? '']);
    checkInstanceId(instanceId);
    const { row } = await knownDeployment(ports, deploymentId);
    const target = await targetNamed(ports, row, instanceId, home);
    if (target === undefined) {
      throw new Refusal(
        'InstanceDoesNotExistException',
        `The deployment ${deploymentId} has no target ${quoted(instanceId)}.`,
      );
    }
    return { instanceSummary: target.summary };
  },
});

/** Unknown ones are told in the errorMessage, which is empty where there are none. */
export const batchGetDeploymentInstances = operation({
  name: 'BatchGetDeploymentInstances',
  input: z.object({ deploymentId: text, instanceIds: texts }),
  handle: async (input, { ports, home }) => {
    const [deploymentId, instanceIds] = idsOf(input.deploymentId, input.instanceIds ?? []);
    checkBatch(instanceIds, MOST_INSTANCES, 'instanceIds');
    instanceIds.forEach(checkInstanceId);
    const { row } = await knownDeployment(ports, deploymentId);
    const found = await Promise.all(instanceIds.map((id) => targetNamed(ports, row, id, home)));
    const unknown = instanceIds.filter((_, index) => found[index] === undefined);
    // Several names of one target are answered once.
    const targets = new Map(found.flatMap((target) => (target ? [[target.targetId, target] as const] : [])));
    return {
      instancesSummary: [...targets.values()].map(({ summary }) => summary),
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
    const { targets, position } = await pageOfTargets(ports, row, { statuses, labels }, after);
    return {
      instancesList: targets.map(({ instanceId }) => instanceId),
      ...nextTokenOf(ports.system, listing, position),
    };
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
    `The instance id ${quoted(instanceId)} is invalid. It is that of an EC2 instance or its ARN, the name of an ` +
      'on-premises instance, or FUNCTION:TARGETVERSION for a Lambda deployment.',
  );
}
