import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../core/chain.ts';
import { NO_HASH, chainText } from '../../core/chain.ts';
import type { Append, EventStore, RowWrite } from '../../functions/adapters/event-store.ts';
import { AppendTooLarge } from '../../functions/adapters/event-store.ts';
import type { RowReader } from '../../functions/adapters/row-reader.ts';

export interface StoreUnderTest {
  readonly store: EventStore;
  readonly rows: RowReader;
}

/** What every store promises. Each test has streams and keys of its own, so that they may share one database. */
export function eventStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the event store contract, kept by ${name}`, () => {
    it('gives back what was appended, in order and to the byte', async () => {
      const { store } = await open();
      const stream = newStream();
      const events = chain(stream, 3);
      expect(await store.append(appendOf({ events }))).toEqual({ status: 'appended' });
      expect(await store.load(stream)).toEqual(events);
      expect(await store.load(stream, 3)).toEqual(events.slice(2));
      expect(await store.load(newStream())).toEqual([]);
    });

    it('lets one of two writers at the same version win, and writes nothing of the other', async () => {
      const { store, rows } = await open();
      const stream = newStream();
      const [one, other] = ['one', 'other'].map((cause) => {
        const row = put(stream, `row-${cause}-${stream}`);
        return appendOf({ events: chain(stream, 1, cause), rows: [row] });
      });
      const outcomes = await Promise.all([store.append(one as Append), store.append(other as Append)]);
      // Both at once may also mean that one is told to come back: then it comes back.
      const settled = await Promise.all(
        outcomes.map(async (outcome, index) =>
          outcome.status === 'busy' ? store.append((index === 0 ? one : other) as Append) : outcome,
        ),
      );
      expect(settled.map(({ status }) => status).sort()).toEqual(['appended', 'conflict']);
      const [winner] = await store.load(stream);
      const loser = winner?.cause === 'one' ? 'other' : 'one';
      expect(await rows.get({ pk: `row-${winner?.cause}-${stream}`, sk: 'row' })).toBeDefined();
      expect(await rows.get({ pk: `row-${loser}-${stream}`, sk: 'row' })).toBeUndefined();
    });

    it('refuses a key that another stream owns, says which row is there, and writes nothing', async () => {
      const { store } = await open();
      const [first, second] = [newStream(), newStream()];
      const pk = `lock-${first}`;
      await store.append(appendOf({ events: chain(first, 1), rows: [put(first, pk, '{"of":"first"}')] }));
      const outcome = await store.append(appendOf({ events: chain(second, 1), rows: [put(second, pk)] }));
      expect(outcome).toMatchObject({
        status: 'taken',
        row: { pk, owner: second },
        existing: { pk, owner: first, data: '{"of":"first"}' },
      });
      expect(await store.load(second)).toEqual([]);
    });

    it('lets an owner change and delete its row, and nobody else', async () => {
      const { store, rows } = await open();
      const [owner, other] = [newStream(), newStream()];
      const pk = `mine-${owner}`;
      const events = chain(owner, 3);
      await store.append(appendOf({ events: events.slice(0, 1), rows: [put(owner, pk, '1')] }));
      await store.append(appendOf({ events: events.slice(1, 2), rows: [put(owner, pk, '2')] }));
      expect(await rows.get({ pk, sk: 'row' })).toEqual({ pk, sk: 'row', owner, data: '2' });
      const theft = { ...put(other, pk), type: 'delete' } as const;
      const stolen = await store.append(appendOf({ events: chain(other, 1), rows: [theft] }));
      expect(stolen.status).toBe('taken');
      const removal = { ...put(owner, pk), type: 'delete' } as const;
      await store.append(appendOf({ events: events.slice(2), rows: [removal] }));
      expect(await rows.get({ pk, sk: 'row' })).toBeUndefined();
    });

    it('hands a key over from one stream to another in one append', async () => {
      const { store, rows } = await open();
      const [from, to] = [newStream(), newStream()];
      const pk = `handed-${from}`;
      const events = chain(from, 2);
      await store.append(appendOf({ events: events.slice(0, 1), rows: [put(from, pk)] }));
      const handover = { ...put(to, pk), from };
      const outcome = await store.append(
        appendOf({ events: [...events.slice(1), ...chain(to, 1)], rows: [handover] }),
      );
      expect(outcome).toEqual({ status: 'appended' });
      expect(await rows.get({ pk, sk: 'row' })).toMatchObject({ owner: to });
    });

    it('refuses when a required row is missing, before it says that a key is taken', async () => {
      const { store } = await open();
      const [first, second] = [newStream(), newStream()];
      const pk = `taken-${first}`;
      await store.append(appendOf({ events: chain(first, 1), rows: [put(first, pk)] }));
      const key = { pk: `missing-${first}`, sk: 'row' };
      const outcome = await store.append(
        appendOf({ events: chain(second, 1), rows: [put(second, pk)], required: [key] }),
      );
      expect(outcome).toEqual({ status: 'missing', key });
      expect(await store.load(second)).toEqual([]);
    });

    it('says conflict of an event that is there already, whatever else fails with it', async () => {
      const { store } = await open();
      const stream = newStream();
      await store.append(appendOf({ events: chain(stream, 1) }));
      const missing = { pk: `missing-${stream}`, sk: 'row' };
      const outcome = await store.append(appendOf({ events: chain(stream, 1), required: [missing] }));
      expect(outcome).toEqual({ status: 'conflict' });
    });

    it('will not write over a tail that was cut off', async () => {
      const { store } = await open();
      const stream = newStream();
      const events = chain(stream, 3);
      await store.append(appendOf({ events: events.slice(0, 1) }));
      // Version 2 is skipped, as it would be if somebody had deleted it and the writer had not noticed.
      await expect(store.append(appendOf({ events: events.slice(2) }))).rejects.toThrow('sluice verify');
    });

    it('refuses an append of more than 100 actions or 4 MB with a clear error, and takes one of 100', async () => {
      const { store } = await open();
      const stream = newStream();
      const many = (count: number) =>
        Array.from({ length: count }, (_, index) => put(stream, `many-${stream}-${index}`));
      const tooMany = appendOf({ events: chain(stream, 1), rows: many(99) });
      await expect(store.append(tooMany)).rejects.toThrow(AppendTooLarge);
      const tooLarge = appendOf({
        events: chain(stream, 1),
        rows: Array.from({ length: 12 }, (_, index) =>
          put(stream, `large-${stream}-${index}`, 'x'.repeat(350_000)),
        ),
      });
      await expect(store.append(tooLarge)).rejects.toThrow(AppendTooLarge);
      const most = appendOf({ events: chain(stream, 1), rows: many(98) });
      expect(await store.append(most)).toEqual({ status: 'appended' });
    });

    it('reads a partition in order, within bounds, page by page, and counts it', async () => {
      const { store, rows } = await open();
      const stream = newStream();
      const pk = `list-${stream}`;
      const keys = Array.from({ length: 25 }, (_, index) => String(index).padStart(2, '0'));
      const writes = keys.map((sk): RowWrite => ({
        type: 'put',
        from: stream,
        row: { pk, sk, owner: stream, data: '{}' },
      }));
      await store.append(appendOf({ events: chain(stream, 1), rows: writes }));
      const first = await rows.query({ pk, limit: 10 });
      expect(first.rows.map(({ sk }) => sk)).toEqual(keys.slice(0, 10));
      expect(first.more).toBe(true);
      const second = await rows.query({ pk, after: '09', limit: 100 });
      expect(second.rows.map(({ sk }) => sk)).toEqual(keys.slice(10));
      expect(second.more).toBe(false);
      const bounded = await rows.query({ pk, from: '05', to: '07', limit: 100 });
      expect(bounded.rows.map(({ sk }) => sk)).toEqual(['05', '06', '07']);
      const exact = await rows.query({ pk, limit: 25 });
      expect(exact.more).toBe(false);
      const rest = await rows.query({ pk, from: '05', to: '07', after: '06', limit: 100 });
      expect(rest.rows.map(({ sk }) => sk)).toEqual(['07']);
      expect(await rows.count(pk)).toBe(25);
    });
  });
}

function newStream(): string {
  return `contract#${randomUUID()}`;
}

function appendOf(parts: Partial<Append>): Append {
  return { events: [], rows: [], required: [], ...parts };
}

function put(owner: string, pk: string, data = '{}'): RowWrite {
  return { type: 'put', from: owner, row: { pk, sk: 'row', owner, data } };
}

function chain(stream: string, count: number, cause = 'a command'): readonly StoredEvent[] {
  const events: StoredEvent[] = [];
  for (let version = 1; version <= count; version += 1) {
    const event = {
      stream,
      version,
      type: 'SomethingHappened',
      data: JSON.stringify({ version, umlaut: 'ä', zero: 0 }),
      at: 1_798_804_800_000 + version,
      actor: '{"type":"user","id":"ada"}',
      cause,
      previousHash: events.at(-1)?.hash ?? NO_HASH,
    };
    events.push({ ...event, hash: createHash('sha256').update(chainText(event)).digest('hex') });
  }
  return events;
}
