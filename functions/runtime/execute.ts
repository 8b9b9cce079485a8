import type { StoredEvent } from '../../core/chain.ts';
import { NO_HASH, actorText, chainText } from '../../core/chain.ts';
import type { Aggregate, Fact, Issued, Recorded, RequiredRow, Row } from '../../core/decider.ts';
import { keyText } from '../../core/views/row-keys.ts';
import type { Append, AppendOutcome, EventStore } from '../adapters/event-store.ts';
import { fold, recorded } from './history.ts';
import { rowChanges } from './row-changes.ts';
import type { System } from './system.ts';

/** A command, and whom it is for. */
export interface StreamCommand {
  readonly aggregate: string;
  readonly stream: string;
  readonly command: Fact;
  readonly orphan?: boolean;
}

export interface Executed {
  /** The events that this call appended, in order; none where there was nothing to do. */
  readonly events: readonly Recorded<Fact>[];
  /** The state of each stream that was asked, after the append. */
  readonly states: ReadonlyMap<string, unknown>;
}

export interface ExecutePorts {
  readonly store: EventStore;
  readonly system: System;
  readonly aggregates: Aggregates;
}

/** By name. Their own types are known where a command is made and a state is read (`commandTo`, `stateOf`). */
export type Aggregates = Readonly<Record<string, AnyAggregate>>;

export type AnyAggregate = Aggregate<unknown, Fact, Fact>;

export function erased<State, Command extends Fact, Event extends Fact>(
  aggregate: Aggregate<State, Command, Event>,
): AnyAggregate {
  return aggregate as unknown as AnyAggregate;
}

/** Fifty writers at once on one stream are served within these; one waits about 4 s at the longest. */
const MOST_ATTEMPTS = 16;
const FIRST_BACKOFF_MILLISECONDS = 10;
const LONGEST_BACKOFF_MILLISECONDS = 400;

/** CreateDeployment with its revision, or the end of a deployment with its rollback and that one's revision. */
const MOST_STREAMS = 3;

/**
 * The only writer: load, fold, decide, rows, append, in one transaction over all streams concerned, and again from the
 * start when somebody else was faster. Throws the Refusal of a decider, of a taken key or of a missing parent, and
 * then nothing has been written.
 */
export async function execute(
  ports: ExecutePorts,
  issued: Issued,
  commands: readonly StreamCommand[],
): Promise<Executed> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    if (attempt > 1) {
      const ours = await alreadyAppended(ports, issued, commands);
      if (ours !== undefined) return ours;
    }
    const plans = await decideAll(ports, issued, commands);
    const append = appendOf(plans);
    if (append.events.length === 0) return executed(plans);
    const outcome = await ports.store.append(append);
    if (outcome.status === 'appended') return executed(plans);
    refuse(plans, outcome);
    await ports.system.sleep(backoff(attempt, ports.system.random()));
  }
  throw new VersionConflict(`${commands[0]?.stream}: still in conflict after ${MOST_ATTEMPTS} attempts`);
}

/** Too many writers at once: not the caller's fault, and worth another try. */
export class VersionConflict extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VersionConflict';
  }
}

export function commandTo<State, Command extends Fact, Event extends Fact>(
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
  command: Command,
): StreamCommand {
  return { aggregate: aggregate.name, stream, command };
}

export function stateOf<State, Command extends Fact, Event extends Fact>(
  { states }: Executed,
  aggregate: Aggregate<State, Command, Event>,
  stream: string,
): State {
  return (states.get(stream) ?? aggregate.initial) as State;
}

interface Plan {
  readonly stream: string;
  readonly aggregate: AnyAggregate;
  readonly before: unknown;
  readonly after: unknown;
  readonly stored: readonly StoredEvent[];
  readonly requires: readonly RequiredRow[];
}

async function decideAll(
  ports: ExecutePorts,
  issued: Issued,
  commands: readonly StreamCommand[],
): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  const queue = [...commands];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (plans.length === MOST_STREAMS) throw new Error(`an append takes ${MOST_STREAMS} streams at most`);
    const { stream, command } = next;
    const aggregate = aggregateNamed(ports, next.aggregate);
    const history = await ports.store.load(stream);
    const before = fold(aggregate, history);
    const decision = aggregate.decide(before, { ...command, ...issued });
    const stored = chained(ports.system, issued, stream, history.at(-1), decision.events);
    const after = stored.reduce((state, event) => aggregate.evolve(state, recorded(event)), before);
    const requires = next.orphan === true ? [] : (decision.requires ?? []);
    plans.push({ stream, aggregate, before, after, stored, requires });
    queue.push(...(decision.alongside ?? []));
  }
  return plans;
}

