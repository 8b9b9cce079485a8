import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../core/chain.ts';
import { linkOf, verification } from '../../../core/verification.ts';
import type { StoredRow } from '../../../functions/adapters/event-store.ts';
import { replayHeads, replayRows } from '../../../functions/runtime/replay.ts';
import { system } from '../../../functions/runtime/system.ts';
import { deploymentEventTypes } from './deployment-event-types.ts';
import { fleetEventTypes } from './fleet-event-types.ts';
import { goldenFleetHistory } from './golden-fleet-history.ts';
import { goldenHistory } from './golden-history.ts';

/**
 * A log as a release has written it, and the rows it made of it. REGENERATE_GOLDEN=rows makes the rows anew where views
 * were meant to change (then the release must say that `sluice replay` is due); REGENERATE_GOLDEN=log writes the log
 * anew as well, and only as long as nobody runs a release: from then on a change of events needs an upcaster and a
 * second golden log.
 */
const GOLDEN = [
  ['Lambda', { log: 'golden-log.json', rows: 'golden-rows.json', history: goldenHistory }],
  ['fleets', { log: 'golden-fleet-log.json', rows: 'golden-fleet-rows.json', history: goldenFleetHistory }],
] as const;

const regenerate = process.env['REGENERATE_GOLDEN'];

if (regenerate !== undefined) {
  describe.each(GOLDEN)('the golden log of %s', (_, golden) => {
    it('is written anew', async () => {
      if (regenerate === 'log') write(golden.log, (await golden.history()).allEvents());
      write(golden.rows, replayRows(read(golden.log) as readonly StoredEvent[]));
    });
  });
}

describe.each(GOLDEN)("yesterday's log of %s", (_, golden) => {
  const log = () => read(golden.log) as readonly StoredEvent[];

  it('folds today to the rows it folded to then', () => {
    expect(replayRows(log())).toEqual(read(golden.rows) as readonly StoredRow[]);
  });

  it('has the hashes it had then', () => {
    const links = log().map((event) => linkOf(event, system.sha256));
    const heads = replayHeads(log()).map(({ owner, version, hash }) => ({ stream: owner, version, hash }));
    const { breaks, events } = verification(links, heads);
    expect(breaks).toEqual([]);
    expect(events).toBe(log().length);
  });
});

describe("yesterday's logs", () => {
  it('holds every kind of event', () => {
    const types = new Set(
      GOLDEN.flatMap(([, { log }]) => (read(log) as readonly StoredEvent[]).map(({ type }) => type)),
    );
    expect([...deploymentEventTypes, ...fleetEventTypes].filter((type) => !types.has(type))).toEqual([]);
    expect([...types]).toEqual(
      expect.arrayContaining([
        'ApplicationCreated',
        'ApplicationRenamed',
        'ApplicationTagged',
        'ApplicationUntagged',
        'ApplicationDeleted',
        'DeploymentConfigCreated',
        'DeploymentConfigDeleted',
        'DeploymentGroupCreated',
        'DeploymentGroupRenamed',
        'DeploymentGroupSettingsChanged',
        'DeploymentGroupTagged',
        'DeploymentGroupUntagged',
        'DeploymentGroupDeleted',
        'RevisionRegistered',
        'RevisionDescribed',
      ]),
    );
  });
});

describe.each(GOLDEN)("today's log of %s", (_, golden) => {
  it('makes the same rows written along with each append as replayed from the start', async () => {
    const store = await golden.history();
    expect(replayRows(store.allEvents())).toEqual(store.allRows());
  });
});

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
}

function write(file: string, items: readonly object[]): void {
  writeFileSync(new URL(file, import.meta.url), `${JSON.stringify(items, null, 2)}\n`);
}
