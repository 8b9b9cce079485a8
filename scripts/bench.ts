import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { alarmTable, benchAlarm } from './bench/alarm.ts';
import type { FleetRun } from './bench/fleet-figures.ts';
import { fleetLimits, fleetRows } from './bench/fleet-figures.ts';
import { fleetTable } from './bench/fleet-table.ts';
import { deployToFleet } from './bench/fleet.ts';
import { meteredTables } from './bench/metered-tables.ts';
import { endingSignal, main } from './ending.ts';
import { startLocalCloud } from './local-cloud/cloud.ts';
import type { LocalJson } from './local-cloud/local-json.ts';

const REPORT = join(import.meta.dirname, '..', '.sluice', 'bench.json');

const SIZES = [10, 100, 1_000];

/** More instances no deployment takes. */
const MOST_HOSTS = 1_000;

/** So many hosts at once the emulator keeps up with. */
const MOST_AT_ONCE = 20;

/**
 * `npm run bench`: on the local cloud, how long an alarm takes to turn the traffic back, and what deployments to 10, 100 and
 * 1,000 hosts take. `npm run bench -- alarm` and `npm run bench -- fleet [hosts …]` measure one of both. Exits 1 where a
 * limit is not met.
 */
void main(async () => {
  const signal = endingSignal();
  // Of the functions that the simulation calls in this process.
  process.env['SLUICE_LOG'] = 'silent';
  const [only, ...words] = process.argv.slice(2);
  if (only !== undefined && only !== 'alarm' && only !== 'fleet')
    throw new Error(`there is no benchmark ${only}`);
  const sizes = words.length === 0 ? SIZES : words.map(hostsOf);
  // A minute of a configuration as it is: the canary bakes five minutes, in the middle of which the alarm rings.
  const cloud = await startLocalCloud({ timeScale: 1, waitScale: 1, signal, say: console.log });
  try {
    if (only !== 'fleet') {
      const alarm = await benchAlarm(cloud.local, signal);
      await report({ alarm });
      console.log(`\n${alarmTable(alarm)}`);
    }
    return only === 'alarm' ? 0 : await fleets(cloud.local, sizes, signal);
  } finally {
    await cloud.close();
  }
});

function hostsOf(word: string): number {
  const hosts = Number(word);
  if (Number.isInteger(hosts) && hosts >= 1 && hosts <= MOST_HOSTS) return hosts;
  throw new Error(`${word} is no number of hosts from 1 to ${MOST_HOSTS}`);
}

async function fleets(local: LocalJson, sizes: readonly number[], signal: AbortSignal): Promise<0 | 1> {
  const tables = await meteredTables(local);
  const runs: FleetRun[] = [];
  try {
    for (const hosts of sizes) {
      signal.throwIfAborted();
      runs.push(
        await deployToFleet({ local, tables, signal, say: console.log }, { hosts, slots: slotsFor(hosts) }),
      );
    }
  } finally {
    await tables.close();
  }
  const rows = fleetRows(runs);
  const limits = fleetLimits(rows);
  await report({ fleet: { runs, rows, limits } });
  console.log(`\n${fleetTable(rows, limits)}`);
  return limits.every(({ isMet }) => isMet) ? 0 : 1;
}

/** Half of a fleet at once. */
function slotsFor(hosts: number): number {
  return Math.min(Math.ceil(hosts / 2), MOST_AT_ONCE);
}

/** What one benchmark found; what the other left stays. */
async function report(part: object): Promise<void> {
  const before: unknown = await readFile(REPORT, 'utf8').then(JSON.parse, () => ({}));
  await mkdir(dirname(REPORT), { recursive: true });
  await writeFile(REPORT, `${JSON.stringify({ ...(before as object), ...part }, undefined, 2)}\n`);
}
