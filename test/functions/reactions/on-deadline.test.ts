import { describe, expect, it } from 'vitest';
import { deploymentStream } from '../../../core/deployments/deployment-stream.ts';
import { onDeadline } from '../../../functions/reactions/on-deadline.ts';
import { executionOf, fleets } from '../../support/a-fleet.ts';

const ID = 'd-FLEET0001';

async function swept() {
  const all = await fleets();
  const sweep = onDeadline({ ...all.ports, sweeps: { record: async () => undefined } });
  const last = async () => (await all.types(deploymentStream(ID))).at(-1);
  return { ...all, sweep, last };
}

/** All of them run scripts that take long, on agents that give no sign. */
async function atWork(...targetIds: readonly string[]) {
  const all = await swept();
  await all.deployed(ID, targetIds);
  for (const targetId of targetIds) {
    await all.acknowledged(ID, targetId, await all.begun(ID, targetId, 'ApplicationStop'));
  }
  return all;
}

describe('the sweep of a fleet', () => {
  it('lets a wave go on while hosts are at work on it', async () => {
    const { sweep, minutesLater, last, deployment, types } = await atWork('i-1');
    minutesLater(10);
    await sweep();
    expect(await last()).toBe('WaveContinued');
    minutesLater(5);
    await sweep();
    expect((await types(deploymentStream(ID))).filter((type) => type === 'WaveContinued')).toHaveLength(1);
    expect((await deployment(ID)).ending).toBeUndefined();
  });

  it('repairs a wave that nobody is at work on any more', async () => {
    const { sweep, minutesLater, deployment, deployed } = await swept();
    await deployed(ID, ['i-1'], { isUnclaimed: true });
    minutesLater(10);
    await sweep();
    const { executionArn, ending } = await deployment(ID);
    expect(executionArn).toBe(`${executionOf(ID)}-2`);
    expect(ending).toMatchObject({ code: 'TIMEOUT', message: 'Wave 1 of the fleet did not end in time.' });
  });

  it('gives slots some time to take the next target after one has ended', async () => {
    const { sweep, minutesLater, last, decide } = await atWork('i-1');
    const lost = { type: 'LoseTarget', data: { reason: 'Nobody leads it.' } } as const;
    minutesLater(6);
    await decide(ID, 'i-1', lost);
    minutesLater(4);
    await sweep();
    expect(await last()).toBe('WaveContinued');
    minutesLater(10);
    await sweep();
    expect(await last()).toBe('ExecutionReplaced');
  });

  it('lets hosts end what they are at work on after a stop', async () => {
    const { sweep, minutesLater, last, command, decide, target } = await atWork('i-1');
    await command(ID, { type: 'StopDeployment', data: {} });
    minutesLater(5);
    await sweep();
    expect(await last()).toBe('WaveContinued');
    minutesLater(8);
    expect((await target(ID, 'i-1')).status).toBe('InProgress');
    await decide(ID, 'i-1', { type: 'LoseTarget', data: { reason: 'Nobody leads it.' } });
    minutesLater(3);
    await sweep();
    expect(await last()).toBe('ExecutionReplaced');
  });

  it('ends the watch of a zone whose timer is late', async () => {
    const { sweep, minutesLater, ports, deployed, command, decide, told, last, deployment } = await swept();
    await deployed(ID, ['i-1', 'i-2'], { zones: ['a', 'b'], monitorSeconds: 60 });
    await decide(ID, 'i-1', { type: 'LoseTarget', data: { reason: 'Nobody leads it.' } });
    const executionArn = executionOf(ID);
    const policy = { timeScale: 1, bakeGraceSeconds: 0 };
    await command(ID, {
      type: 'BeginWave',
      data: { executionArn, results: ['succeeded', 'unclaimed'], policy },
    });
    expect(await last()).toBe('ZoneMonitoringStarted');
    const parked = { deploymentId: ID, entry: 'MonitorZone#1', token: 'zone' };
    await ports.tokens.park(parked, 0);
    minutesLater(1);
    await sweep();
    expect(told).toEqual([{ how: 'fail', what: 'zone', why: 'the wait is over' }]);
    expect(await last()).toBe('ZoneMonitoringStarted');
    minutesLater(1);
    await sweep();
    expect((await deployment(ID)).ending?.message).toBe(
      'The zone a was watched to its end and nothing followed.',
    );
  });

  it('looks after hosts as well, and says how much was due', async () => {
    const { sweep, minutesLater, begun, deployed, target } = await swept();
    await deployed(ID, ['i-1']);
    await begun(ID, 'i-1', 'ApplicationStop');
    minutesLater(5);
    expect(await sweep()).toEqual({ overdue: 1 });
    expect((await target(ID, 'i-1')).status).toBe('Failed');
  });
});
