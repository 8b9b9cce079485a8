import { describe, expect, it } from 'vitest';
import { QUOTE, simulation } from '../support/simulation.ts';

describe('a canary', () => {
  it('moves 10 %, bakes five minutes, moves the rest, and ends whole on the target version', async () => {
    const sim = await simulation();
    const id = await sim.launch();
    await sim.world.runUntilIdle();
    expect(sim.types(id)).toEqual([
      'DeploymentCreated',
      'DeploymentAdmitted',
      'LifecycleEventSucceeded',
      'LifecycleEventStarted',
      'TrafficShiftStarted',
      'TrafficShifted',
      'TrafficShiftStarted',
      'TrafficShifted',
      'LifecycleEventSucceeded',
      'LifecycleEventSucceeded',
      'DeploymentSucceeded',
    ]);
    expect(sim.lambda.history(QUOTE)).toEqual([
      { functionVersion: '1', additionalVersionWeights: {} },
      { functionVersion: '1', additionalVersionWeights: { '2': 0.1 } },
      { functionVersion: '2', additionalVersionWeights: {} },
    ]);
    const { createdAt, completedAt } = await sim.deployment(id);
    expect(completedAt).toBe(createdAt + 5 * 60_000);
  });
});
