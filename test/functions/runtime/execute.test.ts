import { describe, expect, it } from 'vitest';
import type { Aggregate, Decision, Issued, Recorded, Row } from '../../../core/decider.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { EventStore } from '../../../functions/adapters/event-store.ts';
import { VersionConflict, commandTo, erased, execute, stateOf } from '../../../functions/runtime/execute.ts';
import type { MemoryEventStore } from '../../support/memory-event-store.ts';
import { memoryEventStore } from '../../support/memory-event-store.ts';
import { simulatedSystem } from '../../support/simulated-time.ts';

/** A small aggregate: a seat that one guest takes, at a table that must exist. */
type Seat = { readonly guest?: string };
type Command =
  | { readonly type: 'TakeSeat'; readonly data: { readonly guest: string; readonly table?: string } }
  | { readonly type: 'Swap'; readonly data: { readonly guest: string; readonly into: string } };
type Event = { readonly type: 'SeatTaken' | 'SeatLeft'; readonly data: { readonly guest: string } };

const seat: Aggregate<Seat, Command, Event> = {
  name: 'seat',
  initial: {},
  decide: (state, command: Command & Issued): Decision<Event> => {
    const { guest } = command.data;
    if (command.type === 'Swap') {
      return {
        events: [{ type: 'SeatLeft', data: { guest } }],
        alongside: [
          {
            aggregate: 'seat',
            stream: command.data.into,
            command: { type: 'TakeSeat', data: { guest, table: 'nowhere' } },
            orphan: true,
          },
        ],
      };
    }
    if (state.guest === guest) return { events: [] };
    const { table } = command.data;
    const refusal = new Refusal('NoTable', 'there is no such table');
    return {
      events: [{ type: 'SeatTaken', data: { guest } }],
      requires: table === undefined ? [] : [{ pk: 'tables', sk: table, refusal }],
    };
  },
  evolve: (_: Seat, event: Recorded<Event>): Seat =>
    event.type === 'SeatTaken' ? { guest: event.data.guest } : {},
  rows: ({ guest }): readonly Row[] =>
    guest === undefined ? [] : [{ pk: 'guests', sk: guest, data: { guest } }],
  taken: (row, existing) =>
    row.sk === 'ghost' ? undefined : new Refusal('Seated', `${existing.sk} sits already`),
};

const issued = (id: string): Issued => ({ id, at: 1, actor: { type: 'user', id: 'ada' } });
const take = (stream: string, guest: string, table?: string) =>
  commandTo(seat, stream, { type: 'TakeSeat', data: { guest, ...(table === undefined ? {} : { table }) } });

function ports(store: EventStore = memoryEventStore()) {
  const slept: number[] = [];
  const system = simulatedSystem({
    now: () => 1,
    sleep: async (milliseconds) => void slept.push(milliseconds),
  });
  return { ports: { store, system, aggregates: { seat: erased(seat) } }, slept };
}

