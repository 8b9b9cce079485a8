import { expect, it } from 'vitest';
import { deployment } from '../../../core/deployments/deployment.ts';
import type { ExistingDeployment } from '../../../core/deployments/deployment-state.ts';
import type { TargetRow } from '../../../core/views/target-rows.ts';
import { budgetWords } from '../../../core/views/fleet-budget.ts';
import { folded } from '../given.ts';
import { admitted, created, hosts, resolved, stopped, wave } from '../deployments/given-fleet-deployment.ts';
import { claimed, done, stateAfter, targetFailed } from '../deployments/given-target.ts';

const inFlight = stateAfter([claimed()]);
const failed = stateAfter([claimed(), targetFailed('It broke.')]);
const good = stateAfter([claimed(), done]);

function words(targets: number, healthy: number, rows: readonly TargetRow[], slots = targets - healthy) {
  const events = [
    created(),
    admitted(targets, healthy),
    resolved(hosts(targets)),
    wave({ positions: [[0, targets]], slots }),
  ];
  return budgetWords(folded(deployment, events) as ExistingDeployment, rows);
}

it.each([
  ['2 of 3 may be down: 2 at a time', 3, 1, [inFlight]],
  ['1 of 3 may be down: one at a time', 3, 2, []],
  ['2 of 3 may be down; 1 failed: one at a time from now on', 3, 1, [failed, inFlight]],
  ['4 of 6 may be down; 1 failed: 3 at a time from now on', 6, 2, [failed, good]],
  ['1 of 3 may be down; 1 failed: no more is begun, 2 stay untouched', 3, 2, [failed]],
  ['2 of 3 may be down; 2 failed: no more is begun, 1 stays untouched', 3, 1, [failed, failed]],
] as const)('%s', (sentence, targets, healthy, rows) => {
  expect(words(targets, healthy, rows)).toBe(sentence);
});

it('says nothing where nothing more is to begin', () => {
  expect(words(2, 1, [good, inFlight])).toBeUndefined();
  const events = [created(), admitted(3, 1), resolved(hosts(3)), stopped];
  expect(budgetWords(folded(deployment, events) as ExistingDeployment, [])).toBeUndefined();
});
