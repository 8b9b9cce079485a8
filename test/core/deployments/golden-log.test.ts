import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../core/chain.ts';
import { linkOf, verification } from '../../../core/verification.ts';
import type { StoredRow } from '../../../functions/adapters/event-store.ts';
import { replayHeads, replayRows } from '../../../functions/runtime/replay.ts';
import { system } from '../../../functions/runtime/system.ts';
import { deploymentEventTypes } from './deployment-event-types.ts';
import { goldenHistory } from './golden-history.ts';

/**
 * A log as a release has written it, and the rows it made of it. REGENERATE_GOLDEN=rows makes the rows anew where views
 * were meant to change (then the release must say that `sluice replay` is due); REGENERATE_GOLDEN=log writes the log
 * anew as well, and only as long as nobody runs a release: from then on a change of events needs an upcaster and a
 * second golden log.
 */
const LOG = new URL('golden-log.json', import.meta.url);
const ROWS = new URL('golden-rows.json', import.meta.url);

const regenerate = process.env['REGENERATE_GOLDEN'];

if (regenerate !== undefined) {
  describe('the golden log', () => {
    it('is written anew', async () => {
      if (regenerate === 'log') write(LOG, (await goldenHistory()).allEvents());
      write(ROWS, replayRows(read(LOG) as readonly StoredEvent[]));
    });
  });
}

describe("yesterday's log", () => {
  let log: readonly StoredEvent[] = [];
  let rows: readonly StoredRow[] = [];
  beforeAll(() => {
    log = read(LOG) as readonly StoredEvent[];
    rows = read(ROWS) as readonly StoredRow[];
  });

  it('folds today to the rows it folded to then', () => {
    expect(replayRows(log)).toEqual(rows);
  });

  it('has the hashes it had then', () => {
    const links = log.map((event) => linkOf(event, system.sha256));
    const heads = replayHeads(log).map(({ owner, version, hash }) => ({ stream: owner, version, hash }));
    const { breaks, events } = verification(links, heads);
    expect(breaks).toEqual([]);
    expect(events).toBe(log.length);
  });

  it('holds every kind of event', () => {
    const types = new Set(log.map(({ type }) => type));
    expect(deploymentEventTypes.filter((type) => !types.has(type))).toEqual([]);
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

describe("today's log", () => {
  it('makes the same rows written along with each append as replayed from the start', async () => {
    const store = await goldenHistory();
    expect(replayRows(store.allEvents())).toEqual(store.allRows());
  });
});

function read(file: URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function write(file: URL, items: readonly object[]): void {
  writeFileSync(file, `${JSON.stringify(items, null, 2)}\n`);
}
