import * as z from 'zod';
import type { DeploymentGroupRow } from '../../core/registry/deployment-group.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import {
  checkApplicationName,
  checkDeploymentGroupName,
  requireApplicationName,
  requireDeploymentGroupName,
} from '../../core/registry/names.ts';
import type { LastDeployment } from '../../core/views/deployment-group-info.ts';
import { deploymentGroupInfo } from '../../core/views/deployment-group-info.ts';
import type { DeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { checkBatch } from './batch.ts';
import { operation } from './operation.ts';
import { PAGE_SIZE, nextTokenOf, positionOf } from './page.ts';
import {
  applicationNamed,
  deploymentGroupNamed,
  deploymentOf,
  newestDeploymentId,
  findApplication,
  findDeploymentGroup,
} from '../runtime/registered.ts';

const text = z.string().exactOptional();
const bothNames = z.object({ applicationName: text, deploymentGroupName: text });

export const getDeploymentGroup = operation({
  name: 'GetDeploymentGroup',
  input: bothNames,
  handle: async (input, { ports }) => {
    const { applicationName, deploymentGroupName } = namesOf(input);
    const { rows } = ports;
    const { applicationId } = await applicationNamed(rows, applicationName);
    const group = await deploymentGroupNamed(rows, applicationId, deploymentGroupName);
    return { deploymentGroupInfo: await infoOf(rows, group, applicationName) };
  },
});

/** Unknown names are told in the errorMessage, which is empty where there are none. */
export const batchGetDeploymentGroups = operation({
  name: 'BatchGetDeploymentGroups',
  input: z.object({ applicationName: text, deploymentGroupNames: z.array(z.string()).exactOptional() }),
  handle: async ({ deploymentGroupNames = [], ...input }, { ports: { rows } }) => {
    const applicationName = requireApplicationName(input.applicationName);
    requireDeploymentGroupName(deploymentGroupNames[0]);
    const names = deploymentGroupNames.map(requireDeploymentGroupName);
    checkApplicationName(applicationName);
    checkBatch(names, MOST_GROUPS, 'deploymentGroupNames');
    names.forEach(checkDeploymentGroupName);
    const { applicationId } = await applicationNamed(rows, applicationName);
    const groups = await Promise.all(names.map((name) => findDeploymentGroup(rows, applicationId, name)));
    const found = groups.filter((group) => group !== undefined);
    const unknown = names.filter((_, index) => groups[index] === undefined);
    return {
      deploymentGroupsInfo: await Promise.all(found.map((group) => infoOf(rows, group, applicationName))),
      errorMessage: unknown.length === 0 ? '' : `No deployment groups found for names: ${unknown.join(', ')}`,
    };
  },
});

/** The service states no limit; this one is that of its other batches of names. */
const MOST_GROUPS = 100;

async function infoOf(rows: RowReader, group: DeploymentGroupRow, applicationName: string) {
  const { deploymentGroupId } = group;
  const attempted = await newest(rows, rowKeys.deploymentOfGroup(deploymentGroupId, 0, '').pk);
  const successful = await newest(
    rows,
    rowKeys.deploymentOfGroupByStatus(deploymentGroupId, 'Succeeded', 0, '').pk,
  );
  return deploymentGroupInfo(group, {
    applicationName,
    lastAttemptedDeployment: lastDeployment(attempted),
    lastSuccessfulDeployment: lastDeployment(successful),
    // Whatever was accepted last is what the group is to have, a rollback included.
    targetRevision: attempted?.created.revision.location,
  });
}

async function newest(rows: RowReader, pk: string): Promise<DeploymentRow | undefined> {
  const deploymentId = await newestDeploymentId(rows, pk);
  return deploymentId === undefined ? undefined : deploymentOf(rows, deploymentId);
}

function lastDeployment(row: DeploymentRow | undefined): LastDeployment | undefined {
  if (row === undefined) return undefined;
  const { created, status, createdAt, completedAt } = row;
  const ended = completedAt !== undefined && { endedAt: completedAt };
  return { deploymentId: created.deploymentId, status, createdAt, ...ended };
}

export const listDeploymentGroups = operation({
  name: 'ListDeploymentGroups',
  input: z.object({ applicationName: text, nextToken: text }),
  handle: async (input, { ports }) => {
    const applicationName = requireApplicationName(input.applicationName);
    checkApplicationName(applicationName);
    const listing = { operation: 'ListDeploymentGroups', filters: [applicationName] };
    const after = positionOf(ports.system, listing, input.nextToken);
    const { applicationId } = await applicationNamed(ports.rows, applicationName);
    const { pk } = rowKeys.deploymentGroupName(applicationId, '');
    const page = await ports.rows.query({ pk, limit: PAGE_SIZE, after });
    const deploymentGroups = page.rows.map(({ sk }) => sk);
    const position = page.more ? deploymentGroups.at(-1) : undefined;
    return { applicationName, deploymentGroups, ...nextTokenOf(ports.system, listing, position) };
  },
});

/** Deleting what is not there is a success: no error is declared that could say so. */
export const deleteDeploymentGroup = operation({
  name: 'DeleteDeploymentGroup',
  input: bothNames,
  handle: async (input, { ports, issued }) => {
    const { applicationName, deploymentGroupName } = namesOf(input);
    const application = await findApplication(ports.rows, applicationName);
    const group =
      application && (await findDeploymentGroup(ports.rows, application.applicationId, deploymentGroupName));
    if (group !== undefined) {
      await execute(ports, issued, [
        commandTo(deploymentGroup, `deployment-group#${group.deploymentGroupId}`, {
          type: 'DeleteDeploymentGroup',
          data: {},
        }),
      ]);
    }
    // No hooks are put on Auto Scaling groups yet.
    return { hooksNotCleanedUp: [] };
  },
});

function namesOf(input: z.infer<typeof bothNames>) {
  const applicationName = requireApplicationName(input.applicationName);
  const deploymentGroupName = requireDeploymentGroupName(input.deploymentGroupName);
  checkApplicationName(applicationName);
  checkDeploymentGroupName(deploymentGroupName);
  return { applicationName, deploymentGroupName };
}
