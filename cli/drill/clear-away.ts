import type { ActiveDeploymentRow } from '../../core/views/deployment-rows.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import type { RowReader } from '../../functions/adapters/row-reader.ts';
import { deploymentOf, findDeploymentGroup, read } from '../../functions/runtime/registered.ts';
import type { Connection } from '../command.ts';
import { failureWords } from '../failure.ts';
import type { DrillGround } from './drill-ground.ts';
import { type Pace, seenWithin } from './patience.ts';
import type { Subject } from './subject.ts';

export interface ToClear {
  readonly connection: Pick<Connection, 'tables' | 'api' | 'place'>;
  readonly ground: DrillGround;
  readonly subject: Pick<Subject, 'applicationName' | 'applicationId' | 'live'>;
  readonly pace: Pace;
}

/**
 * Removes all that the drill of this name made, however far it came, and gives what could not be removed, in words.
 * The alias goes last and only where all else went: it was made first, so that by it everything is found again.
 */
export async function clearAway(all: ToClear, name: string): Promise<readonly string[]> {
  const { connection, ground, subject } = all;
  const { api, tables, place } = connection;
  const { applicationName, applicationId, live } = subject;
  const failures: string[] = [];
  const remove = async (what: string, command: string, removal: () => Promise<unknown>): Promise<void> => {
    try {
      await removal();
    } catch (error) {
      failures.push(`${what} ${name} is still there (${failureWords(error, place)}): ${command}`);
    }
  };

  const group = await findDeploymentGroup(tables.reader, applicationId, name);
  const groupId = group?.deploymentGroupId;
  const functionName = (groupId && (await functionOf(tables.reader, groupId))) ?? live.functionName;
  if (groupId !== undefined) {
    await remove('a deployment of', `sluice stop ID, for the one of \`sluice list\``, () =>
      endDeployments(all, groupId),
    );
    // What runs still needs its alias, its alarm and its role.
    if (failures.length > 0) return failures;
  }
  const names = `--application-name ${applicationName} --deployment-group-name ${name}`;
  await remove('the deployment group', `aws deploy delete-deployment-group ${names}`, () =>
    api.deleteGroup({ applicationName, deploymentGroupName: name }),
  );
  await remove('the queue', `aws sqs delete-queue --queue-url URL, and sns unsubscribe`, () =>
    ground.mailbox.close(name),
  );
  await remove('the alarm', `aws cloudwatch delete-alarms --alarm-names ${name}`, () =>
    ground.alarms.delete(name),
  );
  if (failures.length > 0) return failures;
  await remove('the alias', `aws lambda delete-alias --function-name ${functionName} --name ${name}`, () =>
    ground.functions.deleteAlias({ functionName, functionAlias: name }),
  );
  return failures;
}

/** Of a dead drill the function may be another than the one that is deployed now. */
async function functionOf(reader: RowReader, groupId: string): Promise<string | undefined> {
  const { rows } = await reader.query({ pk: rowKeys.deploymentOfGroup(groupId, 0, '').pk, limit: NEWEST });
  for (const { data } of rows) {
    const { deploymentId } = JSON.parse(data) as ActiveDeploymentRow;
    const target = (await deploymentOf(reader, deploymentId))?.admission?.target;
    if (target !== undefined) return target.functionName;
  }
  return undefined;
}

/** A drill makes a deployment, and that one a rollback. */
const NEWEST = 2;

/** A stop takes a second or two; a role that does not let go of the alias is tried for five minutes. */
const PATIENCE_SECONDS = 120;

async function endDeployments({ connection, pace }: ToClear, groupId: string): Promise<void> {
  const { tables, api } = connection;
  const stopped = new Set<string>();
  let last = '';
  const ended = await seenWithin(pace, PATIENCE_SECONDS, async () => {
    const active = await read<ActiveDeploymentRow>(tables.reader, rowKeys.activeDeployment(groupId));
    if (active === undefined) return true;
    last = active.deploymentId;
    if (stopped.has(last)) return undefined;
    stopped.add(last);
    try {
      await api.stop({ deploymentId: last, autoRollbackEnabled: false });
    } catch (error) {
      // It may have ended between the look and the stop.
      if ((await deploymentOf(tables.reader, last))?.completedAt === undefined) throw error;
    }
    return undefined;
  });
  if (ended === undefined)
    throw new Error(`${last} has not ended ${PATIENCE_SECONDS} s after it was stopped`);
}
