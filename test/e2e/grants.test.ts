import { describe, expect, it } from 'vitest';
import { provenGrants } from '../grants/deployed.ts';
import { passes } from '../grants/proof-run.ts';
import { withoutGrant } from '../grants/without-grant.ts';
import { local } from './cloud.ts';

/** Spread evenly over all functions. `npm run grants` shows every one of them. */
const SAMPLES = 3;

const grants = await provenGrants(local);
const sampled = Array.from(
  { length: SAMPLES },
  (_, index) => grants[Math.floor((index * grants.length) / SAMPLES)],
).filter((grant) => grant !== undefined);

describe('a function without one of its grants', () => {
  it.each(sampled.map((grant) => [grant.functionName, grant.right, grant] as const))(
    '%s, without %s, fails the test that is named for it',
    async (_name, _right, grant) => {
      expect(await withoutGrant(local, grant, () => passes(grant.test, local))).toBe(false);
    },
  );
});
