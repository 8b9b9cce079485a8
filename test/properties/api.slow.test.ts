import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../../functions/api/operations.ts';
import { NEVER_OF_LAMBDA } from '../contract/sdk-answers.ts';
import { api, contents } from '../support/api.ts';
import { mutated } from './api-mutations.ts';
import type { Seed } from './api-seed.ts';
import { seed } from './api-seed.ts';

/** Together with the bodies of others some seven thousand calls, in about five seconds. */
const CALLS_PER_OPERATION = 120;

const names = [...operations.keys()];
let account: Seed;

beforeAll(async () => {
  account = await seed();
});

/** The front door over an account of its own, made anew once a call has changed it. */
function door() {
  let one: { readonly call: ReturnType<typeof api>['call']; readonly contents: () => string } | undefined;
  let before = '';
  return {
    /**
     * The harness holds every answer against the model: a 200 is what the schema of the SDK says, an error one that the
     * operation declares or that is common to all. A refused call has written nothing. Answers the status.
     */
    ask: async (operation: string, body: unknown) => {
      if (one === undefined) {
        const store = await account.fresh();
        // Ids are drawn from one that the account does not have yet.
        const system = { ...api().ports.system, deploymentId: () => 'd-FRESH0001' };
        const { call } = api({ store, rows: store.rows, system });
        one = { call, contents: () => JSON.stringify(contents(store)) };
        before = one.contents();
      }
      const { status, text } = await one.call(operation, body);
      expect(status, text).toBeLessThan(500);
      if (one.contents() !== before) {
        expect(status, `${operation} was refused, and yet wrote: ${text}`).toBe(200);
        one = undefined;
      }
      return status;
    },
  };
}

/** What the seed asks of these is refused: no Lambda deployment has such waits, and none of its hooks waits for this. */
const ALWAYS_REFUSED: readonly string[] = [...NEVER_OF_LAMBDA, 'PutLifecycleEventHookExecutionStatus'];

describe.each(names)('%s', (name) => {
  test('answers whatever it is sent, and what it refuses leaves no trace', async () => {
    const { ask } = door();
    const bodies = account.bodies[name] ?? expect.fail('the seed has no body for it');
    const statuses: number[] = [];
    for (const body of bodies) statuses.push(await ask(name, body));
    expect(statuses.includes(200)).toBe(!ALWAYS_REFUSED.includes(name));
    await fc.assert(
      fc.asyncProperty(mutated(bodies), async (body) => void (await ask(name, body))),
      { numRuns: CALLS_PER_OPERATION },
    );
  });
});

test('any operation takes the body of any other', async () => {
  const { ask } = door();
  const all = Object.values(account.bodies).flat();
  for (const name of names) {
    for (const body of all) await ask(name, body);
  }
});

test('a body that is cut off, or no JSON at all, is refused before anything is looked at', async () => {
  const { ask } = door();
  const texts = Object.values(account.bodies)
    .flat()
    .map((body) => JSON.stringify(body));
  const cut = fc.tuple(fc.constantFrom(...texts), fc.nat(500)).map(([text, length]) => text.slice(0, length));
  const raw = fc.oneof(cut, fc.string({ unit: 'binary' }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), raw, async (name, text) => void (await ask(name, text))),
    { numRuns: CALLS_PER_OPERATION },
  );
});
