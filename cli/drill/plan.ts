import type { Connection } from '../command.ts';
import { tellLocalTime } from '../lines.ts';
import { CANARY } from './canary.ts';
import type { DrillGround } from './drill-ground.ts';
import { deadAt } from './drill-name.ts';
import { thingsOf } from './rehearsal.ts';
import type { Remains } from './remains.ts';
import type { Stage } from './stage.ts';

/** What a drill will do, in words. */
export function planOf(
  { place }: Connection,
  ground: DrillGround,
  { subject, name, bakes, left }: Pick<Stage, 'subject' | 'name' | 'bakes'> & { readonly left: Remains },
): readonly string[] {
  const { applicationName, deploymentGroupName, serviceRoleArn, live } = subject;
  const { runningVersion, otherVersion } = subject;
  const { functionName, functionAlias } = live;
  return [
    `A drill of ${applicationName}/${deploymentGroupName} in ${place}${ground.isEmulated ? ', an emulator' : ''}.`,
    `Nothing is done to the alias ${functionAlias} of ${functionName}, which has the traffic (version ${runningVersion}).`,
    `Makes for a minute or two: ${thingsOf(ground).join(', ')}, each named ${name}.`,
    `The alias, which nobody calls, is on version ${runningVersion} and gets a canary to version ${otherVersion} (${CANARY}),`,
    `  with the role ${serviceRoleArn}.`,
    'At its first step the alarm rings: the alias goes back whole, and a rollback follows.',
    ...(bakes ? ['Then a second canary bakes for five minutes, and goes on to its end.'] : []),
    'All of it is removed at the end.',
    ...left.dead.map(
      (dead) =>
        `Removes first what a drill left behind that began at ${tellLocalTime(dead.startedAt, 0)}: ${dead.name}`,
    ),
    ...left.living.map(
      (living) =>
        `Leaves alone what another drill may be using: ${living.name}. ` +
        `From ${tellLocalTime(deadAt(living), 0)} on the next drill removes it.`,
    ),
  ];
}
