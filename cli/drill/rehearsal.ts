import { CANARY } from './canary.ts';
import type { DrillGround } from './drill-ground.ts';
import { seenWithin } from './patience.ts';
import { type Shown, type Stage, drillAlias, point } from './stage.ts';
import { showBake } from './bake-point.ts';
import { showFence, showRollback, showRestore, showShift, showStop } from './traffic-points.ts';
import { showChain, showLiveAlias, showNotifications, showRefusals } from './record-points.ts';

/**
 * Plays it all through and tells point by point. What cannot be shown because something before it failed is not told.
 * Throws Interrupted. Whatever happens, the caller clears away.
 */
export async function rehearse(stage: Stage): Promise<void> {
  if ((await prepare(stage)) === undefined) return;
  await showFence(stage);
  const shift = await showShift(stage, 'canary', CANARY);
  if (shift !== undefined) {
    const { deploymentId } = shift;
    const stop = await showStop(stage, deploymentId);
    const isRestored = stop && (await showRestore(stage, deploymentId, stop));
    const rollback = isRestored && (await showRollback(stage, deploymentId, stop));
    if (rollback !== undefined) {
      const deploymentIds = [deploymentId, rollback.deploymentId];
      await showChain(stage, deploymentIds);
      await showNotifications(stage, deploymentIds);
      if (stage.bakes) await showBake(stage);
    }
  }
  await showRefusals(stage);
  await showLiveAlias(stage);
}

/** AWS lets a queue's policy take so long to count everywhere, and SNS does not try again what was refused. */
const SETTLING_SECONDS = 60;

/** The alias comes first, so that whatever follows is found again by it. */
function prepare(stage: Stage): Promise<Shown | undefined> {
  const { name, subject, connection, ground, pace } = stage;
  const { applicationName, serviceRoleArn, runningVersion } = subject;
  const remedy = 'Nothing was deployed. Mend what is said there, then drill again.';
  return point(stage, { name: 'everything in place', remedy }, async () => {
    await ground.functions.createAlias(drillAlias(stage), runningVersion);
    if (ground.mailbox.isThere) await ground.mailbox.open(name, name);
    await ground.alarms.create(name);
    await connection.api.createGroup({
      applicationName,
      deploymentGroupName: name,
      deploymentConfigName: CANARY,
      serviceRoleArn,
      alarmNames: [name],
      rollbackOn: ['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
    });
    if (!ground.isEmulated) await seenWithin(pace, SETTLING_SECONDS, async () => undefined);
    return { seen: `${thingsOf(ground).join(', ')}, each named ${name}` };
  });
}

/** What a drill makes and removes. */
export function thingsOf({ mailbox }: Pick<DrillGround, 'mailbox'>): readonly string[] {
  return ['alias', 'deployment group', 'alarm', ...(mailbox.isThere ? ['queue'] : [])];
}
