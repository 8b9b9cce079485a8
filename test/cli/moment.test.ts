import { describe, expect, it } from 'vitest';
import { logAt, momentOf } from '../../cli/moment.ts';
import type { StoredEvent } from '../../core/chain.ts';

/** Local times, so that the tests hold wherever they run. */
const CREATED = new Date(2026, 10, 2, 14, 3, 10, 250).getTime();
const NOW = CREATED + 48 * 3_600_000;

/** Events so many milliseconds after the creation. */
const log = [0, 40, 1_900, 60_000, 125_400].map((after, index): StoredEvent => {
  const texts = { type: 'Any', data: '{}', actor: '{}', cause: 'c', previousHash: '', hash: '' };
  return { ...texts, stream: 'deployment#d-1', version: index + 1, at: CREATED + after };
});

const versionsAt = (text: string) => logAt(momentOf(text), log, NOW).events.length;

describe('a moment', () => {
  it.each([
    ['1', 1],
    ['4', 4],
    ['+0s', 2],
    ['+0.0s', 2],
    ['+0.00s', 1],
    ['+1s', 3],
    ['+1.9s', 3],
    ['+59s', 3],
    ['+1m', 4],
    ['+1m 00s', 4],
    ['+1.5m', 4],
    ['+2m05s', 5],
    ['+47h 00m', 5],
    ['14:03:10', 2],
    ['14:03:10.2', 2],
    ['14:03:10.25', 1],
    ['14:03:10.290', 2],
    ['14:03:10.290123', 2],
    ['14:03:10.289999', 1],
    ['14:03:12', 3],
    ['14:04', 3],
    ['2026-11-02T14:03:12', 3],
    ['2026-11-02 14:03:12.150', 3],
    ['2026-11-03T00:00:00', 5],
    [new Date(CREATED + 60_000).toISOString(), 4],
    [`${new Date(CREATED + 60_000 + 5.5 * 3_600_000).toISOString().slice(0, -1)}+05:30`, 4],
    [`${new Date(CREATED + 60_000 - 8 * 3_600_000).toISOString().slice(0, -1)}-0800`, 4],
    [`${new Date(CREATED + 60_000 - 8 * 3_600_000).toISOString().slice(0, -1)}-08`, 4],
  ])('%s holds as many events as there were', (text, versions) => {
    expect(versionsAt(text)).toBe(versions);
  });

  it.each([
    ['14:03', 'it was created at 2026-11-02 14:03:10, after 2026-11-02 14:03:00'],
    ['00:10:00', 'one of a later day than that of the creation needs its date'],
    ['+50h 00m', 'is still to come'],
    ['6', 'Give a version from 1, its creation, to 5'],
  ])('%s has nothing to show, and says what to give', (text, message) => {
    expect(() => versionsAt(text)).toThrow(message);
  });

  it('of the version is the time of its event, and of a time the end of what its last digit stands for', () => {
    expect(logAt(momentOf('3'), log, NOW).at).toBe(CREATED + 1_900);
    expect(logAt(momentOf('+3m'), log, NOW).at).toBe(CREATED + 180_999);
    expect(logAt(momentOf('+3.25s'), log, NOW).at).toBe(CREATED + 3_259);
    expect(logAt(momentOf('+3.250s'), log, NOW).at).toBe(CREATED + 3_250);
  });

  it.each([
    ['', 'x', '-1', '1.5', '+', '+s', '+3', '+3s2m', '+1d'],
    ['now', '24:00:00', '14:60', '9:00:00', '14:03:10Z', '14:03.5:10'],
    [
      '2026-11-02',
      '2026-02-30T10:00:00',
      '2026-13-01T10:00:00Z',
      '2026-11-02T10:00:00+1',
      '2026-11-02T10:00:00+01:5',
      'T10:00:00',
    ],
  ])('is not %s', (...texts) => {
    for (const text of texts) expect(() => momentOf(text), text).toThrow('--at takes a version');
  });
});
