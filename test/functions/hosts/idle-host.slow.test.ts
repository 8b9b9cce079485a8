import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { API_REQUEST_DOLLARS, LIST_PRICES, READ_UNIT_DOLLARS } from '../../../core/cost/prices.ts';
import type { GatewayPorts } from '../../../functions/hosts/caller.ts';
import { aGateway } from './a-gateway.ts';

/** As AWS reckons months. */
const HOURS_OF_A_MONTH = 730;

/** All that an idle host's polls do to tables in an hour, counted at the ports: each read is of one unit, each write too. */
async function anHour(secondsBetweenPolls: number) {
  const { ports, poll, clock } = await aGateway();
  const counts = { calls: 0, reads: 0, writes: 0 };
  const counted = <Given extends readonly unknown[], Answer>(
    kind: 'reads' | 'writes',
    call: (...given: Given) => Answer,
  ) => {
    return (...given: Given): Answer => {
      counts[kind] += 1;
      return call(...given);
    };
  };
  const { secrets, presences, rows, store } = ports as {
    -readonly [Port in keyof GatewayPorts]: GatewayPorts[Port];
  };
  Object.assign(secrets, { find: counted('reads', secrets.find) });
  Object.assign(presences, {
    of: counted('reads', presences.of),
    record: counted('writes', presences.record),
  });
  Object.assign(rows, { get: counted('reads', rows.get), query: counted('reads', rows.query) });
  Object.assign(store, { append: counted('writes', store.append), load: counted('reads', store.load) });
  for (let second = 0; second < 3600; second += secondsBetweenPolls) {
    expect(await poll()).toEqual({ status: 200, body: {} });
    counts.calls += 1;
    clock.now += secondsBetweenPolls * 1000;
  }
  return counts;
}

describe('an idle host', () => {
  const page = readFileSync(new URL('../../../docs/hosts.md', import.meta.url), 'utf8');

  test.each([1, 15, 60])('that polls every %i s costs what the page about hosts says', async (seconds) => {
    const { calls, reads, writes } = await anHour(seconds);
    const dollars =
      calls * (API_REQUEST_DOLLARS + LIST_PRICES.lambdaRequests) +
      reads * READ_UNIT_DOLLARS +
      writes * LIST_PRICES.writeRequestUnits;
    const month = (count: number) => (count * HOURS_OF_A_MONTH).toLocaleString('en-US');
    expect(page).toContain(
      `| ${seconds} s | ${month(calls)} | ${month(reads)} | ${month(writes)} | $${(dollars * HOURS_OF_A_MONTH).toFixed(2)} |`,
    );
  });
});
