import type { Connection, Invocation } from '../command.ts';
import { lossInWords } from '../failure.ts';
import type { Paper } from '../terminal.ts';
import type { Showing } from '../showing.ts';
import type { Sight } from '../sight.ts';
import { type Followed, followed } from './followed.ts';
import { observer } from './observer.ts';
import { screen } from './screen.ts';
import { type Scene, tree } from './tree.ts';

/** An answer of the log takes a fraction of a second: who waits for so long should be told. */
const LATE_MILLISECONDS = 3_000;

/** Shows what is followed as a tree that is drawn again with all news, and once a second for what it counts. */
export function liveTree(
  { place }: Pick<Connection, 'place'>,
  sight: Sight,
  paper: Paper,
  { now }: Pick<Invocation, 'now'>,
): Showing {
  const drawing = screen(paper);
  let deployments: readonly Followed[] = [];
  let answeredAt = now();
  let loss = '';
  const isLost = (at: number): boolean => loss !== '' || at - answeredAt > LATE_MILLISECONDS;
  const lines = (room: { readonly rows?: number } = {}): readonly string[] => {
    const at = now();
    const scene: Scene = {
      now: at,
      deployments,
      alias: eyes.alias(),
      alarms: eyes.alarms(),
      ...(isLost(at) && { outage: { place, since: answeredAt, reason: loss } }),
    };
    // A line that fills its last column leaves some terminals in doubt where the cursor is.
    return tree(scene, { width: paper.size().columns - 1, colours: paper.colours, ...room });
  };
  const draw = (): void => {
    // The cursor has the last row.
    if (deployments.length > 0) drawing.show(lines({ rows: paper.size().rows - 1 }));
  };
  const eyes = observer(sight, now, draw);
  const release = paper.attend({
    second: draw,
    resized: () => {
      drawing.resized();
      draw();
    },
    left: drawing.leave,
    returned: draw,
  });
  return {
    followsRollback: true,
    showsTargetEvents: false,
    seen: (logs, news) => {
      const wasLost = isLost(now());
      answeredAt = now();
      loss = '';
      if (news) deployments = logs.flatMap(({ events, fleet }) => followed(events, fleet.targets) ?? []);
      eyes.look(deployments, news);
      if (news || wasLost) draw();
    },
    lost: (error) => {
      loss = lossInWords(error);
      draw();
    },
    end: async () => {
      await eyes.settled();
      release();
      if (deployments.length > 0) drawing.end(lines());
      return commandsToRun(deployments);
    },
  };
}

/** What makes an alias whole again that nobody could: on a line of its own, which can be copied. */
function commandsToRun(deployments: readonly Followed[]): readonly string[] {
  return deployments.flatMap(({ state: { leftWeighted } }) => leftWeighted?.command ?? []);
}
