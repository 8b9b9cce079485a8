import { BAKING_CANARY } from './canary.ts';
import { seenWithin } from './patience.ts';
import { type Log, Missed, type Stage, first, logOf, point } from './stage.ts';
import { showShift, silent } from './traffic-points.ts';

/** The bake of the canary, the minute by which the sweep is later, and two for what is slow. */
const PATIENCE_SECONDS = (5 + 3) * 60;

/** The sweep, which is the second line, lets a minute pass: what comes sooner, the workflow itself brought. */
const SWEEP_GRACE_SECONDS = 60;

/**
 * Lets a canary bake to its end: on AWS the timeout of its task ends it. It goes whole to the other version, on the
 * alias that nobody calls.
 */
export async function showBake(stage: Stage): Promise<void> {
  await stage.ground.alarms.calm(stage.name);
  const shift = await showShift(stage, 'second canary', BAKING_CANARY);
  if (shift === undefined) return;
  const { deploymentId } = shift;
  const remedy = `What happened: sluice events ${deploymentId}`;
  await point(stage, { name: 'end of the bake → next step', remedy }, async () => {
    let log: Log = [];
    const end = await seenWithin(stage.pace, PATIENCE_SECONDS, async () => {
      log = await logOf(stage, deploymentId);
      return first(log, 'DeploymentSucceeded', 'DeploymentFailed', 'DeploymentStopped');
    });
    if (end === undefined) throw silent(deploymentId, log, PATIENCE_SECONDS);
    if (end.type !== 'DeploymentSucceeded') {
      throw new Missed(`it ended by ${end.data.code}: ${end.data.message}`, remedy);
    }
    const due = first(log, 'TrafficShifted')?.data.bakeEndsAt ?? end.at;
    const next = log.find(({ type, data }) => type === 'TrafficShiftStarted' && data.step > 1);
    const milliseconds = (next?.at ?? end.at) - due;
    if (stage.ground.isEmulated) {
      const seen = 'an emulator ignores the timeout that ends a bake: its sweep did';
      return { result: 'not shown', seen, milliseconds };
    }
    if (milliseconds >= SWEEP_GRACE_SECONDS * 1000) {
      throw new Missed(
        'the sweep ended it and not the timeout of its task',
        'Look at TimeoutSecondsPath of AllowTraffic in the execution, and whether the state machine is that of the stack: npx cdk diff',
      );
    }
    return { seen: `${deploymentId} went on by the timeout of its task`, milliseconds };
  });
}
