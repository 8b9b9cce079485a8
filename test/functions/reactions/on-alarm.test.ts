import { describe, expect, it } from 'vitest';
import type { Home } from '../../../functions/reactions/on-alarm.ts';
import { HOME, simulation } from '../../support/simulation.ts';

const ARN = `arn:aws:cloudwatch:${HOME.region}:${HOME.accountId}:alarm:checkout-5xx`;

function fromTopic(change: object): unknown {
  const Message = JSON.stringify({
    AlarmName: 'checkout-5xx',
    NewStateValue: 'ALARM',
    AWSAccountId: HOME.accountId,
    AlarmArn: ARN,
    ...change,
  });
  return { Records: [{ EventSource: 'aws:sns', Sns: { Message } }] };
}

function fromBus(change: object = {}): unknown {
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    account: HOME.accountId,
    region: HOME.region,
    resources: [ARN],
    detail: {
      alarmName: 'checkout-5xx',
      state: { value: 'ALARM', timestamp: '2027-01-01T12:00:00.000+0000' },
    },
    ...change,
  };
}

async function raised(event: unknown, home: Home = HOME): Promise<boolean> {
  const sim = await simulation();
  sim.alarms.set('checkout-5xx', 'OK');
  const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
  await sim.world.advance(60_000);
  await sim.alarm(event, home);
  return sim.types(id).includes('AlarmRaised');
}

describe('the reaction to alarms', () => {
  it('takes the message of the topic, with the ARN and without', async () => {
    expect(await raised(fromTopic({}))).toBe(true);
    expect(await raised(fromTopic({ AlarmArn: undefined }))).toBe(true);
  });

  it('takes the event of the bus', async () => {
    expect(await raised(fromBus())).toBe(true);
  });

  it('takes both and records one', async () => {
    const sim = await simulation();
    sim.alarms.set('checkout-5xx', 'OK');
    const id = await sim.launch({ alarms: { names: ['checkout-5xx'] } });
    await sim.world.advance(60_000);
    await sim.alarm(fromBus());
    await sim.alarm(fromTopic({}));
    await sim.world.runUntilIdle();
    expect(sim.types(id).filter((type) => type === 'AlarmRaised')).toHaveLength(1);
  });

  it.each([
    ['an alarm that is fine again', fromTopic({ NewStateValue: 'OK' })],
    ['data that is missing', fromTopic({ NewStateValue: 'INSUFFICIENT_DATA' })],
    ['another account', fromTopic({ AWSAccountId: '999999999999' })],
    ['another region', fromTopic({ AlarmArn: ARN.replace(HOME.region, 'us-west-2') })],
    ['another account on the bus', fromBus({ account: '999999999999' })],
    ['another region on the bus', fromBus({ region: 'us-west-2' })],
    ['a message that is no JSON', { Records: [{ Sns: { Message: 'confirm me' } }] }],
    ['an event that is neither', { hello: 'world' }],
  ])('drops %s', async (_, event) => {
    expect(await raised(event)).toBe(false);
  });
});
