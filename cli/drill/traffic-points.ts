import { lambdaAppSpecText } from '../../core/appspec/lambda-appspec.ts';
import { aliasCommand, describeRouting, isRouted, routing, whole } from '../../core/deployments/alias.ts';
import type { Routing } from '../../core/deployments/alias.ts';
import { seenWithin } from './patience.ts';
import {
  type Log,
  Missed,
  type Shown,
  type Stage,
  drillAlias,
  drillTarget,
  first,
  logOf,
  point,
} from './stage.ts';

/** Seconds. A first call of each function may take some, and the start of a workflow another. */
const PATIENCE = { shift: 120, alias: 15, alarm: 90, restore: 60, end: 60, rollback: 120 } as const;

/** What a restore relies on where a shift may still be on its way. */
export async function showFence(stage: Stage): Promise<void> {
  const remedy = 'Mend what is said there, then drill again.';
  await point(stage, { name: 'fence of an alias', remedy }, async () =>
    (await stage.ground.functions.renewsRevisionId(drillAlias(stage)))
      ? { seen: 'an update that changes nothing makes the revision id before it stale' }
      : {
          result: 'not shown',
          seen: 'an update that changes nothing keeps the revision id: some early ends take a minute longer, as safe',
        },
  );
}

/** Deploys with a canary, until its first step is in the log and on the alias. */
export function showShift(
  stage: Stage,
  what: string,
  deploymentConfigName: string,
): Promise<(Shown & { readonly deploymentId: string }) | undefined> {
  const target = drillTarget(stage);
  const { connection, subject, name, pace } = stage;
  const remedy = 'Mend what is said there, then drill again.';
  return point(stage, { name: `${what} → first step`, remedy }, async () => {
    const deploymentId = await connection.api.create({
      applicationName: subject.applicationName,
      deploymentGroupName: name,
      deploymentConfigName,
      description: `A drill of ${subject.deploymentGroupName}: nobody calls this alias`,
      revision: { type: 'written', content: lambdaAppSpecText(target, 'drill') },
      guarded: true,
    });
    let log: Log = [];
    const seen = await seenWithin(pace, PATIENCE.shift, async () => {
      log = await logOf(stage, deploymentId);
      return first(log, 'TrafficShifted', 'DeploymentFailed', 'DeploymentStopped');
    });
    if (seen === undefined) throw silent(deploymentId, log, PATIENCE.shift);
    if (seen.type !== 'TrafficShifted') {
      const { code, message } = seen.data;
      throw new Missed(`${deploymentId} ended before: ${code} ${message}`, remedyOf(stage, code));
    }
    const { weight } = seen.data;
    await readsAs(stage, routing(target, weight));
    return {
      deploymentId,
      seen: `${deploymentId} has ${weight} % of the alias on version ${target.targetVersion}, as the alias itself says`,
      milliseconds: seen.at - (log[0]?.at ?? seen.at),
    };
  });
}

function remedyOf({ subject, name }: Stage, code: string): string {
  const { serviceRoleArn, live } = subject;
  if (code !== 'IAM_ROLE_PERMISSIONS' && code !== 'IAM_ROLE_MISSING') return MESSAGE_TELLS;
  return (
    `The role of the group, ${serviceRoleArn}, must be allowed lambda:GetAlias, lambda:UpdateAlias and ` +
    `lambda:GetProvisionedConcurrencyConfig on function:${live.functionName}:* and not on single aliases only, ` +
    `so that it covers ${name}, and cloudwatch:DescribeAlarms.`
  );
}

const MESSAGE_TELLS = 'The message says what to mend.';

function hasEnded(log: Log): boolean {
  return first(log, 'DeploymentSucceeded', 'DeploymentFailed', 'DeploymentStopped') !== undefined;
}

export interface Stop {
  /** Epoch milliseconds: when the alarm began to ring, or the stop was asked for instead. */
  readonly from: number;
  readonly code: 'ALARM_ACTIVE' | 'MANUAL_STOP';
}

/** Raises the alarm. Where nobody hears it, the deployment is stopped by hand, so that what follows is shown all the same. */
export async function showStop(stage: Stage, deploymentId: string): Promise<Stop | undefined> {
  const { name, ground, connection, pace } = stage;
  const way = ground.isEmulated ? 'the topic for alarms' : 'EventBridge';
  const remedy =
    `Alarms come by ${way}: look over the installation (sluice doctor), and at the log of the function OnAlarm, ` +
    'and whether the stack was changed by hand: npx cdk diff';
  const shown = await point(stage, { name: 'alarm → stop in the log', remedy }, async () => {
    const from = await ground.alarms.ring(name);
    const seen = await seenWithin(pace, PATIENCE.alarm, async () =>
      first(await logOf(stage, deploymentId), 'AlarmRaised', 'DeploymentSucceeded', 'DeploymentFailed'),
    );
    if (seen === undefined) throw new Missed(`nothing of it is in the log after ${PATIENCE.alarm} s`, remedy);
    if (seen.type !== 'AlarmRaised')
      throw new Missed(`${deploymentId} ended before it: ${seen.type}`, remedy);
    if (seen.actor.type !== 'alarm') {
      throw new Missed(`it was seen by a look before a step only, and did not come by itself`, remedy);
    }
    return { from, milliseconds: seen.at - from, seen: `version ${seen.version} of its log, told by ${way}` };
  });
  if (shown !== undefined) return { from: shown.from, code: 'ALARM_ACTIVE' };
  if (hasEnded(await logOf(stage, deploymentId))) return undefined;
  const by = { name: 'stop by hand instead', remedy: `Stop it: sluice stop ${deploymentId}` };
  const stopped = await point(stage, by, async () => {
    const from = pace.now();
    await connection.api.stop({ deploymentId, autoRollbackEnabled: true });
    return { from, seen: 'it was asked for, to show what follows' };
  });
  return stopped && { from: stopped.from, code: 'MANUAL_STOP' };
}

