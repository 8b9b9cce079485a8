import type { HostHistory } from '../../core/deployments/instance-health.ts';
import { newestFirst, rowKeys } from '../../core/views/row-keys.ts';
import type { AttemptRow } from '../../core/views/target-rows.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { everyRow } from '../adapters/row-reader.ts';
import { deploymentOf, newestDeploymentId } from '../runtime/registered.ts';

export interface HostHistories {
  /** The group's last successful revision; undefined where it has none. */
  readonly groupRevisionId: string | undefined;
  readonly of: (targetArn: string) => Promise<HostHistory>;
}

/** Most hosts have the last good deployment among their last few. */
const ATTEMPTS_AT_A_TIME = 10;

/**
 * What the deployments of a group did to its hosts. Each is read as far back as the last good deployment that reached the
 * host, however many failed since or left it out; every deployment is read once for all hosts.
 */
export async function hostHistories(rows: RowReader, groupId: string): Promise<HostHistories> {
  const deployment = remembered(async (deploymentId) => {
    const row = await deploymentOf(rows, deploymentId);
    return (
      row && { status: row.status, createdAt: row.createdAt, revisionId: row.created.revision.revisionId }
    );
  });
  const goodRevision = async (before?: string): Promise<string | undefined> => {
    const { pk } = rowKeys.deploymentOfGroupByStatus(groupId, 'Succeeded', 0, '');
    const deploymentId = await newestDeploymentId(rows, pk, before);
    return deploymentId && (await deployment(deploymentId))?.revisionId;
  };
  const goodRevisionBefore = remembered(goodRevision);
  const groupRevisionId = await goodRevision();
  return {
    groupRevisionId,
    of: async (targetArn) => {
      const { pk } = rowKeys.attemptOnHost(groupId, targetArn, 0, '');
      let history: HostHistory = {};
      let missed: string | undefined;
      for await (const { data } of everyRow(rows, { pk, limit: ATTEMPTS_AT_A_TIME })) {
        const attempt = JSON.parse(data) as AttemptRow;
        history = { last: attempt, ...history };
        // Nothing that any host has could be the revision of a group that has none.
        if (groupRevisionId === undefined) return history;
        const found = await deployment(attempt.deploymentId);
        if (found?.status !== 'Succeeded') continue;
        if (attempt.status === 'Failed') {
          missed = newestFirst(found.createdAt, attempt.deploymentId);
          continue;
        }
        if (missed === undefined) return { ...history, installed: attempt };
        return { ...history, installed: attempt, missed: { before: await goodRevisionBefore(missed) } };
      }
      return history;
    },
  };
}

function remembered<Value>(read: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (key) => {
    const found = known.get(key) ?? read(key);
    known.set(key, found);
    return found;
  };
}
