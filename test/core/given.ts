import { expect } from 'vitest';
import type { Actor, Aggregate, Fact, Issued, Recorded, Row, RowKey } from '../../core/decider.ts';
import { Refusal } from '../../core/refusal.ts';

/**
 * given(aggregate, events).when(command).then([...events])
 *                                       .refused('ApplicationDoesNotExistException', /text/)
 *
 * `then` and `refused` end a sentence; `rows`, `requires` and `alongside` may follow `then`. Events are given as facts:
 * the harness records them one second apart from GIVEN_AT on; a command is issued at ISSUED_AT unless told otherwise.
 */
export const GIVEN_AT = 1_700_000_000_000;
export const ISSUED_AT = 1_700_000_100_000;
export const someone: Actor = { type: 'user', id: 'arn:aws:iam::123456789012:user/someone' };

export function given<State, Command extends Fact, Event extends Fact>(
  aggregate: Aggregate<State, Command, Event>,
  events: readonly Event[] = [],
) {
  const before = folded(aggregate, events);
  return {
    state: before,
    rows: (...expected: readonly Row[]) => expectRows(aggregate.rows(before), expected),
    when: (command: Command, issued: Partial<Issued> = {}) =>
      when(aggregate, events, { ...command, id: 'command-1', at: ISSUED_AT, actor: someone, ...issued }),
  };
}

/** The state after these events, recorded one second apart. */
export function folded<State, Command extends Fact, Event extends Fact>(
  aggregate: Aggregate<State, Command, Event>,
  events: readonly Event[],
): State {
  return recorded(aggregate, events).reduce(aggregate.evolve, aggregate.initial);
}

function when<State, Command extends Fact, Event extends Fact>(
  aggregate: Aggregate<State, Command, Event>,
  events: readonly Event[],
  command: Command & Issued,
) {
  const decide = () => aggregate.decide(folded(aggregate, events), command);
  const after = () => {
    const added = decide().events;
    const history = recorded(aggregate, events);
    const news = recorded(aggregate, added, history.length).map((event) => ({
      ...event,
      at: command.at,
      actor: command.actor,
      cause: command.id,
    }));
    return [...history, ...news].reduce(aggregate.evolve, aggregate.initial);
  };
  return {
    // Never awaited: the word is the sentence's.
    // oxlint-disable-next-line unicorn/no-thenable
    then(expected: readonly Event[]) {
      const decision = decide();
      expect(decision.events).toEqual(expected);
      expectStorable(decision.events);
      const state = after();
      expectKeysOnce(aggregate.rows(state));
      return {
        state,
        /** All rows of the stream after it, in any order. */
        rows(...rows: readonly Row[]) {
          expectRows(aggregate.rows(state), rows);
          return this;
        },
        /** The rows that must exist, with the code of the refusal where one does not. */
        requires(...required: readonly (RowKey & { readonly code: string })[]) {
          const actual = (decision.requires ?? []).map(({ pk, sk, refusal }) => ({
            pk,
            sk,
            code: refusal.code,
          }));
          expect(actual).toEqual(required);
          return this;
        },
        alongside(...commands: NonNullable<typeof decision.alongside>) {
          expect(decision.alongside ?? []).toEqual(commands);
          return this;
        },
      };
    },
    refused(code: string, message?: RegExp | string) {
      const refusal = refusalOf(decide);
      expect(refusal.code).toBe(code);
      if (message instanceof RegExp) expect(refusal.message).toMatch(message);
      if (typeof message === 'string') expect(refusal.message).toContain(message);
    },
  };
}

/** What `work` refuses with; fails the test when it refuses nothing, or throws anything else. */
export function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown;
    throw thrown;
  }
  return expect.fail('nothing was refused');
}

function recorded<Event extends Fact>(
  aggregate: { readonly name: string },
  events: readonly Event[],
  after = 0,
): readonly Recorded<Event>[] {
  return events.map((event, index) => ({
    // As it comes back from the log, where data is one JSON string.
    ...(JSON.parse(JSON.stringify(event)) as Event),
    stream: `${aggregate.name}#given`,
    version: after + index + 1,
    at: GIVEN_AT + (after + index) * 1000,
    actor: someone,
    cause: `given-${after + index + 1}`,
  }));
}

/** Events are stored as JSON: an undefined member or a class would not come back. */
function expectStorable(events: readonly Fact[]): void {
  expect(JSON.parse(JSON.stringify(events))).toStrictEqual(events);
}

function expectRows(actual: readonly Row[], expected: readonly Row[]): void {
  expectKeysOnce(actual);
  expect(JSON.parse(JSON.stringify(actual))).toStrictEqual(actual);
  expect(byKey(actual)).toEqual(byKey(expected));
}

function expectKeysOnce(rows: readonly Row[]): void {
  const keys = rows.map(keyOf);
  expect(new Set(keys).size).toBe(keys.length);
}

function byKey(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf(row: RowKey): string {
  return JSON.stringify([row.pk, row.sk]);
}