describe('execute', () => {
  it('appends what was decided, with its rows, and gives the state after it', async () => {
    const store = memoryEventStore();
    const result = await execute(ports(store).ports, issued('c1'), [take('seat#1', 'bob')]);
    expect(stateOf(result, seat, 'seat#1')).toEqual({ guest: 'bob' });
    expect(store.allEvents()).toMatchObject([
      { stream: 'seat#1', version: 1, type: 'SeatTaken', cause: 'c1' },
    ]);
    expect(store.allRows()).toEqual([{ pk: 'guests', sk: 'bob', owner: 'seat#1', data: '{"guest":"bob"}' }]);
  });

  it('appends nothing where nothing was decided', async () => {
    const store = memoryEventStore();
    await execute(ports(store).ports, issued('c1'), [take('seat#1', 'bob')]);
    const result = await execute(ports(store).ports, issued('c2'), [take('seat#1', 'bob')]);
    expect(result.events).toEqual([]);
    expect(store.allEvents()).toHaveLength(1);
  });

  it('decides again when somebody else was faster', async () => {
    const store = memoryEventStore();
    const racing = onFirstAppend(store, () =>
      execute(ports(store).ports, issued('rival'), [take('seat#1', 'eve')]),
    );
    await execute(ports(racing).ports, issued('c1'), [take('seat#1', 'bob')]);
    expect(store.allEvents().map(({ cause }) => cause)).toEqual(['rival', 'c1']);
    expect(store.allRows().map(({ sk }) => sk)).toEqual(['bob']);
  });

  it('knows its own append when the reply was lost', async () => {
    const store = memoryEventStore();
    const losing: EventStore = {
      load: store.load,
      append: async (append) => {
        const outcome = await store.append(append);
        return outcome.status === 'appended' ? { status: 'conflict' } : outcome;
      },
    };
    const { events } = await execute(ports(losing).ports, issued('c1'), [take('seat#1', 'bob')]);
    expect(events).toHaveLength(1);
    expect(store.allEvents()).toHaveLength(1);
  });

  it('waits longer and longer while the store is busy, and gives up with a VersionConflict', async () => {
    const store = memoryEventStore();
    const busy: EventStore = { load: store.load, append: async () => ({ status: 'busy' }) };
    const { ports: own, slept } = ports(busy);
    await expect(execute(own, issued('c1'), [take('seat#1', 'bob')])).rejects.toThrow(VersionConflict);
    expect(slept).toEqual([...slept].sort((one, other) => one - other));
    expect(Math.max(...slept)).toBeLessThanOrEqual(400);
  });

  it('throws the refusal of a key that another stream owns', async () => {
    const store = memoryEventStore();
    await execute(ports(store).ports, issued('c1'), [take('seat#1', 'bob')]);
    await expect(execute(ports(store).ports, issued('c2'), [take('seat#2', 'bob')])).rejects.toMatchObject({
      code: 'Seated',
      message: 'bob sits already',
    });
    expect(store.allEvents()).toHaveLength(1);
  });

  it('calls two owners of a key that nobody may refuse an error of ours', async () => {
    const store = memoryEventStore();
    await execute(ports(store).ports, issued('c1'), [take('seat#1', 'ghost')]);
    const second = execute(ports(store).ports, issued('c2'), [take('seat#2', 'ghost')]);
    await expect(second).rejects.toThrow('belongs to seat#1');
    await expect(second).rejects.not.toBeInstanceOf(Refusal);
    const both = execute(ports().ports, issued('c3'), [take('seat#3', 'bob'), take('seat#4', 'bob')]);
    await expect(both).rejects.toThrow('two streams contribute');
  });

  it('throws the refusal of a parent that is missing, unless the command is an orphan', async () => {
    const store = memoryEventStore();
    await expect(
      execute(ports(store).ports, issued('c1'), [take('seat#1', 'bob', 'nowhere')]),
    ).rejects.toMatchObject({
      code: 'NoTable',
    });
    expect(store.allEvents()).toEqual([]);
  });

  it('decides a command alongside in the same append, and hands its key over', async () => {
    const store = memoryEventStore();
    await execute(ports(store).ports, issued('c1'), [take('seat#1', 'bob')]);
    const swap = commandTo(seat, 'seat#1', { type: 'Swap', data: { guest: 'bob', into: 'seat#2' } });
    const { events } = await execute(ports(store).ports, issued('c2'), [swap]);
    expect(events.map(({ stream, type }) => `${stream} ${type}`)).toEqual([
      'seat#1 SeatLeft',
      'seat#2 SeatTaken',
    ]);
    expect(store.allRows()).toMatchObject([{ sk: 'bob', owner: 'seat#2' }]);
  });

  it('takes three streams at most', async () => {
    const commands = ['1', '2', '3', '4'].map((id) => take(`seat#${id}`, id));
    await expect(execute(ports().ports, issued('c1'), commands)).rejects.toThrow('3 streams');
  });

  it('serves fifty writers at once on one stream, all of them', async () => {
    const store = memoryEventStore();
    const { ports: own } = ports(store);
    const random = seeded();
    const patient = { ...own, system: { ...own.system, random, sleep: turn } };
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        execute(patient, issued(`c${index}`), [take('seat#1', `guest ${index}`)]),
      ),
    );
    expect(store.allEvents().map(({ version }) => version)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
  });
});

function onFirstAppend(store: MemoryEventStore, rival: () => Promise<unknown>): EventStore {
  let first = true;
  return {
    load: store.load,
    append: async (append) => {
      if (first) {
        first = false;
        await rival();
      }
      return store.append(append);
    },
  };
}

/** A pause in turns of the event loop, as long as the milliseconds say: order without real time. */
async function turn(milliseconds: number): Promise<void> {
  for (let turns = 0; turns < milliseconds; turns += 1) await Promise.resolve();
}

function seeded(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
