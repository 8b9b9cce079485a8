import { expect, it } from 'vitest';
import { ARCHIVE_LIMITS, admittedEntries } from '../../agent/archive-entries.ts';

/** As pnpm lays it out: each package in a folder of its own, which has a link to each package that it needs. */
function admitPackages(packages: number, linksOfEach: number): string | undefined {
  const { admit, finish } = admittedEntries(ARCHIVE_LIMITS);
  const folder = (index: number) => `@scope+package-${index}@1.0.0/node_modules`;
  for (let index = 0; index < packages; index += 1) {
    const here = `node_modules/.pnpm/${folder(index)}`;
    admit({ path: `${here}/@scope/package-${index}/index.js`, type: 'file', bytes: 1000 });
    for (let link = 1; link <= linksOfEach; link += 1) {
      const other = (index + link * 37) % packages;
      const target = `../../${folder(other)}/@scope/package-${other}`;
      admit({ path: `${here}/package-${other}`, type: 'symbolic-link', bytes: 0, target });
    }
  }
  return finish();
}

it('A bundle is admitted with the thousands of packages of a large program, and a link to each that they need', () => {
  expect(admitPackages(8000, 6)).toBeUndefined();
});

it('A bundle is refused when it would take long to see where its links lead', () => {
  const { admit, finish } = admittedEntries(ARCHIVE_LIMITS);
  const link = (path: string, target: string) => admit({ path, type: 'symbolic-link', bytes: 0, target });
  link('long', 'a/'.repeat(2000));
  for (let index = 0; index < 12; index += 1) link(`${index}`, 'long');
  expect(finish).toThrow('its links lead too far to be followed');
});
