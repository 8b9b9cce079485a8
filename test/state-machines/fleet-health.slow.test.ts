import { describe, expect, it } from 'vitest';
import type { FleetSimulation } from '../support/fleet-simulation.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';

/** Deploys to all hosts, and says how it ended. */
async function deploys(fleet: FleetSimulation, revisionId: string): Promise<string> {
  const id = await fleet.launchFleet({ revisionId });
  await fleet.world.runUntilIdle();
  return (await fleet.deployment(id)).status;
}

/** Deploys to the outdated hosts only, and says which those were. */
async function outdated(fleet: FleetSimulation, revisionId: string): Promise<readonly string[]> {
  const id = await fleet.launchFleet({ revisionId, order: { updateOutdatedInstancesOnly: true } });
  await fleet.world.runUntilIdle();
  expect((await fleet.deployment(id)).status).toBe('Succeeded');
  return (await fleet.targets(id)).map(({ claimed }) => claimed.targetId);
}

describe('a host that has the last good revision', () => {
  it('keeps it through any number of deployments that failed as a whole', async () => {
    const fleet = await fleetSimulation(1);
    expect(await deploys(fleet, 'good')).toBe('Succeeded');
    fleet.does = () => 'fails';
    for (let count = 0; count < 12; count += 1) expect(await deploys(fleet, 'bad')).toBe('Failed');
    fleet.does = () => 'succeeds';
    expect(await outdated(fleet, 'good')).toEqual([]);
  });

  it('keeps it through any number of deployments that leave it out because it has that', async () => {
    const fleet = await fleetSimulation(1);
    expect(await deploys(fleet, 'good')).toBe('Succeeded');
    for (let count = 0; count < 105; count += 1) expect(await outdated(fleet, 'good')).toEqual([]);
  });

  it('has it no more once it fails where the others succeed, even if it was left out in between', async () => {
    const fleet = await fleetSimulation(2);
    expect(await deploys(fleet, 'one')).toBe('Succeeded');
    expect(await outdated(fleet, 'one')).toEqual([]);
    fleet.does = (targetId) => (targetId === 'web-02' ? 'fails' : 'succeeds');
    expect(await deploys(fleet, 'two')).toBe('Succeeded');
    fleet.does = () => 'succeeds';
    expect(await outdated(fleet, 'two')).toEqual(['web-02']);
  });
});

it('a machine that is registered anew under an old name has nothing yet', async () => {
  const fleet = await fleetSimulation(2);
  expect(await deploys(fleet, 'good')).toBe('Succeeded');
  const [one, two] = fleet.instances;
  if (one === undefined || two === undefined) throw new Error('the fleet has two hosts');
  fleet.instances = [one, { ...two, instanceArn: `${two.instanceArn}_9Xk2` }];
  expect(await outdated(fleet, 'good')).toEqual(['web-02']);
});
