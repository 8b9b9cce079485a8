import * as z from 'zod';
import { application } from '../../core/registry/application.ts';
import { computePlatformOf, requireBuiltComputePlatform } from '../../core/registry/compute-platform.ts';
import { checkApplicationLimit } from '../../core/registry/limits.ts';
import {
  checkApplicationName,
  requireApplicationName,
  requireNewApplicationName,
} from '../../core/registry/names.ts';
import { tagsShape } from '../../core/registry/shapes.ts';
import { tagsOf } from '../../core/registry/tags.ts';
import { applicationInfo } from '../../core/views/application-info.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import { checkBatch } from './batch.ts';
import type { CallContext } from './operation.ts';
import { operation } from './operation.ts';
import { PAGE_SIZE, nextTokenOf, positionOf } from './page.ts';
import { applicationNamed, findApplication } from '../runtime/registered.ts';

const text = z.string().exactOptional();

export const createApplication = operation({
  name: 'CreateApplication',
  input: z.object({ applicationName: text, computePlatform: text, tags: tagsShape.exactOptional() }),
  handle: async (input, { ports, issued }) => {
    const applicationName = requireApplicationName(input.applicationName);
    checkApplicationName(applicationName);
    const computePlatform = requireBuiltComputePlatform(computePlatformOf(input.computePlatform));
    const tags = tagsOf(input.tags ?? []);
    await refuseTakenName(ports, applicationName);
    checkApplicationLimit(await ports.rows.count(rowKeys.applicationName('').pk));
    const applicationId = ports.system.uuid();
    await execute(ports, issued, [
      commandTo(application, `application#${applicationId}`, {
        type: 'CreateApplication',
        data: { applicationId, applicationName, computePlatform, tags },
      }),
    ]);
    return { applicationId };
  },
});

/** The append would find it as well, but only after the limit, which is to be checked after it. */
async function refuseTakenName({ rows }: CallContext['ports'], name: string): Promise<void> {
  const key = rowKeys.applicationName(name);
  if ((await rows.get(key)) === undefined) return;
  const row = { ...key, data: {} };
  throw application.taken(row, row) ?? new Error(`the name ${name} is taken without a refusal`);
}

export const getApplication = operation({
  name: 'GetApplication',
  input: z.object({ applicationName: text }),
  handle: async (input, { ports }) => {
    const name = requireApplicationName(input.applicationName);
    checkApplicationName(name);
    return { application: applicationInfo(await applicationNamed(ports.rows, name)) };
  },
});

/** One unknown name refuses them all: no member of the answer could tell it. */
export const batchGetApplications = operation({
  name: 'BatchGetApplications',
  input: z.object({ applicationNames: z.array(z.string()).exactOptional() }),
  handle: async ({ applicationNames = [] }, { ports }) => {
    requireApplicationName(applicationNames[0]);
    const names = applicationNames.map(requireApplicationName);
    checkBatch(names, MOST_APPLICATIONS, 'applicationNames');
    names.forEach(checkApplicationName);
    const found = await Promise.all(names.map((name) => applicationNamed(ports.rows, name)));
    return { applicationsInfo: found.map(applicationInfo) };
  },
});

const MOST_APPLICATIONS = 100;

export const listApplications = operation({
  name: 'ListApplications',
  input: z.object({ nextToken: text }),
  handle: async ({ nextToken }, { ports }) => {
    const listing = { operation: 'ListApplications', filters: [] };
    const after = positionOf(ports.system, listing, nextToken);
    const { pk } = rowKeys.applicationName('');
    const { rows, more } = await ports.rows.query({
      pk,
      limit: PAGE_SIZE,
      after,
    });
    const applications = rows.map(({ sk }) => sk);
    return { applications, ...nextTokenOf(ports.system, listing, more ? applications.at(-1) : undefined) };
  },
});

export const updateApplication = operation({
  name: 'UpdateApplication',
  input: z.object({ applicationName: text, newApplicationName: text }),
  handle: async (input, { ports, issued }) => {
    const name = requireApplicationName(input.applicationName);
    const newApplicationName = requireNewApplicationName(input.newApplicationName);
    checkApplicationName(name);
    checkApplicationName(newApplicationName);
    const { applicationId } = await applicationNamed(ports.rows, name);
    await execute(ports, issued, [
      commandTo(application, `application#${applicationId}`, {
        type: 'RenameApplication',
        data: { newApplicationName },
      }),
    ]);
    return undefined;
  },
});

/** Deleting what is not there is a success: no error is declared that could say so. */
export const deleteApplication = operation({
  name: 'DeleteApplication',
  input: z.object({ applicationName: text }),
  handle: async (input, { ports, issued }) => {
    const name = requireApplicationName(input.applicationName);
    checkApplicationName(name);
    const found = await findApplication(ports.rows, name);
    if (found === undefined) return undefined;
    await execute(ports, issued, [
      commandTo(application, `application#${found.applicationId}`, { type: 'DeleteApplication', data: {} }),
    ]);
    return undefined;
  },
});
