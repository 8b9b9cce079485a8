import { describe, expect, test } from 'vitest';
import { headOfQueue } from '../../../functions/runtime/fleet-rows.ts';
import { BEGUN, HOST, OTHER_HOST, OTHER_SECRET, OURS, RUBY, aGateway, cutShort } from './a-gateway.ts';

const STOP = 'd-SERVER001/ApplicationStop/host-1';

describe('a poll', () => {
  test('without work is an empty object, answered at once', async () => {
    const { poll, clock } = await aGateway();
    const before = clock.now;
    expect(await poll()).toEqual({ status: 200, body: {} });
    expect(clock.now).toBe(before);
  });

  test.each(['CodeDeployCommandService_v20141006.', 'CodeDeployCommandService.'])(
    'is handed the command of its host with all four texts, under the prefix %s',
    async (prefix) => {
      const { poll, begin } = await aGateway();
      await begin();
      expect(await poll({ prefix })).toEqual({
        status: 200,
        body: {
          HostCommand: {
            HostCommandIdentifier: STOP,
            HostIdentifier: HOST,
            DeploymentExecutionId: 'CodeDeploy/eu-west-1/Sluice/d-SERVER001/host-1',
            CommandName: 'ApplicationStop',
          },
        },
      });
    },
  );

  test('is never handed the command of another host', async () => {
    const { ask, begin } = await aGateway();
    await begin();
    const other = { secret: OTHER_SECRET };
    expect(await ask('PollHostCommand', { HostIdentifier: OTHER_HOST }, other)).toEqual({
      status: 200,
      body: {},
    });
  });

  test('drops unlisted members: the real service would too', async () => {
    const { ask } = await aGateway();
    expect(await ask('PollHostCommand', { HostIdentifier: HOST, Extra: [1] })).toEqual({
      status: 200,
      body: {},
    });
  });
});

describe('a command that is handed out', () => {
  test('is handed out once while its lease lives: the Ruby agent would run it once for each time', async () => {
    const { poll, begin } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    expect((await poll()).body).toHaveProperty('HostCommand');
    expect((await poll()).body).toEqual({});
  });

  test('is handed out to one of two polls that come at the same moment', async () => {
    const { poll, begin } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    const answers = await Promise.all([poll(), poll(), poll()]);
    expect(answers.filter(({ body }) => 'HostCommand' in body)).toHaveLength(1);
  });

  test('comes again when its lease is over and nobody has acknowledged it', async () => {
    const { poll, begin, clock } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    await poll();
    clock.now += 60_000;
    expect((await poll()).body).toHaveProperty('HostCommand');
  });

  test('never comes again once it was acknowledged', async () => {
    const { poll, begin, clock, acknowledge } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    await poll();
    await acknowledge(STOP);
    clock.now += 3_600_000;
    expect((await poll()).body).toEqual({});
  });

  test('fails in words after three hand-outs in vain: the native agent would be handed it forever', async () => {
    const { poll, begin, clock, events, sent } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    const answers = [];
    for (let time = 0; time < 5; time += 1) {
      answers.push('HostCommand' in (await poll({ agent: '2.1.0' })).body);
      clock.now += 60_000;
    }
    expect(answers).toEqual([true, true, true, false, false]);
    const failed = (await events()).find(({ type }) => type === 'HostEventFailed');
    expect(failed?.data).toMatchObject({
      diagnostics: {
        errorCode: 'UnknownError',
        message: expect.stringContaining('(version 2.1.0) was handed ApplicationStop 3 times') as string,
      },
    });
    expect(sent).toEqual(['ApplicationStop fails: TargetEnded']);
  });

  test('is withdrawn by a stop before anybody has acknowledged it', async () => {
    const { ports, poll, begin, acknowledge, clock } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    await poll();
    await cutShort(ports);
    expect((await acknowledge(STOP)).body).toEqual({ CommandStatus: 'Failed' });
    clock.now += 60_000;
    expect((await poll()).body).toEqual({});
  });
});

