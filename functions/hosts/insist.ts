import type { EpochMilliseconds } from '../../core/decider.ts';
import type { System } from '../runtime/system.ts';

const PAUSE_MILLISECONDS = 500;

/** Tries again until the time is over, as long as what is thrown `passes`; then throws it. */
export async function insisting<Answer>(
  system: Pick<System, 'now' | 'sleep' | 'random'>,
  until: EpochMilliseconds,
  passes: (error: unknown) => boolean,
  attempt: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!passes(error) || system.now() >= until) throw error;
      await system.sleep(PAUSE_MILLISECONDS * (0.5 + system.random()));
    }
  }
}
