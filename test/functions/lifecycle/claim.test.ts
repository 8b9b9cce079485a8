import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../core/decider.ts';
import { claim } from '../../../functions/lifecycle/claim.ts';
import { fleetSimulation } from '../../support/fleet-simulation.ts';
import { memoryPositions } from '../../support/fleet-tasks.ts';

// On the local cloud `$$.Execution.Id` of a map's child is that of its parent, and many children begin in one millisecond.
it('gives each slot a target of its own, even where their executions have one ARN and begin at once', async () => {
  const fleet = await fleetSimulation(4);
  fleet.does = () => 'hangs';
  const deploymentId = await fleet.launchFleet({ minimumHealthyHosts: { type: 'HOST_COUNT', value: 2 } });
  await fleet.world.advance(10_000);
  const { executionArn = '' } = await fleet.deployment(deploymentId);
  const claimed: Json[] = [];
  const workflows = {
    succeed: async (_: string, output: object) => {
      claimed.push((output as JsonObject)['targetId'] ?? null);
      return 'sent' as const;
    },
    fail: async () => expect.fail('there is something to claim'),
  };
  const claims = claim({ ...fleet.api, positions: memoryPositions(), workflows });
  for (const slot of [0, 1]) {
    await claims({
      token: `token-${slot}`,
      slotExecutionArn: executionArn,
      enteredAt: '2027-01-01T00:00:00.000Z',
      slot: { deploymentId, executionArn, wave: 1, slot, claim: { targetId: '', count: 1 } },
    });
  }
  expect(claimed).toEqual(['web-03', 'web-04']);
});
