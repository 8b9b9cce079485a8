import { expect, it } from 'vitest';
import { ARCHIVE_LIMITS, admittedEntries } from '../../agent/archive-entries.ts';

it('A bundle is refused when it would take long to see where its links lead', () => {
  const { admit, finish } = admittedEntries(ARCHIVE_LIMITS);
  const link = (path: string, target: string) => admit({ path, type: 'symbolic-link', bytes: 0, target });
  link('long', 'a/'.repeat(2000));
  for (let index = 0; index < 12; index += 1) link(`${index}`, 'long');
  expect(finish).toThrow('its links lead too far to be followed');
});
