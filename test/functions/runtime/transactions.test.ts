import { describe, expect, it } from 'vitest';
import { itemBytes } from '../../../core/cost/write-units.ts';
import type { RowKey } from '../../../core/decider.ts';
import { deploymentIdOfStream } from '../../../core/deployments/deployment-stream.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { byStream } from '../../../core/verification.ts';
import { type Append, headsOf } from '../../../functions/adapters/event-store.ts';
import { type Transaction, transactionsOf } from '../../../functions/runtime/transactions.ts';
import { targetOfStream } from '../../../core/deployments/target-stream.ts';
import { goldenFleetHistory } from '../../core/deployments/golden-fleet-history.ts';
import { goldenHistory } from '../../core/deployments/golden-history.ts';

const store = await goldenHistory();
const fleet = await goldenFleetHistory();
const transactions = transactionsOf([...byStream(store.allEvents()).values()]);
const keyOf = ({ pk, sk }: RowKey) => `${pk} ${sk}`;
const isOfDeployment = ({ stream }: { readonly stream: string }) =>
  deploymentIdOfStream(stream) !== undefined || targetOfStream(stream) !== undefined;

describe('the transactions that a log tells of', () => {
  it.each([
    ['of functions', store],
    ['to a fleet', fleet],
  ])('are those that were appended by deployments %s, item for item', (_, golden) => {
    const transactions = transactionsOf([...byStream(golden.allEvents()).values()]);
    const present = new Map<string, number>();
    let compared = 0;
    for (const append of golden.allAppends()) {
      const wrote = written(append, present);
      if (!append.events.some(isOfDeployment)) continue;
      compared += 1;
      const told = transactions.find(({ cause }) => cause === append.events[0]?.cause);
      expect(sizesOf(told)).toEqual(wrote);
    }
    expect(compared).toBeGreaterThan(40);
  });

  it('hold what a deployment was created with, its revision included, as its own', () => {
    const creation = transactions.find(({ items }) =>
      items.some(({ size }) => size.type === 'checked' && size.key.pk.startsWith('application#')),
    );
    expect(new Set(creation?.items.map(({ stream }) => stream))).toEqual(new Set(['deployment#d-GOLDEN001']));
  });

  it('share the end of a deployment and the beginning of its rollback between the two', () => {
    const streams = transactions.map(({ items }) => new Set(items.map(({ stream }) => stream)));
    expect(streams).toContainEqual(new Set(['deployment#d-GOLDEN002', 'deployment#d-GOLDEN003']));
  });
});

/** The sizes of all that it writes or checks, and what is there afterwards. */
function written(append: Append, present: Map<string, number>): readonly (number | string)[] {
  const items: (number | string)[] = append.events.map((event) => itemBytes({ ...event }));
  for (const { stream, version, hash } of headsOf(append)) {
    items.push(itemBytes({ ...rowKeys.head(stream), owner: stream, version, hash }));
  }
  for (const { type, row } of append.rows) {
    const before = present.get(keyOf(row)) ?? 0;
    const after = type === 'put' ? itemBytes({ ...row }) : 0;
    items.push(Math.max(before, after));
    if (type === 'put') present.set(keyOf(row), after);
    else present.delete(keyOf(row));
  }
  return [...items, ...append.required.map(keyOf)].map(String).sort();
}

function sizesOf(transaction: Transaction | undefined): readonly string[] {
  const items = transaction?.items ?? [];
  return items.map(({ size }) => (size.type === 'bytes' ? String(size.bytes) : keyOf(size.key))).sort();
}
