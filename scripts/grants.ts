import { parseArgs } from 'node:util';
import { provenGrants, type ProvenGrant } from '../test/grants/deployed.ts';
import { passes } from '../test/grants/proof-run.ts';
import { withoutGrant } from '../test/grants/without-grant.ts';
import { endingSignal, main } from './ending.ts';
import { startLocalCloud } from './local-cloud/cloud.ts';
import type { LocalJson } from './local-cloud/local-json.ts';

/** As in the end-to-end suite, whose tests are run here one by one. */
const TIME_SCALE = 60;
const WAIT_SCALE = 0.05;

/**
 * `npm run grants [-- --function NAME]`: takes each grant of each function away in turn and runs the one test that
 * must fail without it, on a local cloud with AUTH. Exits 1 where one passes all the same, or fails with the grant.
 */
void main(async () => {
  const { values } = parseArgs({ options: { function: { type: 'string' } } });
  const signal = endingSignal();
  const cloud = await startLocalCloud({
    timeScale: TIME_SCALE,
    waitScale: WAIT_SCALE,
    signal,
    say: console.log,
  });
  try {
    const all = await provenGrants(cloud.local);
    const grants = all.filter(
      ({ functionName }) => values.function === undefined || functionName === values.function,
    );
    if (grants.length === 0) throw new Error(`No function is called ${values.function}.`);
    const broken = await failing(cloud.local, grants, signal);
    const needless: string[] = [];
    for (const [index, grant] of grants.entries()) {
      signal.throwIfAborted();
      const needed = !(await withoutGrant(cloud.local, grant, () => passes(grant.test, cloud.local)));
      const name = `${grant.functionName}: ${grant.right}`;
      console.log(`${index + 1}/${grants.length} ${needed ? 'needed' : 'NOT NEEDED'}  ${name}`);
      if (!needed) needless.push(`${name}, by "${grant.test.title}"`);
    }
    const bad = [...broken, ...needless];
    console.log(
      bad.length === 0 ? `\nAll ${grants.length} are needed.` : `\nNot shown:\n  ${bad.join('\n  ')}`,
    );
    return bad.length === 0 ? 0 : 1;
  } finally {
    await cloud.close();
  }
});

/** Each test once with all grants: one that fails then proves nothing. */
async function failing(
  local: LocalJson,
  grants: readonly ProvenGrant[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const tests = new Map(grants.map(({ test }) => [`${test.file}: ${test.title}`, test]));
  const failed: string[] = [];
  for (const [name, test] of tests) {
    signal.throwIfAborted();
    if (!(await passes(test, local))) failed.push(`${name} fails with all grants`);
  }
  console.log(`${tests.size - failed.length} of ${tests.size} tests pass with all grants.`);
  return failed;
}
