import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import type { FleetOrder } from '../../core/deployments/fleet-events.ts';
import type { MinimumHealthyHosts } from '../../core/registry/minimum-healthy-hosts.ts';
import { fleetEnd, summaryOf } from '../../core/views/fleet-summary.ts';
import { hostAt } from '../core/deployments/given-fleet.ts';
import type { Move } from './fleet-model.ts';
import { goesOn, makes } from './fleet-model.ts';
import type { HostMove } from './fleet-slots.ts';
import type { FleetWorld } from './fleet-world.ts';
import { admittedFleet, claimedOf } from './fleet-world.ts';

const minimum: fc.Arbitrary<MinimumHealthyHosts> = fc.oneof(
  fc.record({ type: fc.constant('HOST_COUNT' as const), value: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ type: fc.constant('FLEET_PERCENT' as const), value: fc.integer({ min: 0, max: 99 }) }),
  fc.constant({ type: 'MOST_CONCURRENCY' as const, value: 1 }),
);
const perZone = fc.oneof(
  fc.record({ type: fc.constant('HOST_COUNT' as const), value: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ type: fc.constant('FLEET_PERCENT' as const), value: fc.integer({ min: 0, max: 60 }) }),
);
const zonal = fc.record(
  {
    minimumHealthyHostsPerZone: perZone,
    monitorDurationInSeconds: fc.integer({ min: 0, max: 60 }),
    firstZoneMonitorDurationInSeconds: fc.integer({ min: 0, max: 60 }),
  },
  { requiredKeys: [] },
);
const config = fc.record({
  zonesOfHosts: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 10 }),
  minimumHealthyHosts: minimum,
  zonal: fc.option(zonal, { nil: undefined }),
  ignoreApplicationStopFailures: fc.boolean(),
});
const which = fc.nat({ max: 9 });
const host = fc.constantFrom<HostMove>(
  'acknowledge',
  'succeed',
  'succeed',
  'succeed',
  'fail',
  'silence',
  'loss',
);
const slotMove: fc.Arbitrary<Move> = fc.record({ type: fc.constant('slot' as const), which, host });
/** What a fleet has to bear, and what leaves the end to it. */
const fair: fc.Arbitrary<Move> = fc.oneof(
  { weight: 20, arbitrary: slotMove },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('slot-dies' as const, 'late-answer' as const), which }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('draw-is-lost' as const, 'next-wave-repeats' as const) }),
  },
);
const types = ['stop', 'alarm', 'ceiling', 'map-fails', 'execution-dies', 'cut-short'] as const;
const any: fc.Arbitrary<Move> = fc.oneof(
  { weight: 9, arbitrary: fair },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom(...types) }) },
);
/** After the moves everything goes on, each host as the next of these says. */
const results = fc.array(fc.constantFrom<HostMove>('succeed', 'succeed', 'fail'), { minLength: 1 });

type Config = typeof config extends fc.Arbitrary<infer T> ? T : never;

/** More steps than the largest fleet takes where each host does each of its events in three, several times over. */
const MOST_STEPS = 5000;

function told(given: Config, moves: readonly Move[], rest: readonly HostMove[]) {
  const fleet = given.zonesOfHosts.map((zone, position) => hostAt(position, zone));
  const { zonal: zones, minimumHealthyHosts, ignoreApplicationStopFailures } = given;
  const order = {
    minimumHealthyHosts,
    ignoreApplicationStopFailures,
    ...(zones === undefined ? {} : { zonal: zones as NonNullable<FleetOrder['zonal']> }),
  };
  let begun: number | undefined;
  const world = admittedFleet(fleet, order, (now) => {
    withinBudget(given, now);
    if (now.state.ending === undefined && !hasEnded(now.state.status)) return;
    // Nothing is begun any more on any host.
    begun ??= claimedOf(now).length;
    expect(claimedOf(now)).toHaveLength(begun);
  });
  for (const move of moves) {
    if (world.slots.length === 0 || world.phase !== 'map') goesOn(world);
    makes(world, move);
  }
  for (let step = 0; !isOver(world) && step < MOST_STEPS; step += 1) {
    if (world.phase !== 'map' || world.slots.length === 0) goesOn(world);
    else makes(world, { type: 'slot', which: step, host: rest[step % rest.length] ?? 'succeed' });
  }
  return world;
}

const isOver = ({ phase, state }: FleetWorld) => phase === 'over' && hasEnded(state.status);

/** By the words of the rules, on purpose not by the code. */
function minimumOf({ type, value }: MinimumHealthyHosts, hosts: number): number {
  if (type === 'HOST_COUNT') return value;
  return type === 'FLEET_PERCENT' ? Math.ceil((hosts * value) / 100) : Math.max(0, hosts - value);
}

