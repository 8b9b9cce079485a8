import { describe, expect, it } from 'vitest';
import { sweepHosts } from '../../../functions/reactions/overdue-host.ts';
import { FLEET_AT, fleets } from '../../support/a-fleet.ts';

const ID = 'd-FLEET0001';

async function fleet(...targetIds: readonly string[]) {
  const all = await fleets();
  await all.deployed(ID, targetIds);
  return all;
}

describe('a command that nobody picks up', () => {
  it('is left alone before its 5 minutes are over', async () => {
    const { ports, begun, minutesLater, types } = await fleet('i-1');
    await begun(ID, 'i-1', 'ApplicationStop');
    minutesLater(4.9);
    expect(await sweepHosts(ports)).toBe(0);
    expect(await types(`target#${ID}#i-1`)).toEqual(['TargetClaimed', 'HostCommandQueued']);
  });

  it('fails in words that say when the agent was last heard of, and whoever waits is woken', async () => {
    const { ports, begun, minutesLater, presence, target, told } = await fleet('i-1');
    presence.set('host-i-1', { lastPolledAt: FLEET_AT - 60_000 });
    await begun(ID, 'i-1', 'ApplicationStop');
    minutesLater(5);
    expect(await sweepHosts(ports)).toBe(1);
    const message =
      'The agent on i-1 did not pick up ApplicationStop within 5 minutes; it last asked for work at 2027-01-01T11:59:00.000Z. ' +
      'Check that it is installed and running.';
    const state = await target(ID, 'i-1');
    expect(state.status).toBe('Failed');
    expect(state.lifecycleEvents[0]).toMatchObject({ status: 'Failed', diagnostics: { message } });
    expect(told).toEqual([
      { how: 'fail', what: 'i-1 ApplicationStop', why: `ApplicationStop failed: ${message}` },
    ]);
    expect(await sweepHosts(ports)).toBe(0);
  });

  it('fails as well where the agent never asked for work', async () => {
    const { ports, begun, minutesLater, target } = await fleet('i-1');
    await begun(ID, 'i-1', 'ApplicationStop');
    minutesLater(5);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).end?.message).toContain('it never asked for work. Check');
  });
});

describe('a command behind that of another deployment', () => {
  const FIRST = 'd-FIRST0001';

  async function queue() {
    const all = await fleet('i-1');
    await all.deployed(FIRST, ['i-1'], { isOfOtherGroup: true });
    const first = await all.begun(FIRST, 'i-1', 'ApplicationStop');
    await all.acknowledged(FIRST, 'i-1', first);
    all.minutesLater(1);
    await all.begun(ID, 'i-1', 'ApplicationStop', { behind: FIRST });
    return { ...all, first };
  }

  it('waits on, while that one is at work', async () => {
    const { ports, minutesLater, target, types } = await queue();
    minutesLater(5);
    await sweepHosts(ports);
    minutesLater(5);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).status).toBe('InProgress');
    const waited = ['HostCommandExtended', 'HostCommandExtended'];
    expect((await types(`target#${ID}#i-1`)).slice(2)).toEqual(waited);
  });

  it('has its own 5 minutes from when that one has come to its end', async () => {
    const { ports, minutesLater, decide, target, first } = await queue();
    const diagnostics = { errorCode: 'Success', scriptName: '', message: '', logTail: '' } as const;
    await decide(FIRST, 'i-1', {
      type: 'CompleteHostCommand',
      data: { hostCommandIdentifier: first, status: 'Succeeded', diagnostics },
    });
    minutesLater(5);
    await sweepHosts(ports);
    const { command, status } = await target(ID, 'i-1');
    expect(command?.pickUpBy).toBe(FLEET_AT + 11 * 60_000);
    expect(status).toBe('InProgress');
    minutesLater(5);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).status).toBe('Failed');
  });

  it('has them at once where the one before it is given up', async () => {
    const { ports, minutesLater, target } = await queue();
    minutesLater(60);
    await sweepHosts(ports);
    expect((await target(FIRST, 'i-1')).end?.message).toBe(
      'ApplicationStop failed: ApplicationStop took longer than an hour on i-1.',
    );
    expect((await target(ID, 'i-1')).command?.pickUpBy).toBe(FLEET_AT + 66 * 60_000);
  });
});

