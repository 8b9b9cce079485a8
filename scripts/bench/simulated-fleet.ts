import { fleetSimulation } from '../../test/support/fleet-simulation.ts';

/** What Step Functions would count of a fleet's deployment. */
export interface SimulatedFleet {
  readonly transitions: number;
  /** Events. */
  readonly longestHistory: number;
  /** States that call a function. */
  readonly tasks: number;
}

/**
 * The same deployment by the project's own interpreter of the workflows, because the emulator writes no histories of what
 * happens in a map. Throws where it does not succeed.
 */
export async function simulatedFleet({
  hosts,
  slots,
}: {
  readonly hosts: number;
  readonly slots: number;
}): Promise<SimulatedFleet> {
  const fleet = await fleetSimulation(hosts);
  const minimumHealthyHosts = { type: 'HOST_COUNT', value: hosts - slots } as const;
  const id = await fleet.launchFleet({ minimumHealthyHosts });
  await fleet.world.runUntilIdle();
  const { status } = await fleet.deployment(id);
  if (status !== 'Succeeded')
    throw new Error(`the simulated deployment to ${hosts} hosts has ended as ${status}`);
  const histories = fleet.world.listExecutions().map(({ executionArn }) => fleet.world.history(executionArn));
  const states = histories.flatMap((history) => history.states);
  return {
    transitions: histories.reduce((sum, { transitions }) => sum + transitions, 0),
    longestHistory: Math.max(...histories.map(({ events }) => events)),
    tasks: states.filter(({ type, stateName }) => type === 'Task' && stateName !== 'RunInstance').length,
  };
}
