import * as z from 'zod';
import type { Issued } from '../../core/decider.ts';
import {
  checkInstanceName,
  instanceIsNotRegistered,
  requireInstanceName,
} from '../../core/registry/names.ts';
import type { OnPremisesInstanceRow } from '../../core/registry/on-premises-instance.ts';
import { onPremisesInstance } from '../../core/registry/on-premises-instance.ts';
import {
  onPremisesTagsOf,
  onPremisesTagsToAdd,
  tagsToRemoveOf,
} from '../../core/registry/on-premises-tags.ts';
import { tagsShape } from '../../core/registry/shapes.ts';
import type { Tag } from '../../core/registry/tags.ts';
import { Refusal } from '../../core/refusal.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { findOnPremisesInstance } from '../runtime/registered.ts';
import { streamOf } from './on-premises-instances.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';

const input = z.object({
  tags: tagsShape.exactOptional(),
  instanceNames: z.array(z.string()).exactOptional(),
});

/** What is there already is overwritten. */
export const addTagsToOnPremisesInstances = operation({
  name: 'AddTagsToOnPremisesInstances',
  input,
  handle: async ({ tags: given = [], instanceNames }, { ports, issued }) => {
    const tags = onPremisesTagsOf(given);
    const instances = await registeredInstances(ports, instanceNames);
    for (const instance of instances) onPremisesTagsToAdd(instance.tags, tags);
    await tagEach(ports, issued, instances, { type: 'TagOnPremisesInstance', tags });
    return undefined;
  },
});

/** Tags that an instance does not have, or has with another value, are passed over. */
export const removeTagsFromOnPremisesInstances = operation({
  name: 'RemoveTagsFromOnPremisesInstances',
  input,
  handle: async ({ tags: given = [], instanceNames }, { ports, issued }) => {
    const tags = tagsToRemoveOf(given);
    const instances = await registeredInstances(ports, instanceNames);
    await tagEach(ports, issued, instances, { type: 'UntagOnPremisesInstance', tags });
    return undefined;
  },
});

/** The service states no limit; this one is that of its batches of names. */
const MOST_INSTANCES = 100;

/** Each once. Throws InstanceNotRegisteredException where one is missing. */
async function registeredInstances(
  { rows }: ApiPorts,
  given: readonly string[] = [],
): Promise<readonly OnPremisesInstanceRow[]> {
  requireInstanceName(given[0]);
  const names = [...new Set(given.map(requireInstanceName))];
  if (names.length > MOST_INSTANCES) {
    throw new Refusal(
      'InstanceLimitExceededException',
      `instanceNames names ${names.length}, and at most ${MOST_INSTANCES} may be tagged at once. Split the call.`,
    );
  }
  names.forEach(checkInstanceName);
  return Promise.all(
    names.map(async (name) => {
      const known = await findOnPremisesInstance(rows, name);
      if (known === undefined || known.deregisteredAt !== undefined) throw instanceIsNotRegistered(name);
      return known;
    }),
  );
}

/**
 * All or nothing, as far as it is known when the call begins: all were looked at before the first is changed, and one
 * after the other is appended to, since an append takes three streams at most. Where a function dies between two of
 * them, or another call comes in between, some are changed and others are not: the same call again does the rest.
 */
async function tagEach(
  ports: ApiPorts,
  issued: Issued,
  instances: readonly OnPremisesInstanceRow[],
  {
    type,
    tags,
  }: { readonly type: 'TagOnPremisesInstance' | 'UntagOnPremisesInstance'; readonly tags: readonly Tag[] },
): Promise<void> {
  for (const { onPremisesInstanceId, instanceName } of instances) {
    await execute(ports, issued, [
      commandTo(onPremisesInstance, streamOf(onPremisesInstanceId), { type, data: { instanceName, tags } }),
    ]);
  }
}
