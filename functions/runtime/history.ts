import type { StoredEvent } from '../../core/chain.ts';
import type { Aggregate, Fact, Issued, Recorded } from '../../core/decider.ts';
import type { EventStore } from '../adapters/event-store.ts';

/** Loads and folds one stream: a consistent read of the log. */
export async function load<State, Command extends Fact, Event extends Fact>(
  store: Pick<EventStore, 'load'>,
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
): Promise<State> {
  return fold(aggregate, await store.load(stream));
}

export function fold<State, Command extends Fact, Event extends Fact>(
  aggregate: Aggregate<State, Command, Event>,
  events: readonly StoredEvent[],
): State {
  return events.reduce((state, event) => aggregate.evolve(state, recorded<Event>(event)), aggregate.initial);
}

export function recorded<Event extends Fact>(event: StoredEvent): Recorded<Event> {
  const { stream, version, type, data, at, actor, cause } = event;
  return {
    stream,
    version,
    type,
    data: JSON.parse(data) as object,
    at,
    actor: JSON.parse(actor) as Issued['actor'],
    cause,
  } as Recorded<Event>;
}
