import type { Actor } from '../core/decider.ts';
import type { DeploymentStatus } from '../core/deployments/deployment-status.ts';
import type { DeploymentRow } from '../core/views/deployment-rows.ts';
import { deploymentStream } from '../core/deployments/deployment-stream.ts';
import { rowKeys } from '../core/views/row-keys.ts';
import { type RowReader, everyRow } from '../functions/adapters/row-reader.ts';
import { inBatches } from '../functions/runtime/in-batches.ts';
import { deploymentOf, findApplication } from '../functions/runtime/registered.ts';
import type { Connection } from './command.ts';
import { groupNamed, noSuchApplication } from './known-deployment.ts';

export interface Wanted {
  readonly application?: string;
  /** Of that application. */
  readonly group?: string;
  readonly status?: DeploymentStatus;
  readonly limit: number;
}

export interface Listed {
  readonly row: DeploymentRow;
  /** Of its first event: the rows do not hold who created a deployment. */
  readonly actor: Actor | undefined;
}

export interface Listing {
  /** Newest first. */
  readonly deployments: readonly Listed[];
  /** How many were looked at in vain before it was given up; absent where the listing is whole. */
  readonly givenUpAfter?: number;
}

/** Reads lists that are kept newest first, a page of each: how many deployments there are makes no difference. */
export async function listing(connection: Connection, wanted: Wanted): Promise<Listing> {
  const { tables } = connection;
  const found =
    wanted.application === undefined
      ? await ofAccount(tables.reader, wanted)
      : { entries: await ofGroups(connection, wanted.application, wanted) };
  const deployments = await inBatches(found.entries, AT_ONCE, async ({ deploymentId }) => {
    const [row, first] = await Promise.all([
      deploymentOf(tables.reader, deploymentId),
      tables.first(deploymentStream(deploymentId)),
    ]);
    const actor = first === undefined ? undefined : (JSON.parse(first.actor) as Actor);
    return row === undefined ? [] : [{ row, actor }];
  });
  const { givenUpAfter } = found;
  return { deployments: deployments.flat(), ...(givenUpAfter !== undefined && { givenUpAfter }) };
}

interface Entry {
  readonly deploymentId: string;
  readonly status: string;
  readonly sk: string;
}

interface Found {
  readonly entries: readonly Entry[];
  readonly givenUpAfter?: number;
}

/** An entry takes some 200 bytes, so that these are about 2 MB: a second, and a hundredth of a cent. */
const MOST_LOOKED_AT = 10_000;
const PAGE = 1_000;

/** The list of the account is in no order of status: it is read on until enough are found. */
async function ofAccount(reader: RowReader, { status, limit }: Wanted): Promise<Found> {
  const { pk } = rowKeys.deploymentInList(0, '');
  if (status === undefined) return { entries: await newest(reader, pk, limit) };
  const entries: Entry[] = [];
  let after: string | undefined;
  for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += PAGE) {
    const page = await reader.query({ pk, limit: PAGE, after });
    entries.push(...page.rows.map(entryOf).filter((entry) => entry.status === status));
    after = page.rows.at(-1)?.sk;
    if (!page.more || entries.length >= limit) return { entries: entries.slice(0, limit) };
  }
  return { entries, givenUpAfter: MOST_LOOKED_AT };
}

async function ofGroups(
  connection: Connection,
  application: string,
  { group, status, limit }: Wanted,
): Promise<readonly Entry[]> {
  const { reader } = connection.tables;
  const groupIds =
    group === undefined
      ? await groupsOf(connection, application)
      : [(await groupNamed(connection, { application, group })).deploymentGroupId];
  const partitions = groupIds.map((id) =>
    status === undefined
      ? rowKeys.deploymentOfGroup(id, 0, '').pk
      : rowKeys.deploymentOfGroupByStatus(id, status, 0, '').pk,
  );
  // The newest of each group hold all that can be among the newest of them together.
  const lists = await inBatches(partitions, AT_ONCE, (pk) => newest(reader, pk, limit));
  return lists
    .flat()
    .sort((one, other) => (one.sk < other.sk ? -1 : 1))
    .slice(0, limit);
}

async function groupsOf({ tables, place }: Connection, name: string): Promise<readonly string[]> {
  const application = await findApplication(tables.reader, name);
  if (application === undefined) throw noSuchApplication(name, place);
  const { pk } = rowKeys.deploymentGroupName(application.applicationId, '');
  const ids: string[] = [];
  for await (const { data } of everyRow(tables.reader, { pk, limit: PAGE })) {
    ids.push((JSON.parse(data) as GroupEntry).deploymentGroupId);
  }
  return ids;
}

interface GroupEntry {
  readonly deploymentGroupId: string;
}

async function newest(reader: RowReader, pk: string, limit: number): Promise<readonly Entry[]> {
  const { rows } = await reader.query({ pk, limit });
  return rows.map(entryOf);
}

function entryOf({ sk, data }: { readonly sk: string; readonly data: string }): Entry {
  return { ...(JSON.parse(data) as Pick<Entry, 'deploymentId' | 'status'>), sk };
}

/** So many at once are fast enough and ask no table for a burst. */
const AT_ONCE = 20;
