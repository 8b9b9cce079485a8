import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/decider.ts';
import { dynamoParkedTokens } from '../../functions/adapters/parked-tokens.ts';
import type { Simulation } from '../support/simulation.ts';
import { simulation } from '../support/simulation.ts';

/** What is on its way to a function, or lies in the table of live things, while a release is replaced. */
const signals = JSON.parse(readFileSync(new URL('0.1.0/signals.json', import.meta.url), 'utf8')) as Readonly<
  Record<'parkedRow' | 'alarmByTopic' | 'alarmByBus' | 'executionBroke', Json>
>;

async function baking(): Promise<{ readonly sim: Simulation; readonly id: string }> {
  const sim = await simulation(new URL('0.1.0/', import.meta.url));
  sim.alarms.set('checkout-5xx', 'OK');
  const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
  await sim.world.advance(120_000);
  return { sim, id };
}

describe('what release 0.1.0 left on its way', () => {
  it.each(['alarmByTopic', 'alarmByBus'] as const)('%s stops the deployment', async (way) => {
    const { sim, id } = await baking();
    await sim.alarm(signals[way]);
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Stopped', end: { code: 'ALARM_ACTIVE' } });
  });

  it('the end of an execution has the deployment repaired', async () => {
    const { sim, id } = await baking();
    await sim.status(signals.executionBroke);
    await sim.world.runUntilIdle();
    expect(await sim.deployment(id)).toMatchObject({ status: 'Failed', executions: 2 });
  });

  it('a token that waits in the table is found', async () => {
    const client = { send: async () => ({ Items: [signals.parkedRow] }) };
    const tokens = dynamoParkedTokens(client as unknown as DynamoDBDocumentClient, 'live');
    expect(await tokens.of('d-000000001')).toEqual([
      {
        deploymentId: 'd-000000001',
        entry: 'AllowTraffic#1798804800000',
        token: 'AQCEAAAAKgAAAAMAAAAAAAAAAQ',
      },
    ]);
  });
});
