import type { Followed } from './followed.ts';
import type { Seen, Sight } from '../sight.ts';
import type { AlarmsView } from './alarm-lines.ts';
import type { AliasView } from './traffic-lines.ts';

/** Looks at the alias and the alarms beside the log, with the rights of whoever watches. */
export interface Observer {
  /** Looks where it is time to, at once where there is `news`; what is seen is told by `onSeen`, later. */
  readonly look: (deployments: readonly Followed[], news: boolean) => void;
  readonly alias: () => AliasView;
  readonly alarms: () => AlarmsView;
  /** When no look is under way any more. */
  readonly settled: () => Promise<void>;
}

/** Lambda allows 15 calls of its control plane a second to a whole account: a watch takes a fifth of one. */
const PERIOD_MILLISECONDS = 5_000;

export function observer(sight: Sight, now: () => number, onSeen: () => void): Observer {
  const alias = periodically(sight.alias, now, onSeen);
  const alarms = periodically(sight.alarms, now, onSeen);
  return {
    look: (deployments, news) => {
      const target = deployments.findLast(({ state }) => state.admission !== undefined)?.state.admission
        ?.target;
      if (target !== undefined) alias.look(target, news);
      const names = deployments[0]?.state.created.alarms.names ?? [];
      if (names.length > 0) alarms.look(names, news);
    },
    alias: alias.last,
    alarms: alarms.last,
    settled: async () => {
      await Promise.all([alias.settled(), alarms.settled()]);
    },
  };
}

interface Periodically<Of, Thing> {
  readonly look: (of: Of, atOnce: boolean) => void;
  readonly last: () => Seen<Thing> | { readonly status: 'unseen' };
  readonly settled: () => Promise<void>;
}

function periodically<Of, Thing>(
  lookAt: (of: Of) => Promise<Seen<Thing>>,
  now: () => number,
  onSeen: () => void,
): Periodically<Of, Thing> {
  let last: Seen<Thing> | { readonly status: 'unseen' } = { status: 'unseen' };
  let lookedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  let again: Of | undefined;
  const start = async (of: Of): Promise<void> => {
    const seen = await lookAt(of);
    // What was seen before tells more than that it cannot be seen for once.
    if (seen.status !== 'failed' || last.status === 'unseen') last = seen;
    onSeen();
  };
  const look = (of: Of, atOnce: boolean): void => {
    // Who is not permitted will not be by asking.
    if (last.status === 'denied') return;
    if (!atOnce && now() - lookedAt < PERIOD_MILLISECONDS) return;
    if (underWay !== undefined) {
      if (atOnce) again = of;
      return;
    }
    lookedAt = now();
    underWay = start(of).finally(() => {
      underWay = undefined;
      const next = again;
      again = undefined;
      if (next !== undefined) look(next, true);
    });
  };
  const settled = async (): Promise<void> => {
    await underWay;
    // Another one may have begun when that was over.
    if (underWay !== undefined) await settled();
  };
  return { look, last: () => last, settled };
}
