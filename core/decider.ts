import type { Refusal } from './refusal.ts';

/** Milliseconds since 1970-01-01T00:00:00Z, an integer. The only form of time in core, events and rows. */
export type EpochMilliseconds = number;

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Who caused an event: shown by `sluice events`, stored with each of them. */
export interface Actor {
  readonly type: 'user' | 'host' | 'alarm' | 'clock' | 'execution' | 'deployment';
  /** An IAM ARN, an alarm's name, an execution's ARN … */
  readonly id: string;
}

/** What every command carries. `id` becomes the `cause` of its events, and shows whether an event is our own. */
export interface Issued {
  readonly id: string;
  readonly at: EpochMilliseconds;
  readonly actor: Actor;
}

/** A fact as a decider states it. */
export interface Fact {
  readonly type: string;
  readonly data: object;
}

/** A fact as the log holds it: `version` counts 1, 2, 3 … within the stream. */
export type Recorded<Event extends Fact> = Event & {
  readonly stream: string;
  readonly version: number;
  readonly at: EpochMilliseconds;
  readonly actor: Actor;
  /** The id of the command that caused it. */
  readonly cause: string;
};

/** One item of the read model. Its owner, the stream that contributes it, is added when it is written. */
export interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly data: JsonObject;
}

export type RowKey = Pick<Row, 'pk' | 'sk'>;

/** A row that must exist when the events are written, else the whole append is refused. */
export interface RequiredRow extends RowKey {
  readonly refusal: Refusal;
}

/** A command to another stream, decided and written in the same transaction. */
export interface Alongside {
  readonly aggregate: string;
  readonly stream: string;
  readonly command: Fact;
  /** Written even if the rows of its parents are gone: a rollback must not fail because its group was deleted. */
  readonly orphan?: boolean;
}

export interface Decision<Event extends Fact> {
  readonly events: readonly Event[];
  readonly requires?: readonly RequiredRow[];
  readonly alongside?: readonly Alongside[];
}

/**
 * The rules of one kind of stream. `decide` throws a Refusal where the command cannot be; no events means there is
 * nothing to do. `rows` is all that the stream contributes to the read model: an append writes the difference.
 */
export interface Aggregate<State, Command extends Fact, Event extends Fact> {
  readonly name: string;
  readonly initial: State;
  readonly decide: (state: State, command: Command & Issued) => Decision<Event>;
  readonly evolve: (state: State, event: Recorded<Event>) => State;
  readonly rows: (state: State) => readonly Row[];
  /** Why a row of ours cannot be written because another stream owns its key; undefined where that is a bug. */
  readonly taken: (row: Row, existing: Row) => Refusal | undefined;
}
