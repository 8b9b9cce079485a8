import * as z from 'zod';
import { DEPLOYMENT_STATUSES } from '../../core/deployments/deployment-status.ts';
import { Refusal } from '../../core/refusal.ts';
import {
  checkApplicationName,
  checkDeploymentGroupName,
  quoted,
  requireApplicationName,
  requireDeploymentGroupName,
} from '../../core/registry/names.ts';
import { LAST_TIME, newestFirst, rowKeys } from '../../core/views/row-keys.ts';
import { type RowPage, type RowReader, everyRow } from '../adapters/row-reader.ts';
import { parentsOf } from './known-deployment.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';
import { PAGE_SIZE, nextTokenOf, positionOf } from './page.ts';
import { applicationNamed, deploymentGroupNamed } from '../runtime/registered.ts';

const text = z.string().exactOptional();
const seconds = z.number().exactOptional();

const input = z.object({
  applicationName: text,
  deploymentGroupName: text,
  externalId: text,
  includeOnlyStatuses: z.array(z.string()).exactOptional(),
  createTimeRange: z.object({ start: seconds, end: seconds }).exactOptional(),
  nextToken: text,
});

/** Ids only, newest first: of one group, or of the whole account where neither name is given. */
export const listDeployments = operation({
  name: 'ListDeployments',
  input,
  handle: async (request, { ports }) => {
    const names = namesOf(request);
    const { createTimeRange: range = {}, externalId, includeOnlyStatuses: given = [] } = request;
    given.forEach(checkStatus);
    const statuses = [...new Set(given)].sort();
    const listing = {
      operation: 'ListDeployments',
      filters: [names?.application, names?.group, externalId, statuses, range.start, range.end],
    };
    const after = positionOf(ports.system, listing, request.nextToken);
    checkTogether(range, externalId, names);
    const bounds = { ...boundsOf(range), after };
    const page = await pageOf(ports, { names, externalId, statuses, bounds });
    const deployments = page.rows.map(({ data }) => entryOf(data).deploymentId);
    const position = page.more ? page.rows.at(-1)?.sk : undefined;
    return { deployments, ...nextTokenOf(ports.system, listing, position) };
  },
});

interface Names {
  readonly application: string;
  readonly group: string;
}

/** Both names or neither: the one that is missing is asked for. */
function namesOf({ applicationName, deploymentGroupName }: z.infer<typeof input>): Names | undefined {
  if (applicationName === undefined && deploymentGroupName === undefined) return undefined;
  const application = requireApplicationName(applicationName);
  const group = requireDeploymentGroupName(deploymentGroupName);
  checkApplicationName(application);
  checkDeploymentGroupName(group);
  return { application, group };
}

function checkStatus(status: string): void {
  if (DEPLOYMENT_STATUSES.some((known) => known === status)) return;
  throw new Refusal(
    'InvalidDeploymentStatusException',
    `The status ${quoted(status)} is unknown. Valid are ${DEPLOYMENT_STATUSES.join(', ')}.`,
  );
}

type TimeRange = NonNullable<z.infer<typeof input>['createTimeRange']>;

function checkTogether({ start, end }: TimeRange, externalId: string | undefined, names?: Names): void {
  if (start !== undefined && end !== undefined && start > end) {
    throw new Refusal('InvalidTimeRangeException', 'The createTimeRange starts after its end. Swap them.');
  }
  if (externalId !== undefined && names !== undefined) {
    throw new Refusal(
      'InvalidInputException',
      'externalId excludes applicationName and deploymentGroupName. Leave it out, or leave them out.',
    );
  }
}

interface Bounds {
  readonly from?: string;
  readonly to?: string;
  readonly after?: string | undefined;
}

/** Both ends belong to the range. Sort keys hold inverted times, so that the latest time is where it begins. */
function boundsOf({ start, end }: TimeRange): Bounds {
  return {
    ...(end !== undefined && { from: newestFirst(withinTime(Math.floor(end * 1000)), '') }),
    ...(start !== undefined && { to: newestFirst(withinTime(Math.ceil(start * 1000)), '~') }),
  };
}

function withinTime(milliseconds: number): number {
  return Math.min(LAST_TIME, Math.max(0, milliseconds));
}

interface Query {
  readonly names: Names | undefined;
  readonly externalId: string | undefined;
  readonly statuses: readonly string[];
  readonly bounds: Bounds;
}

async function pageOf(ports: ApiPorts, { names, externalId, statuses, bounds }: Query): Promise<RowPage> {
  // Only deployments that another service owns carry one, and no such service is built.
  if (externalId !== undefined) return { rows: [], more: false };
  if (names === undefined) return pageOfAccount(ports, statuses, bounds);
  const { applicationId } = await applicationNamed(ports.rows, names.application);
  const { deploymentGroupId } = await deploymentGroupNamed(ports.rows, applicationId, names.group);
  const partitions =
    statuses.length === 0
      ? [rowKeys.deploymentOfGroup(deploymentGroupId, 0, '').pk]
      : statuses.map((status) => rowKeys.deploymentOfGroupByStatus(deploymentGroupId, status, 0, '').pk);
  return merged(ports.rows, partitions, bounds);
}

/** A page of each partition holds all that can be on the page of them together. */
async function merged(rows: RowReader, partitions: readonly string[], bounds: Bounds): Promise<RowPage> {
  const pages = await Promise.all(partitions.map((pk) => rows.query({ pk, ...bounds, limit: PAGE_SIZE })));
  const found = pages.flatMap((page) => page.rows).sort((one, other) => (one.sk < other.sk ? -1 : 1));
  return {
    rows: found.slice(0, PAGE_SIZE),
    more: found.length > PAGE_SIZE || pages.some(({ more }) => more),
  };
}

/** The list of the account is read on until a page is full, since filters apply before paging. */
async function pageOfAccount(ports: ApiPorts, statuses: readonly string[], bounds: Bounds): Promise<RowPage> {
  const { pk } = rowKeys.deploymentInList(0, '');
  const found: RowPage['rows'][number][] = [];
  const isVisible = visibility(ports);
  for await (const row of everyRow(ports.rows, { pk, ...bounds, limit: SCANNED_AT_ONCE })) {
    const { status, deploymentGroupId } = entryOf(row.data);
    if (statuses.length > 0 && !statuses.includes(status)) continue;
    if (!(await isVisible(deploymentGroupId))) continue;
    if (found.length === PAGE_SIZE) return { rows: found, more: true };
    found.push(row);
  }
  return { rows: found, more: false };
}

/** Entries are about 200 bytes: five pages are 100 KB, well below what one read of DynamoDB gives. */
const SCANNED_AT_ONCE = 5 * PAGE_SIZE;

/** Asks once per group and call: deployments of deleted applications, and of groups deleted long ago, are hidden. */
function visibility({ rows, system }: ApiPorts): (deploymentGroupId: string) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (deploymentGroupId) => {
    const before = known.get(deploymentGroupId);
    if (before !== undefined) return before;
    const isVisible = (await parentsOf(rows, deploymentGroupId, system.now())) !== undefined;
    known.set(deploymentGroupId, isVisible);
    return isVisible;
  };
}

interface Entry {
  readonly deploymentId: string;
  readonly deploymentGroupId: string;
  readonly status: string;
}

function entryOf(data: string): Entry {
  return JSON.parse(data) as Entry;
}