describe('a command that the agent has taken', () => {
  it('goes on, as long as the agent says that it is at work, and for an hour at most', async () => {
    const { ports, begun, acknowledged, minutesLater, heartbeats, target } = await fleet('i-1');
    const command = await begun(ID, 'i-1', 'ApplicationStop');
    await acknowledged(ID, 'i-1', command, true);
    for (let minute = 3; minute <= 60; minute += 3) {
      minutesLater(3);
      heartbeats.set(command, FLEET_AT + minute * 60_000 - 20_000);
      await sweepHosts(ports);
      expect((await target(ID, 'i-1')).status).toBe('InProgress');
    }
    minutesLater(3);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).end?.message).toContain('took longer than an hour on i-1');
  });

  it('fails as soon as such an agent falls silent', async () => {
    const { ports, begun, acknowledged, minutesLater, heartbeats, target } = await fleet('i-1');
    const command = await begun(ID, 'i-1', 'ApplicationStop');
    await acknowledged(ID, 'i-1', command, true);
    heartbeats.set(command, FLEET_AT + 40_000);
    minutesLater(3);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).end?.message).toBe(
      'ApplicationStop failed: The agent on i-1 gave no sign of life since 2027-01-01T12:00:40.000Z, while it was at work on ApplicationStop.',
    );
  });

  it('is waited for without a sign where the agent gives none', async () => {
    const { ports, begun, acknowledged, minutesLater, target } = await fleet('i-1');
    await acknowledged(ID, 'i-1', await begun(ID, 'i-1', 'ApplicationStop'));
    minutesLater(59);
    expect(await sweepHosts(ports)).toBe(0);
    expect((await target(ID, 'i-1')).status).toBe('InProgress');
  });

  it('leaves the queue of the host in the end, although its target is over long since', async () => {
    const { ports, begun, acknowledged, decide, minutesLater, target, types } = await fleet('i-1');
    await acknowledged(ID, 'i-1', await begun(ID, 'i-1', 'ApplicationStop'));
    await decide(ID, 'i-1', { type: 'LoseTarget', data: { reason: 'Nobody leads it.' } });
    minutesLater(62);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).command).toBeUndefined();
    expect((await types(`target#${ID}#i-1`)).at(-1)).toBe('HostAnsweredLate');
    expect(await sweepHosts(ports)).toBe(0);
  });
});

describe('a target between two lifecycle events', () => {
  async function between() {
    const all = await fleet('i-1');
    const command = await all.begun(ID, 'i-1', 'ApplicationStop');
    const diagnostics = { errorCode: 'Success', scriptName: '', message: '', logTail: '' } as const;
    await all.decide(ID, 'i-1', {
      type: 'CompleteHostCommand',
      data: { hostCommandIdentifier: command, status: 'Succeeded', diagnostics },
    });
    return all;
  }

  it('whose wake got lost is woken', async () => {
    const { ports, minutesLater, told, target } = await between();
    minutesLater(10);
    await sweepHosts(ports);
    expect(told).toEqual([{ how: 'succeed', what: 'i-1 ApplicationStop' }]);
    expect((await target(ID, 'i-1')).status).toBe('InProgress');
  });

  it('is lost where nobody waits any more and a minute has passed', async () => {
    const { ports, minutesLater, over, target } = await between();
    over.add('i-1 ApplicationStop');
    minutesLater(3);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).status).toBe('InProgress');
    minutesLater(1);
    await sweepHosts(ports);
    expect((await target(ID, 'i-1')).end?.message).toBe(
      'The workflow that led i-1 through its lifecycle did not go on in time.',
    );
  });
});

it('one target that cannot be helped does not keep the others from it', async () => {
  const { ports, begun, minutesLater, target, counted } = await fleet('i-1', 'i-2');
  await begun(ID, 'i-1', 'ApplicationStop');
  await begun(ID, 'i-2', 'ApplicationStop');
  minutesLater(5);
  const presence = async (host: string) => {
    if (host === 'host-i-1') throw new Error('the table is away');
    return undefined;
  };
  await sweepHosts({ ...ports, signs: { ...ports.signs, presence } });
  expect((await target(ID, 'i-1')).status).toBe('InProgress');
  expect((await target(ID, 'i-2')).status).toBe('Failed');
  expect(counted).toEqual(['FailureCaught']);
});

it('a fleet of 300 hosts that fell silent at once is through with one sweep', async () => {
  const hosts = Array.from({ length: 300 }, (_, index) => `i-${index}`);
  const { ports, begun, minutesLater, target } = await fleet(...hosts);
  await Promise.all(hosts.map((host) => begun(ID, host, 'ApplicationStop')));
  minutesLater(5);
  expect(await sweepHosts(ports)).toBe(300);
  const ends = await Promise.all(hosts.map(async (host) => (await target(ID, host)).status));
  expect(new Set(ends)).toEqual(new Set(['Failed']));
});
