import { describe, expect, it } from 'vitest';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import type { FleetLaunch, FleetSimulation } from '../support/fleet-simulation.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';

const ALARM = 'web-5xx';
const ONE_AT_A_TIME: FleetLaunch = {
  configName: 'CodeDeployDefault.OneAtATime',
  minimumHealthyHosts: { type: 'MOST_CONCURRENCY', value: 1 },
  alarms: [ALARM],
};

/** What brings a deployment to its end from outside, and the code that it ends with. */
const ENDS = [
  ['a stop', 'MANUAL_STOP', (fleet: FleetSimulation, id: string) => fleet.stop(id)],
  ['an alarm', 'ALARM_ACTIVE', (fleet: FleetSimulation) => fleet.ring(ALARM)],
] as const;

async function twoHosts(zones: readonly string[] = []): Promise<FleetSimulation> {
  const fleet = await fleetSimulation(2, zones);
  fleet.alarms.set(ALARM, 'OK');
  return fleet;
}

/** It has ended with this code, all its executions are over, and nothing waits on any host or for the sweep. */
async function expectOver(fleet: FleetSimulation, id: string, code: string): Promise<void> {
  expect(await fleet.deployment(id)).toMatchObject({ status: 'Stopped', executions: 1, end: { code } });
  const statuses = fleet.world.listExecutions().map(({ status }) => status);
  expect(statuses.every((status) => status === 'SUCCEEDED')).toBe(true);
  const left = fleet.store.allRows().filter(({ pk }) => /^(?:due|due-hosts|host#.*|active-.*)$/.test(pk));
  expect(left).toEqual([]);
}

/** Of a host whose first `done` lifecycle events succeeded, and which was left alone after that. */
const statuses = (done: number) =>
  IN_PLACE_LIFECYCLE.map((_, index) => (index < done ? 'Succeeded' : 'Skipped'));

/** How often a command was queued on any host. */
const commands = (fleet: FleetSimulation): number =>
  fleet.store.allEvents().filter(({ type }) => type === 'HostCommandQueued').length;

describe.each(ENDS)('%s ends a deployment to a fleet', (_, code, end) => {
  it('that nothing has begun on yet, and no host is touched', async () => {
    const fleet = await twoHosts();
    const id = await fleet.launchFleet(ONE_AT_A_TIME);
    await end(fleet, id);
    await fleet.world.runUntilIdle();
    await expectOver(fleet, id, code);
    expect(await fleet.targets(id)).toEqual([]);
  });

  it('whose admission waits, and no host is touched', async () => {
    const fleet = await twoHosts();
    const { role } = fleet;
    fleet.role = () => ({ status: 'throttled', message: 'Rate exceeded' });
    const id = await fleet.launchFleet(ONE_AT_A_TIME);
    await fleet.world.runUntil(() => fleet.types(id).includes('AdmissionPostponed'));
    fleet.role = role;
    await end(fleet, id);
    await fleet.world.runUntilIdle();
    await expectOver(fleet, id, code);
    expect(await fleet.targets(id)).toEqual([]);
  });

  it('at once while a zone is watched, and the next zone is not touched', async () => {
    const fleet = await twoHosts(['a', 'b']);
    const order = { zonal: { monitorDurationInSeconds: 600 } };
    const id = await fleet.launchFleet({ ...ONE_AT_A_TIME, order });
    await fleet.world.runUntil(() => fleet.types(id).includes('ZoneMonitoringStarted'));
    await fleet.world.advance(1000);
    const at = fleet.world.clock.now();
    await end(fleet, id);
    await fleet.world.advance(1000);
    await expectOver(fleet, id, code);
    expect((await fleet.deployment(id)).completedAt).toBe(at);
    expect((await fleet.targets(id)).map(({ claimed }) => claimed.targetId)).toEqual(['web-01']);
  });

  describe.each(IN_PLACE_LIFECYCLE.map((name, index) => [name, index] as const))('at %s', (name, index) => {
    /** It has come so far on the first host that this event of it was written. */
    const comesTo = async (fleet: FleetSimulation, type: string): Promise<string> => {
      const id = await fleet.launchFleet(ONE_AT_A_TIME);
      await fleet.world.runUntil(() =>
        fleet.store
          .allEvents()
          .some((event) => event.type === type && event.data.includes(`${id}/${name}/web-01`)),
      );
      return id;
    };

    it('which the host is at work on: that is left to its end, and nothing follows it', async () => {
      const fleet = await twoHosts();
      const id = await comesTo(fleet, 'HostCommandAcknowledged');
      await end(fleet, id);
      await fleet.world.runUntilIdle();
      await expectOver(fleet, id, code);
      const [target, ...others] = await fleet.targets(id);
      expect(others).toEqual([]);
      expect(target?.lifecycleEvents.map(({ status }) => status)).toEqual(statuses(index + 1));
      expect(target?.status).toBe(index + 1 === IN_PLACE_LIFECYCLE.length ? 'Succeeded' : 'Failed');
      expect(commands(fleet)).toBe(index + 1);
    });

    it('which the host has not taken: that is withdrawn at once', async () => {
      const fleet = await twoHosts();
      fleet.does = (_, event) => (event === name ? 'is silent' : 'succeeds');
      const id = await comesTo(fleet, 'HostCommandQueued');
      await fleet.world.advance(10_000);
      const at = fleet.world.clock.now();
      await end(fleet, id);
      await fleet.world.advance(1000);
      await expectOver(fleet, id, code);
      expect((await fleet.deployment(id)).completedAt).toBe(at);
      const [target, ...others] = await fleet.targets(id);
      expect(others).toEqual([]);
      expect(target?.lifecycleEvents.map(({ status }) => status)).toEqual(statuses(index));
      // What was begun and stays half done has failed; what was not begun has not.
      expect(target?.status).toBe(index === 0 ? 'Skipped' : 'Failed');
      expect(commands(fleet)).toBe(index + 1);
    });
  });
});
