import { describe, expect, it } from 'vitest';
import { CannotDo } from '../../cli/command.ts';
import type { Places } from '../../cli/publisher.ts';
import { sinceOf } from '../../cli/since.ts';
import { goldenFleetHistory } from '../core/deployments/golden-fleet-history.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { memoryTables, sluice } from './memory-tables.ts';

const store = await goldenHistory();
const deploymentEvents = store.allEvents().filter(({ stream }) => stream.startsWith('deployment#'));
const middle = deploymentEvents[Math.floor(deploymentEvents.length / 2)]?.at ?? 0;

/** Publishes everything, `most` events at the most, and remembers the batches. */
function fakePublisher(most = Infinity) {
  const batches: (readonly Places[])[] = [];
  let published = 0;
  return {
    batches,
    publish: async (places: readonly Places[]) => {
      const count = places.reduce((sum, { versions }) => sum + versions.length, 0);
      if (published + count > most) throw new CannotDo('the function failed');
      batches.push(places);
      published += count;
      return count;
    },
  };
}

const publishedBy = ({ batches }: ReturnType<typeof fakePublisher>) =>
  batches.flat().flatMap(({ stream, versions }) => versions.map((version) => `${stream}@${version}`));

describe('sluice republish', () => {
  it('says how many events there are and what it cost to find them, and then asks', async () => {
    const publisher = fakePublisher();
    const questions: string[] = [];
    const { code, noted } = await sluice(memoryTables(store), ['republish', '--since', '30d'], undefined, {
      publisher,
      ask: async (question) => {
        questions.push(question);
        return false;
      },
    });
    expect(code).toBe(1);
    expect(questions).toHaveLength(1);
    expect(publisher.batches).toEqual([]);
    const units = store.allEvents().length;
    expect(noted.slice(0, 2)).toEqual([
      expect.stringMatching(new RegExp(`^${deploymentEvents.length} events of 7 deployments since 2026-`)),
      `Reading the log took ${units} read units, $${((units * 0.125) / 1e6).toFixed(6)}.`,
    ]);
  });

  it('publishes every event since then and none before, each deployment in order of version', async () => {
    const publisher = fakePublisher();
    const since = new Date(middle).toISOString();
    const tables = memoryTables(store);
    tables.log.reverse();
    const { code, printed } = await sluice(tables, ['republish', '--since', since, '--yes'], undefined, {
      publisher,
    });
    const expected = deploymentEvents.filter(({ at }) => at >= middle);
    expect(code).toBe(0);
    expect(expected.length).toBeGreaterThan(1);
    expect(expected.length).toBeLessThan(deploymentEvents.length);
    expect([...publishedBy(publisher)].sort()).toEqual(
      expected.map(({ stream, version }) => `${stream}@${version}`).sort(),
    );
    for (const { versions } of publisher.batches.flat()) {
      expect(versions).toEqual([...versions].sort((one, other) => one - other));
    }
    expect(printed).toEqual([`${expected.length} events published once more`]);
  });

  it('publishes those of the hosts of fleets as well, each host in order of version', async () => {
    const publisher = fakePublisher();
    const tables = memoryTables(await goldenFleetHistory());
    tables.log.reverse();
    const words = ['republish', '--since', '30d', '--yes'];
    const { noted } = await sluice(tables, words, undefined, { publisher });
    const all = tables.log.filter(({ stream }) => /^(?:deployment|target)#/.test(stream));
    const ofHosts = new Set(all.map(({ stream }) => stream).filter((stream) => stream.startsWith('target#')));
    expect(ofHosts.size).toBeGreaterThan(3);
    expect(noted[0]).toContain(
      `${all.length} events of 3 deployments and ${ofHosts.size} targets of theirs since`,
    );
    expect(publishedBy(publisher).toSorted()).toEqual(
      all.map(({ stream, version }) => `${stream}@${version}`).toSorted(),
    );
    for (const { versions } of publisher.batches.flat())
      expect(versions).toEqual(versions.toSorted((one, other) => one - other));
  });

  it('publishes many in batches that the function has time for', async () => {
    const publisher = fakePublisher();
    const tables = memoryTables(store);
    const [created] = deploymentEvents;
    if (created === undefined) throw new Error('the golden log has no deployments');
    const stream = 'deployment#d-LONG00001';
    tables.log = Array.from({ length: 250 }, (_, index) => ({ ...created, stream, version: index + 1 }));
    await sluice(tables, ['republish', '--since', '30d', '--yes'], undefined, { publisher });
    const sizes = publisher.batches.map((batch) => batch.flatMap(({ versions }) => versions).length);
    expect(sizes).toEqual([100, 100, 50]);
    expect(publishedBy(publisher)).toEqual(tables.log.map(({ version }) => `${stream}@${version}`));
  });

  it('says how far it came where the function fails', async () => {
    const { code, noted } = await sluice(
      memoryTables(store),
      ['republish', '--since', '30d', '--yes'],
      undefined,
      {
        publisher: fakePublisher(0),
      },
    );
    expect(code).toBe(1);
    expect(noted.at(-1)).toContain(
      `0 of ${deploymentEvents.length} events were published, then the function failed`,
    );
  });

  it('asks nobody where there is nothing to publish', async () => {
    const { code, printed } = await sluice(memoryTables(store), ['republish', '--since', '1s']);
    expect(code).toBe(0);
    expect(printed.join()).toContain('nothing was published');
  });

  it('is to be told since when', async () => {
    for (const words of [['republish'], ['republish', '--since', 'lately'], ['republish', '--since', '7']]) {
      const { code, noted } = await sluice(memoryTables(store), words);
      expect(code).toBe(2);
      expect(noted.join()).toContain('--since');
    }
  });
});

describe('a time since', () => {
  const now = new Date(2026, 10, 2, 15, 0, 0).getTime();

  it.each([
    ['90s', now - 90_000],
    ['30m', now - 1_800_000],
    ['1.5h', now - 5_400_000],
    ['2d', now - 172_800_000],
    ['14:03', new Date(2026, 10, 2, 14, 3).getTime()],
    ['2026-11-01T08:00:00', new Date(2026, 10, 1, 8).getTime()],
    ['2026-11-01T08:00:00Z', Date.UTC(2026, 10, 1, 8)],
  ])('%s is understood', (text, at) => {
    expect(sinceOf(text, now)).toBe(at);
  });

  it('has passed', () => {
    expect(() => sinceOf('16:00', now)).toThrow('still to come');
  });
});
