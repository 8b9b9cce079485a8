import { expect, it } from 'vitest';
import type { FleetLaunch } from '../support/fleet-simulation.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';

const hostCount = (value: number): FleetLaunch => ({ minimumHealthyHosts: { type: 'HOST_COUNT', value } });
const fleetPercent = (value: number): FleetLaunch => ({
  minimumHealthyHosts: { type: 'FLEET_PERCENT', value },
});
const oneAtATime: FleetLaunch = {
  configName: 'CodeDeployDefault.OneAtATime',
  minimumHealthyHosts: { type: 'MOST_CONCURRENCY', value: 1 },
};
const halfAtATime: FleetLaunch = {
  configName: 'CodeDeployDefault.HalfAtATime',
  minimumHealthyHosts: { type: 'FLEET_PERCENT', value: 50 },
};
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** The worked examples of the minimum of healthy hosts: hosts by their place in the order of start, from 1. */
it.each([
  [10, hostCount(9), [3], 1, 'Failed', { succeeded: 2, failed: 1, skipped: 7 }],
  [10, hostCount(9), [10], 1, 'Succeeded', { succeeded: 9, failed: 1, skipped: 0 }],
  [10, hostCount(8), [1], 2, 'Succeeded', { succeeded: 9, failed: 1, skipped: 0 }],
  [10, hostCount(8), [1, 10], 2, 'Succeeded', { succeeded: 8, failed: 2, skipped: 0 }],
  [10, hostCount(8), [1, 5], 2, 'Failed', undefined],
  [10, hostCount(3), [], 7, 'Succeeded', { succeeded: 10, failed: 0, skipped: 0 }],
  [10, hostCount(0), numbers(1, 9), 10, 'Succeeded', { succeeded: 1, failed: 9, skipped: 0 }],
  [10, hostCount(0), numbers(1, 10), 10, 'Failed', { succeeded: 0, failed: 10, skipped: 0 }],
  [10, fleetPercent(95), [], 0, 'Failed', { succeeded: 0, failed: 0, skipped: 10 }],
  [10, fleetPercent(85), [4], 1, 'Failed', { succeeded: 3, failed: 1, skipped: 6 }],
  [9, fleetPercent(40), [1, 2, 3, 4, 5], 5, 'Failed', undefined],
  [9, fleetPercent(40), [1, 2, 3, 4], 5, 'Succeeded', { succeeded: 5, failed: 4, skipped: 0 }],
  [9, hostCount(6), [1, 2, 3], 3, 'Failed', { succeeded: 0, failed: 3, skipped: 6 }],
  [9, halfAtATime, [1, 2, 3, 4], 4, 'Failed', { succeeded: 0, failed: 4, skipped: 5 }],
  [1, oneAtATime, [1], 1, 'Failed', { succeeded: 0, failed: 1, skipped: 0 }],
  [1, halfAtATime, [], 1, 'Succeeded', { succeeded: 1, failed: 0, skipped: 0 }],
  [3, oneAtATime, [3], 1, 'Succeeded', { succeeded: 2, failed: 1, skipped: 0 }],
] as const)(
  'of %i hosts with %j, where %j fail, at most %i are down at once, and it ends %s',
  async (hosts, launch, failing, most, status, overview) => {
    const fleet = await fleetSimulation(hosts);
    fleet.does = (targetId, event) =>
      event === 'ApplicationStart' && (failing as readonly number[]).includes(Number(targetId.slice(-2)))
        ? 'fails'
        : 'succeeds';
    const id = await fleet.launchFleet(launch);
    await fleet.world.runUntilIdle();
    const { status: ended, end, fleet: state } = await fleet.deployment(id);
    expect(ended).toBe(status);
    const seen = fleet.events(id).at(-1)?.data as { readonly overview?: object };
    if (overview !== undefined) expect(seen.overview).toEqual(overview);
    expect(fleet.mostUnavailable(id)).toBe(most);
    expect(most).toBeLessThanOrEqual(hosts - (state?.admitted.minimumHealthy ?? 0) || 0);
    if (end?.status === 'Early') {
      const code = most === 0 ? 'HEALTH_CONSTRAINTS_INVALID' : 'HEALTH_CONSTRAINTS';
      expect(end.code).toBe(code);
    }
  },
);
