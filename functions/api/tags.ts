import * as z from 'zod';
import { application } from '../../core/registry/application.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import { applicationDoesNotExist, deploymentGroupDoesNotExist } from '../../core/registry/names.ts';
import type { TaggableResource } from '../../core/registry/resource-arn.ts';
import { nothingAt, requireResourceArn, taggableResourceOf } from '../../core/registry/resource-arn.ts';
import { tagsShape } from '../../core/registry/shapes.ts';
import type { TagsRow } from '../../core/registry/tags.ts';
import { tagsOf } from '../../core/registry/tags.ts';
import { Refusal } from '../../core/refusal.ts';
import { unreachable } from '../../core/unreachable.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { findApplication, findDeploymentGroup, read } from '../runtime/registered.ts';
import { operation } from './operation.ts';

const text = z.string().exactOptional();

export const tagResource = operation({
  name: 'TagResource',
  input: z.object({ ResourceArn: text, Tags: tagsShape.exactOptional() }),
  handle: async ({ ResourceArn, Tags = [] }, { ports, issued, home }) => {
    const arn = requireResourceArn(ResourceArn);
    if (Tags.length === 0) throw tagRequired('Tags');
    const resource = taggableResourceOf(arn, home);
    const tags = tagsOf(Tags);
    const found = await foundAt(ports.rows, resource);
    await execute(ports, issued, [
      found.type === 'application'
        ? commandTo(application, `application#${found.id}`, {
            type: 'TagApplication',
            data: { applicationName: found.name, tags },
          })
        : commandTo(deploymentGroup, `deployment-group#${found.id}`, {
            type: 'TagDeploymentGroup',
            data: { deploymentGroupName: found.name, tags },
          }),
    ]);
    return {};
  },
});

/** Keys that the resource does not have are passed over. */
export const untagResource = operation({
  name: 'UntagResource',
  input: z.object({ ResourceArn: text, TagKeys: z.array(z.string()).exactOptional() }),
  handle: async ({ ResourceArn, TagKeys: tagKeys = [] }, { ports, issued, home }) => {
    const arn = requireResourceArn(ResourceArn);
    if (tagKeys.length === 0) throw tagRequired('TagKeys');
    const found = await foundAt(ports.rows, taggableResourceOf(arn, home));
    await execute(ports, issued, [
      found.type === 'application'
        ? commandTo(application, `application#${found.id}`, {
            type: 'UntagApplication',
            data: { applicationName: found.name, tagKeys },
          })
        : commandTo(deploymentGroup, `deployment-group#${found.id}`, {
            type: 'UntagDeploymentGroup',
            data: { deploymentGroupName: found.name, tagKeys },
          }),
    ]);
    return {};
  },
});

/** A resource has fewer tags than a page takes, so that no answer carries a token and none can be given back. */
export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  input: z.object({ ResourceArn: text, NextToken: text }),
  handle: async ({ ResourceArn, NextToken = '' }, { ports, home }) => {
    const arn = requireResourceArn(ResourceArn);
    const resource = taggableResourceOf(arn, home);
    if (NextToken !== '') {
      // The operation declares no error for a token; this one is common to all services.
      throw new Refusal('ValidationError', 'The NextToken is invalid: no answer of this operation has one.');
    }
    const found = await findAt(ports.rows, resource);
    if (found === undefined) throw nothingAt(arn);
    const key =
      found.type === 'application'
        ? rowKeys.tagsOfApplication(found.id)
        : rowKeys.tagsOfDeploymentGroup(found.id);
    const row = await read<TagsRow>(ports.rows, key);
    return { Tags: row?.tags ?? [] };
  },
});

interface Found {
  readonly type: TaggableResource['type'];
  readonly id: string;
  readonly name: string;
}

/** Throws ApplicationDoesNotExistException and DeploymentGroupDoesNotExistException. */
async function foundAt(rows: RowReader, resource: TaggableResource): Promise<Found> {
  const found = await findAt(rows, resource);
  if (found !== undefined) return found;
  if (resource.type === 'deploymentgroup' && (await findApplication(rows, resource.applicationName))) {
    throw deploymentGroupDoesNotExist(resource.deploymentGroupName);
  }
  throw applicationDoesNotExist(resource.applicationName);
}

async function findAt(rows: RowReader, resource: TaggableResource): Promise<Found | undefined> {
  const { type, applicationName } = resource;
  const parent = await findApplication(rows, applicationName);
  if (parent === undefined) return undefined;
  switch (type) {
    case 'application':
      return { type, id: parent.applicationId, name: applicationName };
    case 'deploymentgroup': {
      const group = await findDeploymentGroup(rows, parent.applicationId, resource.deploymentGroupName);
      return group && { type, id: group.deploymentGroupId, name: group.deploymentGroupName };
    }
    default:
      return unreachable(type);
  }
}

function tagRequired(member: string): Refusal {
  return new Refusal('TagRequiredException', `Give at least one tag: ${member} is missing or empty.`);
}
