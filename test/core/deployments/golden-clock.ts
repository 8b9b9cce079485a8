import { aggregates } from '../../../functions/runtime/aggregates.ts';
import { execute } from '../../../functions/runtime/execute.ts';
import { type System, system } from '../../../functions/runtime/system.ts';
import { type MemoryEventStore, memoryEventStore } from '../../support/memory-event-store.ts';
import type { Does } from './golden-commands.ts';

/** A store to which commands are written on a clock that only they move, with ids that are counted. */
export function goldenClock(startsAt: number): { readonly store: MemoryEventStore; readonly does: Does } {
  const store = memoryEventStore();
  const clock = { now: startsAt, ids: 0 };
  const fixed: System = {
    ...system,
    now: () => clock.now,
    sleep: async () => {},
    uuid: () => `${String((clock.ids += 1)).padStart(8, '0')}-0000-4000-8000-000000000000`,
    random: () => 0,
  };
  const does: Does = async (actor, afterMilliseconds, ...commands) => {
    clock.now += afterMilliseconds;
    await execute(
      { store, system: fixed, aggregates },
      { id: fixed.uuid(), at: clock.now, actor },
      commands.map((command) => (typeof command === 'function' ? command(clock.now) : command)),
    );
  };
  return { store, does };
}