function countsOf(world: FleetWorld, zone?: string) {
  const ofZone = world.targets.filter(
    (_, position) => zone === undefined || world.fleet[position]?.zone === zone,
  );
  const of = (...statuses: readonly string[]) =>
    ofZone.filter(({ status }) => statuses.includes(status)).length;
  return {
    hosts: ofZone.length,
    failed: of('Failed'),
    inFlight: of('InProgress'),
    succeeded: of('Succeeded'),
    untouched: of('Unclaimed', 'Skipped'),
  };
}

function withinBudget({ minimumHealthyHosts, zonal: zones, zonesOfHosts }: Config, world: FleetWorld): void {
  const { hosts, failed, inFlight } = countsOf(world);
  const budget = Math.max(0, hosts - minimumOf(minimumHealthyHosts, hosts));
  expect(failed + inFlight).toBeLessThanOrEqual(budget);
  if (zones === undefined) return;
  const all = [...new Set(zonesOfHosts)].map((zone) => countsOf(world, zone));
  expect(all.filter((zone) => zone.inFlight > 0).length).toBeLessThanOrEqual(1);
  for (const zone of all) {
    const kept = minimumOf(zones.minimumHealthyHostsPerZone ?? { type: 'HOST_COUNT', value: 0 }, zone.hosts);
    expect(zone.failed + zone.inFlight).toBeLessThanOrEqual(Math.max(0, zone.hosts - kept));
  }
}

describe('a fleet, whatever its hosts do and whatever dies', () => {
  it('never has more than its budget failed or in flight, begins nothing once it has a reason to end, and always ends', () => {
    fc.assert(
      fc.property(config, fc.array(any, { maxLength: 200 }), results, (given, moves, rest) => {
        const world = told(given, moves, rest);
        expect(hasEnded(world.state.status)).toBe(true);
        const { end, status } = world.state;
        const { failed, inFlight, succeeded } = countsOf(world);
        if (status !== 'Succeeded') return;
        expect(failed + succeeded).toBe(given.zonesOfHosts.length);
        expect(inFlight).toBe(0);
        const enough = minimumOf(given.minimumHealthyHosts, given.zonesOfHosts.length);
        if (given.zonesOfHosts.length > 0) expect(succeeded).toBeGreaterThanOrEqual(Math.max(1, enough));
        expect(end).toMatchObject({ status: 'Succeeded', overview: { succeeded, failed } });
      }),
      { numRuns: 1500 },
    );
  });

  it('ends as its hosts did where nobody else ends it', () => {
    fc.assert(
      fc.property(config, fc.array(fair, { maxLength: 200 }), results, (given, moves, rest) => {
        const world = told(given, moves, rest);
        // Eight waves in a row that claim nothing are an end of their own.
        fc.pre((world.state.fleet?.wave?.idleWaves ?? 0) < 7);
        expect(world.state.status === 'Succeeded' ? undefined : codeOf(world)).toBe(
          expectedCode(given, world),
        );
        const { succeeded, failed, untouched } = countsOf(world);
        expect(fleetEnd(world.fleet.length, summaryOf(claimedOf(world))).overview).toEqual({
          succeeded,
          failed,
          skipped: untouched,
        });
      }),
      { numRuns: 1500 },
    );
  });
});

const codeOf = ({ state: { end } }: FleetWorld) => (end?.status === 'Early' ? end.code : undefined);

/** Too few may be touched, hosts wait and no more may fail, or too few have succeeded; else it has succeeded. */
function expectedCode(given: Config, world: FleetWorld): string | undefined {
  const { hosts, succeeded, failed, untouched } = countsOf(world);
  const kept = minimumOf(given.minimumHealthyHosts, hosts);
  if (hosts === 0) return undefined;
  const perZone = given.zonal?.minimumHealthyHostsPerZone ?? { type: 'HOST_COUNT', value: 0 };
  const zones = given.zonesOfHosts.map((zone) => {
    const counts = countsOf(world, zone);
    return { ...counts, kept: minimumOf(perZone, counts.hosts) };
  });
  if (kept >= hosts || zones.some((zone) => zone.kept >= zone.hosts)) {
    return untouched === hosts ? 'HEALTH_CONSTRAINTS_INVALID' : 'nothing may be touched';
  }
  if (untouched === 0) return succeeded >= Math.max(1, kept) ? undefined : 'HEALTH_CONSTRAINTS';
  if (failed >= hosts - kept) return 'HEALTH_CONSTRAINTS';
  return zones.some((zone) => zone.untouched > 0 && zone.failed >= zone.hosts - zone.kept)
    ? 'HEALTH_CONSTRAINTS'
    : 'hosts wait that may be touched';
}
