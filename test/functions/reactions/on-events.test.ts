import { describe, expect, it } from 'vitest';
import { deploymentStream } from '../../../core/deployments/deployment-stream.ts';
import { targetStream } from '../../../core/deployments/target-stream.ts';
import { onEvent } from '../../../functions/reactions/on-events.ts';
import { STATE_MACHINE_ARNS, executionOf, fleets } from '../../support/a-fleet.ts';
import { recordOf } from '../../support/stream-record.ts';

const ID = 'd-FLEET0001';
const STOP = { type: 'StopDeployment', data: {} } as const;

async function fleet(...targetIds: readonly string[]) {
  const all = await fleets();
  await all.deployed(ID, targetIds);
  const react = onEvent({ ...all.ports, deadLetters: { send: () => expect.fail('nothing is parked') } });
  /** Brings the last event of a stream. */
  const bring = async (stream = deploymentStream(ID)): Promise<void> => {
    const event = (await all.store.load(stream)).at(-1);
    if (event === undefined) throw new Error(`${stream} is empty`);
    await react(recordOf(event));
  };
  return { ...all, react, bring };
}

describe('the reaction to the events of a fleet', () => {
  it('starts its machine when it is created', async () => {
    const { store, react, told } = await fleet('i-1');
    const [creation] = await store.load(deploymentStream(ID));
    if (creation === undefined) throw new Error('nothing was created');
    await react(recordOf(creation));
    expect(told).toEqual([{ how: 'start', what: `${STATE_MACHINE_ARNS.Server}:${ID}` }]);
  });

  it('starts its machine when its execution is replaced', async () => {
    const { bring, command, told } = await fleet('i-1');
    await command(ID, {
      type: 'RepairDeployment',
      data: {
        deadExecutionArn: executionOf(ID),
        replacementArns: [`${executionOf(ID)}-2`],
        reason: 'It was killed.',
        rollbackDeploymentId: 'd-BACK00001',
      },
    });
    await bring();
    expect(told).toEqual([
      { how: 'start', what: `${STATE_MACHINE_ARNS.Server}:${ID}-2` },
      { how: 'stop', what: executionOf(ID) },
    ]);
  });

  it('takes back what hosts have not begun when it is stopped, and leaves them what they have', async () => {
    const { begun, acknowledged, command, bring, target, told } = await fleet('i-1', 'i-2', 'i-3');
    await begun(ID, 'i-1', 'ApplicationStop');
    await acknowledged(ID, 'i-2', await begun(ID, 'i-2', 'ApplicationStop'));
    await command(ID, STOP);
    await bring();
    const ends = await Promise.all(['i-1', 'i-2', 'i-3'].map(async (id) => (await target(ID, id)).status));
    expect(ends).toEqual(['Skipped', 'InProgress', 'Skipped']);
    const why = 'The deployment was stopped by request.';
    expect(told).toEqual([{ how: 'fail', what: 'i-1 ApplicationStop', why }]);
  });

  it('does so with the words of an alarm', async () => {
    const { begun, command, bring, target } = await fleet('i-1');
    await begun(ID, 'i-1', 'ApplicationStop');
    const message = 'The alarm checkout-5xx rings.';
    await command(ID, {
      type: 'RaiseAlarm',
      data: { reason: 'ringing', alarmNames: ['checkout-5xx'], message },
    });
    await bring();
    expect((await target(ID, 'i-1')).end).toEqual({ message });
  });

  it('does so with the words of a failure', async () => {
    const { minutesLater, command, bring, target } = await fleet('i-1');
    minutesLater(12 * 60);
    await command(ID, { type: 'ExpireDeployment', data: {} });
    await bring();
    expect((await target(ID, 'i-1')).end?.message).toContain('longer than the 12 hours');
  });

  it('does nothing more when the stop is brought again', async () => {
    const { begun, command, bring, told, types } = await fleet('i-1');
    await begun(ID, 'i-1', 'ApplicationStop');
    await command(ID, STOP);
    await bring();
    const before = await types(targetStream(ID, 'i-1'));
    await bring();
    expect(await types(targetStream(ID, 'i-1'))).toEqual(before);
    expect(told).toHaveLength(1);
  });

  it('tells the others where one target cannot be told, and has the stop brought again', async () => {
    const { ports, store, command, target } = await fleet('i-1', 'i-2');
    await command(ID, STOP);
    const append: typeof store.append = async (append) => {
      if (append.events.some(({ stream }) => stream === targetStream(ID, 'i-1')))
        throw new Error('the table is away');
      return store.append(append);
    };
    const event = (await store.load(deploymentStream(ID))).at(-1);
    if (event === undefined) throw new Error('nothing was stopped');
    const deaf = onEvent({
      ...ports,
      store: { ...store, append },
      deadLetters: { send: () => expect.fail('nothing is parked') },
    });
    await expect(deaf(recordOf(event))).rejects.toThrow('1 targets of d-FLEET0001 were not cut short');
    expect((await target(ID, 'i-2')).status).toBe('Skipped');
  });

  it('reads nothing for an event of a target', async () => {
    const { store } = await fleet('i-1');
    const event = (await store.load(targetStream(ID, 'i-1'))).at(-1);
    if (event === undefined) throw new Error('nothing was claimed');
    const nothing = new Proxy({} as Parameters<typeof onEvent>[0], {
      get: (_, port) => expect.fail(`${String(port)} was used`),
    });
    await onEvent(nothing)(recordOf(event));
  });
});