function aggregateNamed({ aggregates }: ExecutePorts, name: string): AnyAggregate {
  const aggregate = aggregates[name];
  if (aggregate === undefined) throw new Error(`there is no aggregate ${name}`);
  return aggregate;
}

function chained(
  { sha256 }: System,
  { id, at, actor }: Issued,
  stream: string,
  last: StoredEvent | undefined,
  facts: readonly Fact[],
): readonly StoredEvent[] {
  const events: StoredEvent[] = [];
  for (const { type, data } of facts) {
    const previous = events.at(-1) ?? last;
    const event = {
      stream,
      version: (previous?.version ?? 0) + 1,
      type,
      data: JSON.stringify(data),
      at,
      actor: actorText(actor),
      cause: id,
      previousHash: previous?.hash ?? NO_HASH,
    };
    events.push({ ...event, hash: sha256(chainText(event)) });
  }
  return events;
}

function appendOf(plans: readonly Plan[]): Append {
  const changed = plans.filter(({ stored }) => stored.length > 0);
  const rows = rowChanges(
    changed.map(({ stream, aggregate, before, after }) => ({
      stream,
      before: aggregate.rows(before),
      after: aggregate.rows(after),
    })),
  );
  const written = new Set(rows.map(({ row }) => keyText(row)));
  const required = new Map(
    changed.flatMap(({ requires }) =>
      requires.map(({ pk, sk }) => [keyText({ pk, sk }), { pk, sk }] as const),
    ),
  );
  return {
    events: changed.flatMap(({ stored }) => stored),
    rows,
    required: [...required].filter(([key]) => !written.has(key)).map(([, key]) => key),
  };
}

function executed(plans: readonly Plan[]): Executed {
  return {
    events: plans.flatMap(({ stored }) => stored.map((event) => recorded(event))),
    states: new Map(plans.map(({ stream, after }) => [stream, after])),
  };
}

/**
 * A reply may be lost after the append has happened, and a retry of it be told that there is a conflict or that it is
 * still in progress. Then the streams hold events of our own command, and deciding again would decide it twice.
 */
async function alreadyAppended(
  ports: ExecutePorts,
  { id }: Issued,
  commands: readonly StreamCommand[],
): Promise<Executed | undefined> {
  const states = new Map<string, unknown>();
  const events: Recorded<Fact>[] = [];
  for (const { aggregate, stream } of commands) {
    const history = await ports.store.load(stream);
    states.set(stream, fold(aggregateNamed(ports, aggregate), history));
    events.push(...history.filter(({ cause }) => cause === id).map((event) => recorded(event)));
  }
  return events.length === 0 ? undefined : { events, states };
}

function refuse(plans: readonly Plan[], outcome: AppendOutcome): void {
  if (outcome.status === 'missing') {
    const { pk, sk } = outcome.key;
    const missing = plans
      .flatMap(({ requires }) => requires)
      .find((required) => required.pk === pk && required.sk === sk);
    throw missing?.refusal ?? new Error(`the required row ${pk} / ${sk} is missing`);
  }
  if (outcome.status === 'taken') {
    const { row, existing } = outcome;
    const { aggregate } = plans.find(({ stream }) => stream === row.owner) ?? {};
    const refusal = aggregate?.taken(parsed(row), parsed(existing));
    throw refusal ?? new Error(`the row ${row.pk} / ${row.sk} of ${row.owner} belongs to ${existing.owner}`);
  }
}

function parsed({ pk, sk, data }: { readonly pk: string; readonly sk: string; readonly data: string }): Row {
  return { pk, sk, data: JSON.parse(data) as Row['data'] };
}

function backoff(attempt: number, random: number): number {
  return random * Math.min(LONGEST_BACKOFF_MILLISECONDS, FIRST_BACKOFF_MILLISECONDS * 2 ** attempt);
}
