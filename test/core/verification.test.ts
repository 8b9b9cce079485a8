import { describe, expect, it } from 'vitest';
import { NO_HASH, type StoredEvent, chainText } from '../../core/chain.ts';
import { linkOf, verification } from '../../core/verification.ts';

/** Any function of the text will do: what is judged here is equality. */
const hashOf = (text: string) => `hash of ${text.replaceAll('\n', '|')}`;

describe('verification', () => {
  it('finds whole what is whole, in any order', () => {
    const log = [...chain('a#1', 3), ...chain('b#1', 2)].reverse();
    expect(verified(log, heads(log))).toEqual({ streams: 2, events: 5, breaks: [] });
    expect(verified([], [])).toEqual({ streams: 0, events: 0, breaks: [] });
  });

  it.each(['data', 'type', 'actor', 'cause'] as const)('sees an altered %s', (member) => {
    const log = replaced(chain('a#1', 3), 2, { [member]: 'other' });
    expect(verified(log, heads(log)).breaks).toMatchObject([at(2, /^it was altered/)]);
  });

  it('sees an altered time', () => {
    const log = replaced(chain('a#1', 3), 3, { at: 7 });
    expect(verified(log, heads(log)).breaks).toMatchObject([at(3, /^it was altered/)]);
  });

  it('sees an altered hash', () => {
    const log = replaced(chain('a#1', 3), 2, { hash: 'other' });
    expect(verified(log, heads(log)).breaks).toMatchObject([at(2, /stored with other…/)]);
  });

  it('sees an event that was altered together with its hash, by the one behind it', () => {
    const log = replaced(chain('a#1', 3), 2, { data: 'other' });
    const forged = log.map((event) =>
      event.version === 2 ? { ...event, hash: hashOf(chainText(event)) } : event,
    );
    expect(verified(forged, heads(forged)).breaks).toMatchObject([at(3, /does not follow version 2/)]);
  });

  it('sees a first event that follows something', () => {
    const [event] = chain('a#1', 2).slice(1);
    const log = [rehashed({ ...(event as StoredEvent), version: 1 })];
    expect(verified(log, heads(log)).breaks).toMatchObject([at(1, /does not follow nothing/)]);
  });

  it('sees a gap, at the beginning too', () => {
    const log = chain('a#1', 4);
    const without = (version: number) => log.filter((event) => event.version !== version);
    expect(verified(without(3), heads(log)).breaks).toMatchObject([
      at(3, /missing: the next event there is 4/),
    ]);
    expect(verified(without(1), heads(log)).breaks).toMatchObject([
      at(1, /missing: the next event there is 2/),
    ]);
  });

  it('sees a tail that was cut off', () => {
    const log = chain('a#1', 4);
    expect(verified(log.slice(0, 2), heads(log)).breaks).toMatchObject([
      at(3, /tail was cut: the head says version 4, but the log ends at 2$/),
    ]);
  });

  it('sees a whole stream that is gone', () => {
    expect(verified([], heads(chain('a#1', 4))).breaks).toMatchObject([at(1, /has no event of it$/)]);
  });

  it('sees what was added without an append, and what has no head', () => {
    const log = chain('a#1', 4);
    expect(verified(log, heads(log.slice(0, 3))).breaks).toMatchObject([at(4, /^no append wrote it/)]);
    expect(verified(log, []).breaks).toMatchObject([at(4, /has no head$/)]);
  });

  it('sees a last event that was replaced by another whole one', () => {
    const log = chain('a#1', 2);
    const forged = replaced(log, 2, { data: 'other' }).map((event) =>
      event.version === 2 ? rehashed(event) : event,
    );
    expect(verified(forged, heads(log)).breaks).toMatchObject([at(2, /^it was replaced/)]);
  });

  it('reports the first break of each broken stream, and only those', () => {
    const log = [
      ...replaced(replaced(chain('b#1', 4), 2, { data: 'x' }), 4, { data: 'x' }),
      ...chain('c#1', 2),
      ...replaced(chain('a#1', 2), 1, { data: 'x' }),
    ];
    const { breaks } = verified(log, heads(log));
    expect(breaks.map(({ stream, version }) => `${stream}@${version}`)).toEqual(['a#1@1', 'b#1@2']);
  });
});

function verified(log: readonly StoredEvent[], theirHeads: ReturnType<typeof heads>) {
  return verification(
    log.map((event) => linkOf(event, hashOf)),
    theirHeads,
  );
}

function at(version: number, message: RegExp) {
  return { stream: 'a#1', version, message: expect.stringMatching(message) as string };
}

function chain(stream: string, length: number): readonly StoredEvent[] {
  const events: StoredEvent[] = [];
  for (let version = 1; version <= length; version += 1) {
    const previousHash = events.at(-1)?.hash ?? NO_HASH;
    const event = {
      stream,
      version,
      type: 'T',
      data: '{}',
      at: version,
      actor: '{}',
      cause: 'c',
      previousHash,
    };
    events.push({ ...event, hash: hashOf(chainText(event)) });
  }
  return events;
}

function replaced(log: readonly StoredEvent[], version: number, members: Partial<StoredEvent>) {
  return log.map((event) => (event.version === version ? { ...event, ...members } : event));
}

function rehashed(event: StoredEvent): StoredEvent {
  return { ...event, hash: hashOf(chainText(event)) };
}

function heads(log: readonly StoredEvent[]) {
  const last = new Map<string, StoredEvent>();
  for (const event of log) {
    if (event.version > (last.get(event.stream)?.version ?? 0)) last.set(event.stream, event);
  }
  return [...last.values()].map(({ stream, version, hash }) => ({ stream, version, hash }));
}