/** Until the log and the alias itself say that all traffic is where it was. */
export function showRestore(stage: Stage, deploymentId: string, { from }: Stop): Promise<Shown | undefined> {
  const target = drillTarget(stage);
  const remedy = `Make it whole: ${aliasCommand(target, target.currentVersion)}`;
  return point(stage, { name: 'alarm → alias whole', remedy }, async () => {
    let log: Log = [];
    const seen = await seenWithin(stage.pace, PATIENCE.restore, async () => {
      log = await logOf(stage, deploymentId);
      return first(log, 'TrafficRestored', 'TrafficLeftWeighted', 'DeploymentFailed', 'DeploymentStopped');
    });
    if (seen === undefined) throw silent(deploymentId, log, PATIENCE.restore);
    if (seen.type === 'TrafficLeftWeighted') throw new Missed(seen.data.message, seen.data.command);
    if (seen.type !== 'TrafficRestored')
      throw new Missed(`${deploymentId} ended without it: ${seen.type}`, remedy);
    await readsAs(stage, whole(target.currentVersion));
    const { outcome, message } = seen.data;
    if (outcome !== 'restored') throw new Missed(`${outcome}: ${message}`, remedy);
    return {
      seen: `whole on version ${target.currentVersion}, as the alias itself says`,
      milliseconds: seen.at - from,
    };
  });
}

/** Until the deployment that rolls this one back has ended, and the alias is still whole. */
export function showRollback(
  stage: Stage,
  deploymentId: string,
  { code }: Stop,
): Promise<(Shown & { readonly deploymentId: string }) | undefined> {
  const { pace } = stage;
  const remedy = `What happened: sluice events ${deploymentId}`;
  return point(stage, { name: 'stop → rollback ended', remedy }, async () => {
    const end = await seenWithin(pace, PATIENCE.end, async () =>
      first(await logOf(stage, deploymentId), 'DeploymentStopped', 'DeploymentFailed'),
    );
    if (end === undefined) throw silent(deploymentId, await logOf(stage, deploymentId), PATIENCE.end);
    const { rollback } = end.data;
    if (end.data.code !== code) throw new Missed(`it ended by ${end.data.code}: ${end.data.message}`, remedy);
    if (rollback.status === 'none') throw new Missed(`there was none: ${rollback.reason}`, remedy);
    let log: Log = [];
    const back = await seenWithin(pace, PATIENCE.rollback, async () => {
      log = await logOf(stage, rollback.deploymentId);
      return first(log, 'DeploymentSucceeded', 'DeploymentFailed', 'DeploymentStopped');
    });
    if (back === undefined) throw silent(rollback.deploymentId, log, PATIENCE.rollback);
    if (back.type !== 'DeploymentSucceeded') {
      throw new Missed(`${rollback.deploymentId}: ${back.data.code} ${back.data.message}`, MESSAGE_TELLS);
    }
    await readsAs(stage, whole(drillTarget(stage).currentVersion));
    const found = first(log, 'TrafficShifted')?.data.change === 'found';
    return {
      deploymentId: rollback.deploymentId,
      seen: `${rollback.deploymentId} succeeded${found ? ', with nothing left to move' : ''}; stopped as ${code}`,
      milliseconds: back.at - end.at,
    };
  });
}

async function readsAs(stage: Stage, wanted: Routing): Promise<void> {
  let read: Routing | undefined;
  const isSo = await seenWithin(stage.pace, PATIENCE.alias, async () => {
    read = await stage.ground.functions.alias(drillAlias(stage));
    return read !== undefined && isRouted(read, wanted) ? true : undefined;
  });
  if (isSo) return;
  const seen = read === undefined ? 'is not there' : `reads ${describeRouting(read)}`;
  throw new Missed(
    `the log says so, but the alias ${stage.name} ${seen}`,
    'Somebody else writes aliases of this function, or Lambda lags: drill again.',
  );
}

export function silent(deploymentId: string, log: Log, seconds: number): Missed {
  const last = log.at(-1);
  const seen = last === undefined ? 'its log is empty' : `the last event is ${last.type}`;
  return new Missed(
    `nothing more of ${deploymentId} after ${seconds} s: ${seen}`,
    `Look over the installation: sluice doctor. All events of this one: sluice events ${deploymentId}`,
  );
}
