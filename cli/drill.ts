import type { Command, ExitCode, Invocation } from './command.ts';
import { consented, consentOptions } from './consent.ts';
import { clearAway } from './drill/clear-away.ts';
import { type DrillName, type Here, drillName } from './drill/drill-name.ts';
import { here as thisProcess } from './drill/here.ts';
import { Interrupted, type Pace } from './drill/patience.ts';
import { planOf } from './drill/plan.ts';
import { DRILL_RIGHTS } from './drill/rights.ts';
import { type Point, hasFailed, pointLines, pointTable } from './drill/point.ts';
import { rehearse } from './drill/rehearsal.ts';
import { remains } from './drill/remains.ts';
import type { Stage } from './drill/stage.ts';
import { subjectOf } from './drill/subject.ts';
import { failureWords } from './failure.ts';

export const drill: Command = {
  name: 'drill',
  argument: '<application> <group>',
  summary: 'shows that alarm, restore, rollback, notification and log work here; no traffic is moved',
  options: { ...consentOptions, bake: { type: 'boolean' } },
  help: `Deploys a canary from the running version of the group's function to another published one: on an alias of its own,
which nobody calls, in a deployment group of its own with the role of yours. At the first step of the canary it raises
an alarm of its own, and shows with times that the deployment stops, that the alias goes back whole, that the rollback
runs, that each event is told and that the log is whole. In a real account it tries as well whether the log lets itself
be rewritten.

With --bake a second canary is let bake its five minutes to the end, which shows what ends a bake.

The alias that has the traffic is read and never written. All that the drill makes is named sluice-drill-… and removed at
its end, also at Ctrl-C. What a drill that was killed left behind is removed by the next one. Two drills may run at
once. What stays is in the log: two deployments, and the group that was created and deleted. Who subscribed to
everything of the application, hears of it.

It takes a minute or two, and these rights:
${wrapped(DRILL_RIGHTS.join(', '))}.

Example: sluice drill shop prod
         sluice drill shop prod --yes --stack SluiceTest

Exit code: 0 where every point held (what cannot be shown here does not count); 1 where one failed, or it was not
wanted or interrupted; 2 where there is no terminal to ask in and no --yes.`,
  run: (invocation) => drillWith(invocation, thisProcess()),
};

/** As wide as the rest of the help. */
function wrapped(words: string): string {
  return words.replaceAll(/(.{1,110})(?: |$)/g, '  $1\n').trimEnd();
}

export async function drillWith(invocation: Invocation, here: Here): Promise<ExitCode> {
  const { argument, otherArguments, values, connect, now, sleep, terminal, interrupted } = invocation;
  const connection = await connect();
  const ground = await connection.drillGround();
  const [group = ''] = otherArguments;
  const subject = await subjectOf(connection, ground, { application: argument, group });
  const left = await remains(connection, ground, subject, { here, now: now() });
  const name = drillName({ startedAt: now(), ...here });
  const bakes = values['bake'] === true;
  const words = planOf(connection, ground, { subject, left, name, bakes });
  if (!(await consented(words, invocation))) return 1;
  const wish = new AbortController();
  const { signal } = wish;
  void (async () => {
    await interrupted();
    terminal.note('Clearing away. Once more ends at once, and leaves it to the next drill.');
    wish.abort();
  })();
  const pace = { now, sleep, signal };
  const points: Point[] = [];
  const tell = (point: Point): void => {
    points.push(point);
    for (const line of pointLines(point)) terminal.print(line);
  };
  await play({ connection, ground, subject, pace, name, bakes, tell, left: left.dead });
  for (const line of pointTable(points)) terminal.print(line);
  if (signal.aborted) terminal.note('It was interrupted, so that not all is shown.');
  return signal.aborted || hasFailed(points) ? 1 : 0;
}

type Play = Stage & { readonly left: readonly DrillName[] };

/** The clearing away happens whatever the rest comes to, and is not interrupted itself. */
async function play({ left, ...stage }: Play): Promise<void> {
  const { name, tell } = stage;
  const unhurried: Pace = { ...stage.pace, signal: new AbortController().signal };
  const clear = async (what: string, whose: string): Promise<void> => {
    const failures = await clearAway({ ...stage, pace: unhurried }, whose).catch((error: unknown) => [
      `it cannot be seen what is left of ${whose}: ${failureWords(error, stage.connection.place)}`,
    ]);
    if (failures.length === 0) tell({ name: what, result: 'held', seen: `nothing is left of ${whose}` });
    else
      tell({
        name: what,
        result: 'failed',
        seen: failures.join('; '),
        remedy: 'The next drill tries it again.',
      });
  };
  try {
    for (const dead of left) await clear('left by a dead drill', dead.name);
    await rehearse(stage);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await clear('cleared away', name);
  }
}
