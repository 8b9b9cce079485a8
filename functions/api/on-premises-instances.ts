import * as z from 'zod';
import { checkIamIdentity, iamArnOf, requireIamIdentity } from '../../core/registry/iam-identity.ts';
import {
  checkInstanceName,
  instanceIsNotRegistered,
  requireInstanceName,
} from '../../core/registry/names.ts';
import type { OnPremisesInstanceRow } from '../../core/registry/on-premises-instance.ts';
import { onPremisesInstance } from '../../core/registry/on-premises-instance.ts';
import { onPremisesInstanceInfo } from '../../core/views/on-premises-instance-info.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { findOnPremisesInstance } from '../runtime/registered.ts';
import { checkBatch } from './batch.ts';
import { operation } from './operation.ts';

const text = z.string().exactOptional();

/** A name that was registered before goes on in its stream: that keeps it one, whoever registers it at the same time. */
export const registerOnPremisesInstance = operation({
  name: 'RegisterOnPremisesInstance',
  input: z.object({ instanceName: text, iamSessionArn: text, iamUserArn: text }),
  handle: async (input, { ports, issued, home }) => {
    const instanceName = requireInstanceName(input.instanceName);
    const identity = requireIamIdentity(input);
    checkInstanceName(instanceName);
    checkIamIdentity(identity);
    const known = await findOnPremisesInstance(ports.rows, instanceName);
    if (known === undefined || known.deregisteredAt !== undefined) {
      await refuseTakenArn(ports.rows, iamArnOf(identity));
    }
    const onPremisesInstanceId = known?.onPremisesInstanceId ?? ports.system.uuid();
    const suffix = ports.system.uuid().replaceAll('-', '').slice(0, ARN_SUFFIX_CHARACTERS);
    const { partition, region, accountId } = home;
    const instanceArn = `arn:${partition}:codedeploy:${region}:${accountId}:instance/${instanceName}_${suffix}`;
    await execute(ports, issued, [
      commandTo(onPremisesInstance, streamOf(onPremisesInstanceId), {
        type: 'RegisterOnPremisesInstance',
        data: { onPremisesInstanceId, instanceName, instanceArn, ...identity },
      }),
    ]);
    return undefined;
  },
});

/** As the service draws them. */
const ARN_SUFFIX_CHARACTERS = 10;

/** The append would find it as well, but a name that is taken comes first. */
async function refuseTakenArn(rows: RowReader, iamArn: string): Promise<void> {
  const key = rowKeys.onPremisesIamArn(iamArn);
  if ((await rows.get(key)) === undefined) return;
  const row = { ...key, data: {} };
  throw onPremisesInstance.taken(row, row) ?? new Error(`${iamArn} is taken without a refusal`);
}

/**
 * Deregistering what is not there is a success: no error is declared that could say so. The host asks for work no more;
 * where that could not be seen to, the same call again does.
 */
export const deregisterOnPremisesInstance = operation({
  name: 'DeregisterOnPremisesInstance',
  input: z.object({ instanceName: text }),
  handle: async (input, { ports, issued }) => {
    const instanceName = requireInstanceName(input.instanceName);
    checkInstanceName(instanceName);
    const known = await findOnPremisesInstance(ports.rows, instanceName);
    if (known === undefined) return undefined;
    await execute(ports, issued, [
      commandTo(onPremisesInstance, streamOf(known.onPremisesInstanceId), {
        type: 'DeregisterOnPremisesInstance',
        data: {},
      }),
    ]);
    await ports.hostSecrets.revoke(instanceName);
    return undefined;
  },
});

/** One that was deregistered is still answered. */
export const getOnPremisesInstance = operation({
  name: 'GetOnPremisesInstance',
  input: z.object({ instanceName: text }),
  handle: async (input, { ports }) => {
    const instanceName = requireInstanceName(input.instanceName);
    checkInstanceName(instanceName);
    const known = await findOnPremisesInstance(ports.rows, instanceName);
    if (known === undefined) throw instanceIsNotRegistered(instanceName);
    return { instanceInfo: onPremisesInstanceInfo(known) };
  },
});

/** Those that nobody knows are left out. */
export const batchGetOnPremisesInstances = operation({
  name: 'BatchGetOnPremisesInstances',
  input: z.object({ instanceNames: z.array(z.string()).exactOptional() }),
  handle: async ({ instanceNames = [] }, { ports }) => {
    requireInstanceName(instanceNames[0]);
    const names = instanceNames.map(requireInstanceName);
    checkBatch(names, MOST_INSTANCES, 'instanceNames');
    names.forEach(checkInstanceName);
    const found = await Promise.all(names.map((name) => findOnPremisesInstance(ports.rows, name)));
    return { instanceInfos: found.filter((row) => row !== undefined).map(onPremisesInstanceInfo) };
  },
});

/** Published limits differ (25, 100). */
const MOST_INSTANCES = 100;

export function streamOf(onPremisesInstanceId: OnPremisesInstanceRow['onPremisesInstanceId']): string {
  return `${onPremisesInstance.name}#${onPremisesInstanceId}`;
}
