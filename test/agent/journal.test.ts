import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Journal, JournalEntry } from '../../agent/journal.ts';
import { journalIn } from '../../agent/journal.ts';
import { recover } from '../../agent/recover.ts';

let root = '';
let journal: Journal;
const entry: JournalEntry = { hostCommandIdentifier: 'x', deploymentId: 'd-A', event: 'Install' };
const completion = { CommandStatus: 'Succeeded', Payload: '{}', OutputUploaded: false } as const;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-journal-'));
  journal = journalIn(root);
});

afterEach(() => rmSync(root, { recursive: true }));

/** The path of the only entry. */
function written(): string {
  const folder = join(root, 'ongoing-deployment');
  return join(folder, readdirSync(folder)[0] ?? '');
}

describe('the journal of the agent', () => {
  it('has one entry of a command, however a crash has cut off its next', async () => {
    await journal.write(entry);
    const path = written();
    writeFileSync(`${path}.fresh`, JSON.stringify({ ...entry, completion }));
    expect(await journal.left()).toEqual([entry]);
    expect(existsSync(`${path}.fresh`)).toBe(false);
  });

  it('puts away what is no entry, and keeps what cannot be read just now', async () => {
    await journal.write(entry);
    const path = written();
    writeFileSync(`${path}0`, 'no entry');
    renameSync(path, join(root, 'elsewhere'));
    // Read through a circle of links, as little to be had as from a disk that fails.
    symlinkSync(path, path);
    expect(await journal.left()).toEqual([]);
    expect(readdirSync(join(path, '..'))).toEqual([path.slice(-32)]);
  });

  it('that cannot be written to keeps no agent from starting and telling what was left', async () => {
    expect(await toldOf(entry)).toMatchObject([{ HostCommandIdentifier: 'x', CommandStatus: 'Failed' }]);
  });

  it('that knows of no script lets nobody be told that one was ended', async () => {
    expect(JSON.stringify(await toldOf(entry))).toContain('restarted in the middle of Install\\"');
  });
});

/** What the service hears of an entry that is left in a journal to which nothing can be written. */
async function toldOf(left: JournalEntry): Promise<unknown> {
  const told: unknown[] = [];
  await recover({
    journal: {
      left: async () => [left],
      forget: () => Promise.reject(new Error('EROFS')),
      write: () => Promise.reject(new Error('ENOSPC')),
    },
    service: { call: async (_, input) => void told.push(input) as never },
    log: { info: () => undefined, warn: () => undefined },
    ending: new AbortController().signal,
  });
  return told;
}