describe('two deployments on one host', () => {
  const second = { ...BEGUN, deploymentId: 'd-SERVER002', slots: 51 };

  test('have their commands handed out one at a time, in the order of the queue', async () => {
    const { poll, begin, clock, acknowledge, complete, queue } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    clock.now += 10;
    await begin('ApplicationStop', second);
    const handed = async () =>
      ((await poll()).body['HostCommand'] as { HostCommandIdentifier?: string } | undefined)
        ?.HostCommandIdentifier;
    expect(await handed()).toBe(STOP);
    expect(await handed()).toBeUndefined();
    await acknowledge(STOP);
    expect(await handed()).toBeUndefined();
    await complete(STOP, 'Succeeded');
    clock.now += 10;
    await queue('DownloadBundle');
    expect(await handed()).toBe('d-SERVER002/ApplicationStop/host-1');
    await acknowledge('d-SERVER002/ApplicationStop/host-1');
    await complete('d-SERVER002/ApplicationStop/host-1', 'Succeeded');
    expect(await handed()).toBe('d-SERVER001/DownloadBundle/host-1');
  });
});

describe('a command that was long in being written', () => {
  const LATE = 'd-SERVER002/ApplicationStop/host-1';
  const late = { ...BEGUN, deploymentId: 'd-SERVER002', slots: 51 };

  /** Its time is from before the other's, which the host has been handed meanwhile. */
  const handedMeanwhile = async () => {
    const world = await aGateway();
    world.clock.now += 5_000;
    await world.begin('ApplicationStop', { slots: 51 });
    await world.poll();
    world.clock.now -= 5_000;
    await world.begin('ApplicationStop', late);
    world.clock.now += 6_000;
    return world;
  };

  test.each([true, false])(
    'is not handed out beside what the host has, acknowledged (%s) or about to be, and comes after it',
    async (isAcknowledged) => {
      const { poll, acknowledge, complete } = await handedMeanwhile();
      if (isAcknowledged) await acknowledge(STOP);
      expect((await poll()).body).toEqual({});
      await complete(STOP, 'Succeeded');
      expect((await poll()).body).toMatchObject({ HostCommand: { HostCommandIdentifier: LATE } });
    },
  );

  test('is not the first of the queue while the host is at work: its time to be picked up has not begun', async () => {
    const { ports, acknowledge, complete } = await handedMeanwhile();
    await acknowledge(STOP);
    expect(await headOfQueue(ports.rows, HOST)).toMatchObject({ hostCommandIdentifier: STOP });
    await complete(STOP, 'Succeeded');
    expect(await headOfQueue(ports.rows, HOST)).toMatchObject({ hostCommandIdentifier: LATE });
  });
});

describe('the presence of a host', () => {
  test('is kept with its agent, its pace and how wrong its clock is', async () => {
    const { poll, clock, presences } = await aGateway();
    const headers = { 'X-Amz-Date': new Date(clock.now + 90_000).toISOString().replace(/[-:]|\.\d+/g, '') };
    await poll({ headers });
    clock.now += 30_000;
    await poll({ headers: { 'X-Amz-Date': new Date(clock.now).toISOString().replace(/[-:]|\.\d+/g, '') } });
    expect(presences.recorded).toMatchObject([
      { agentVersion: RUBY, clockSkewSeconds: 90 },
      { agentVersion: RUBY, clockSkewSeconds: 0, pollMilliseconds: 30_000, lastPolledAt: clock.now },
    ]);
  });

  test('is written every 15 s at most while nothing is new', async () => {
    const { poll, clock, presences } = await aGateway();
    for (let second = 0; second < 60; second += 1) {
      await poll();
      clock.now += 1_000;
    }
    expect(presences.recorded).toHaveLength(4);
  });

  test('is written at once for another agent', async () => {
    const { poll, presences } = await aGateway();
    await poll();
    await poll({ agent: OURS });
    expect(presences.recorded.map(({ agentVersion }) => agentVersion)).toEqual([RUBY, OURS]);
  });

  test('takes no night for a pace', async () => {
    const { poll, clock, presences } = await aGateway();
    await poll();
    clock.now += 15_000;
    await poll();
    clock.now += 8 * 3_600_000;
    await poll();
    expect(presences.recorded.map(({ pollMilliseconds }) => pollMilliseconds)).toEqual([
      undefined,
      15_000,
      15_000,
    ]);
  });
});
