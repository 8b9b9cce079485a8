import type { EpochMilliseconds } from '../../core/decider.ts';
import type { RevisionUseRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { type RowQuery, type RowReader, everyRow } from '../adapters/row-reader.ts';
import { deploymentGroupOf } from '../runtime/registered.ts';

/** From when to when deployments have used a revision, and the groups that want it now. */
export interface RevisionUse {
  readonly firstUsedAt: EpochMilliseconds;
  readonly lastUsedAt: EpochMilliseconds;
  /** By name: those whose newest deployment, a rollback included, is of this revision. */
  readonly deploymentGroupNames: readonly string[];
}

/** Undefined where no deployment has used it. */
export async function useOfRevision(
  rows: RowReader,
  applicationId: string,
  revisionId: string,
): Promise<RevisionUse | undefined> {
  const { pk, sk: from } = rowKeys.revisionUse(applicationId, revisionId, 0, '');
  const use = gathered(await usesIn(rows, { pk, from, to: `${revisionId}#~` })).get(revisionId);
  if (use === undefined) return undefined;
  const groups = await Promise.all(
    [...use.newestOfGroups].map(async ([groupId, { deploymentId }]) =>
      (await newestDeploymentOf(rows, groupId)) === deploymentId ? groupId : undefined,
    ),
  );
  return { ...use, deploymentGroupNames: await namesOf(rows, groups) };
}

/** Of all revisions of an application that were used, by their ids: one pass over its deployments. */
export async function usesOfApplication(
  rows: RowReader,
  applicationId: string,
): Promise<ReadonlyMap<string, Omit<RevisionUse, 'deploymentGroupNames'> & { readonly isTarget: boolean }>> {
  const uses = await usesIn(rows, { pk: rowKeys.revisionUse(applicationId, '', 0, '').pk });
  const newest = new Map<string, RevisionUseRow>();
  for (const use of uses) {
    const other = newest.get(use.deploymentGroupId);
    if (other === undefined || isNewer(use, other)) newest.set(use.deploymentGroupId, use);
  }
  const present = await Promise.all(
    [...newest.values()].map(async (use) => ({
      ...use,
      isPresent: (await deploymentGroupOf(rows, use.deploymentGroupId)) !== undefined,
    })),
  );
  const targets = new Set(present.filter(({ isPresent }) => isPresent).map(({ revisionId }) => revisionId));
  return new Map(
    [...gathered(uses)].map(([revisionId, { firstUsedAt, lastUsedAt }]) => [
      revisionId,
      { firstUsedAt, lastUsedAt, isTarget: targets.has(revisionId) },
    ]),
  );
}

interface Gathered {
  firstUsedAt: EpochMilliseconds;
  lastUsedAt: EpochMilliseconds;
  readonly newestOfGroups: Map<string, RevisionUseRow>;
}

/** The uses of each revision come oldest first. */
function gathered(uses: readonly RevisionUseRow[]): ReadonlyMap<string, Gathered> {
  const found = new Map<string, Gathered>();
  for (const use of uses) {
    const { revisionId, deploymentGroupId, createdAt } = use;
    const one = found.get(revisionId) ?? {
      firstUsedAt: createdAt,
      lastUsedAt: createdAt,
      newestOfGroups: new Map<string, RevisionUseRow>(),
    };
    one.lastUsedAt = createdAt;
    one.newestOfGroups.set(deploymentGroupId, use);
    found.set(revisionId, one);
  }
  return found;
}

/** As lists of deployments order them: by time, then by id. */
function isNewer(one: RevisionUseRow, other: RevisionUseRow): boolean {
  if (one.createdAt !== other.createdAt) return one.createdAt > other.createdAt;
  return one.deploymentId < other.deploymentId;
}

/** Some 250 bytes each: a thousand of them are well below what one read of DynamoDB gives. */
const READ_AT_ONCE = 1000;

async function usesIn(rows: RowReader, query: Omit<RowQuery, 'limit'>): Promise<readonly RevisionUseRow[]> {
  const uses: RevisionUseRow[] = [];
  for await (const { data } of everyRow(rows, { ...query, limit: READ_AT_ONCE })) {
    uses.push(JSON.parse(data) as RevisionUseRow);
  }
  return uses;
}

async function newestDeploymentOf(rows: RowReader, deploymentGroupId: string): Promise<string | undefined> {
  const { pk } = rowKeys.deploymentOfGroup(deploymentGroupId, 0, '');
  const [entry] = (await rows.query({ pk, limit: 1 })).rows;
  return entry && (JSON.parse(entry.data) as Pick<RevisionUseRow, 'deploymentId'>).deploymentId;
}

/** Groups that were deleted have no name any more. */
async function namesOf(rows: RowReader, ids: readonly (string | undefined)[]): Promise<readonly string[]> {
  const groups = await Promise.all(
    ids.map(async (id) => (id === undefined ? undefined : deploymentGroupOf(rows, id))),
  );
  return groups.flatMap((group) => (group === undefined ? [] : [group.deploymentGroupName])).sort();
}
