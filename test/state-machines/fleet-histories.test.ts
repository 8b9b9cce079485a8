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
  expect(executions.filter((arn) => arn.includes('/RunWave:'))).toHaveLength(2);
  expect(Math.max(...histories.map(({ events }) => events))).toBeLessThanOrEqual(10_000);
  const transitions = histories.reduce((sum, history) => sum + history.transitions, 0);
  expect(transitions / HOSTS).toBeLessThanOrEqual(12);
});
