import { expect, it } from 'vitest';
import { fleetSimulation } from '../support/fleet-simulation.ts';

/** More than one slot may lead through their lifecycle before the next wave takes over. */
const HOSTS = 410;

it('goes through any number of hosts one at a time, and no history grows with them', async () => {
  const fleet = await fleetSimulation(HOSTS);
  const id = await fleet.launchFleet({
    configName: 'CodeDeployDefault.OneAtATime',
    minimumHealthyHosts: { type: 'MOST_CONCURRENCY', value: 1 },
  });
  await fleet.world.runUntilIdle();
  expect((await fleet.deployment(id)).status).toBe('Succeeded');
  const executions = fleet.world.listExecutions().map(({ executionArn }) => executionArn);
  const histories = executions.map((arn) => fleet.world.history(arn));
  const slots = executions.filter((arn) => arn.includes('/RunWave:'));
  expect(slots).toHaveLength(2);
  // The map puts together what its slots give back, a thousand of them in 256 KiB.
  expect(slots.map((arn) => fleet.world.describeExecution(arn).output)).toEqual([{}, {}]);
  expect(Math.max(...histories.map(({ events }) => events))).toBeLessThanOrEqual(10_000);
  const transitions = histories.reduce((sum, history) => sum + history.transitions, 0);
  expect(transitions / HOSTS).toBeLessThanOrEqual(12);
});
