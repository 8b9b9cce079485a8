import { describe, expect, test, vi } from 'vitest';
import { IN_PLACE_LIFECYCLE } from '../../../core/deployments/lifecycle.ts';
import { BEGUN, OTHER_SECRET, OURS, aGateway, cutShort } from './a-gateway.ts';

const STOP = 'd-SERVER001/ApplicationStop/host-1';

async function atWork(options = {}) {
  const world = await aGateway();
  await world.begin('ApplicationStop', { slots: 51 });
  await world.poll(options);
  return world;
}

describe('an acknowledgement', () => {
  test('begins the command, and says so', async () => {
    const { acknowledge, events } = await atWork();
    expect(await acknowledge(STOP)).toEqual({ status: 200, body: { CommandStatus: 'InProgress' } });
    expect((await events()).at(-1)).toMatchObject({
      type: 'HostCommandAcknowledged',
      data: { isNoop: false, agentVersion: 'OFFICIAL_1.8.1-30_deb' },
      actor: { type: 'host', id: BEGUN.hostIdentifier },
    });
  });

  test('that comes again is told not to run: a command delivered thrice was run thrice by the Ruby agent', async () => {
    const { acknowledge } = await atWork();
    await acknowledge(STOP);
    expect((await acknowledge(STOP)).body).toEqual({ CommandStatus: 'Failed' });
  });

  test('of what has succeeded already is dropped silently', async () => {
    const { acknowledge, complete } = await atWork();
    await acknowledge(STOP);
    await complete(STOP, 'Succeeded');
    expect((await acknowledge(STOP)).body).toEqual({ CommandStatus: 'Succeeded' });
  });

  test('of what has failed is not run', async () => {
    const { acknowledge, complete } = await atWork();
    await acknowledge(STOP);
    await complete(STOP, 'Failed', { error_code: 4 });
    expect((await acknowledge(STOP)).body).toEqual({ CommandStatus: 'Failed' });
  });

  test('tells a no-op by its diagnostics, and takes a duration that agents have code for and never send', async () => {
    const { ask, events } = await atWork();
    await ask('PutHostCommandAcknowledgement', {
      HostCommandIdentifier: STOP,
      HostCommandMaxDurationInSeconds: 4200,
      Diagnostics: { Format: 'JSON', Payload: '{"IsCommandNoop":true}' },
    });
    expect((await events()).at(-1)?.data).toMatchObject({ isNoop: true });
  });

  test('gives our own agent an address for the whole output, and no other agent', async () => {
    const { acknowledge } = await atWork();
    const { body } = await acknowledge(STOP, false, { agent: OURS });
    expect(body['OutputUploadAddress']).toBe(
      'https://outputs.example/d-SERVER001/host-1/ApplicationStop.log?signed',
    );
    const noop = await atWork();
    expect((await noop.acknowledge(STOP, true, { agent: OURS })).body).toEqual({
      CommandStatus: 'InProgress',
    });
  });
});

describe('a completion', () => {
  test('ends the event, wakes the workflow and is answered with an empty object', async () => {
    const { acknowledge, complete, events, sent } = await atWork();
    await acknowledge(STOP);
    expect(await complete(STOP, 'Succeeded')).toEqual({ status: 200, body: {} });
    expect((await events()).at(-1)?.type).toBe('HostEventSucceeded');
    expect(sent).toEqual(['ApplicationStop succeeds']);
  });

  test('that fails comes twice from the Ruby agent: the first, with the useful words, is kept', async () => {
    const { acknowledge, complete, events } = await atWork();
    await acknowledge(STOP);
    await complete(STOP, 'Failed', {
      error_code: 4,
      script_name: 'stop.sh',
      message: 'exit 1',
      log: '[stderr]no',
    });
    expect(await complete(STOP, 'Failed', { error_code: 5, message: 'Script failed' })).toEqual({
      status: 200,
      body: {},
    });
    const failures = (await events()).filter(({ type }) => type === 'HostEventFailed');
    expect(failures.map(({ data }) => data)).toMatchObject([
      {
        diagnostics: {
          errorCode: 'ScriptFailed',
          scriptName: 'stop.sh',
          message: 'exit 1',
          logTail: '[stderr]no',
        },
      },
    ]);
    expect((await events()).at(-1)).toMatchObject({ type: 'HostAnsweredLate', data: { status: 'Failed' } });
  });

  test('that succeeded may be followed by a failure, when its answer was lost: it stays a success', async () => {
    const { acknowledge, complete, events, queue } = await atWork();
    await acknowledge(STOP);
    await complete(STOP, 'Succeeded');
    expect((await complete(STOP, 'Failed', { error_code: 5, message: 'Rate exceeded' })).status).toBe(200);
    expect((await events()).filter(({ type }) => type === 'HostEventFailed')).toEqual([]);
    expect(await queue('DownloadBundle')).toBe('d-SERVER001/DownloadBundle/host-1');
    expect((await events()).at(-1)?.type).toBe('HostCommandQueued');
  });

  test('may come without an acknowledgement: so agents fail what they cannot read', async () => {
    const { complete, events } = await atWork();
    expect((await complete(STOP, 'Failed', { error_code: 5, message: 'bad revision' })).status).toBe(200);
    expect((await events()).map(({ type }) => type)).toContain('TargetFailed');
  });

  test.each([
    [
      'the text "Unknown", after bytes that were no UTF-8',
      { error_code: 'Unknown', message: 'm' },
      'UnknownError',
    ],
    [
      '7, after the agent was restarted in the middle',
      { error_code: 7, message: 'Failed: restarted' },
      'UnknownError',
    ],
    ['6, where something kept its output open', { error_code: 6, message: 'm' }, 'UnknownError'],
    ['3 for a script that took too long', { error_code: 3, message: 'm' }, 'ScriptTimedOut'],
  ])('may have the code %s', async (_, report, errorCode) => {
    const { acknowledge, complete, events } = await atWork();
    await acknowledge(STOP);
    await complete(STOP, 'Failed', report);
    const failed = (await events()).find(({ type }) => type === 'HostEventFailed');
    expect(failed?.data).toMatchObject({ diagnostics: { errorCode, message: report.message } });
  });

  test('may carry broken JSON, which is kept as it came', async () => {
    const { acknowledge, complete, events } = await atWork();
    await acknowledge(STOP);
    expect((await complete(STOP, 'Failed', '{"error_code":4,"log":"')).status).toBe(200);
    const failed = (await events()).find(({ type }) => type === 'HostEventFailed');
    expect(failed?.data).toMatchObject({
      diagnostics: { errorCode: 'UnknownError', message: '{"error_code":4,"log":"' },
    });
  });

  test('may be far longer than the model says, of which a bounded part is kept', async () => {
    const { acknowledge, complete, events } = await atWork();
    await acknowledge(STOP);
    await complete(STOP, 'Failed', { error_code: 4, message: 'x'.repeat(100_000), log: 'y'.repeat(100_000) });
    const failed = (await events()).find(({ type }) => type === 'HostEventFailed');
    expect(JSON.stringify(failed).length).toBeLessThan(10_000);
  });

  test('is believed and its wake tried again, when Step Functions fails for a moment', async () => {
    const { ports, acknowledge, complete, events, sent } = await atWork();
    await acknowledge(STOP);
    vi.spyOn(ports.workflows, 'succeed').mockRejectedValueOnce(new Error('socket hang up'));
    expect((await complete(STOP, 'Succeeded')).status).toBe(200);
    expect(sent).toEqual(['ApplicationStop succeeds']);
    expect((await events()).at(-1)?.type).toBe('HostEventSucceeded');
  });

  test('that can wake nobody is answered well: the sweep wakes, and the Ruby agent would fail what has succeeded', async () => {
    const { ports, acknowledge, complete, events, clock } = await atWork();
    await acknowledge(STOP);
    vi.spyOn(ports.workflows, 'succeed').mockRejectedValue(new Error('not permitted'));
    const before = clock.now;
    expect(await complete(STOP, 'Succeeded')).toEqual({ status: 200, body: {} });
    expect(clock.now - before).toBeLessThan(10_000);
    expect((await events()).at(-1)?.type).toBe('HostEventSucceeded');
  });

  test('that can wake nobody at the end of all is asked for again: nobody else would wake', async () => {
    const { ports, begin, queue, complete, events, sent } = await aGateway();
    await complete(await begin(), 'Succeeded');
    for (const event of IN_PLACE_LIFECYCLE.slice(1, -1)) await complete(await queue(event), 'Succeeded');
    const last = await queue('ValidateService');
    const wait = { deploymentId: 'd-SERVER001#host-1', entry: 'ValidateService#1', token: 'ValidateService' };
    await ports.tokens.park(wait, 0);
    const overload = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
    const succeed = vi.spyOn(ports.workflows, 'succeed').mockRejectedValue(overload);
    expect((await complete(last, 'Succeeded')).status).toBe(429);
    succeed.mockRestore();
    // The gateway has tried several times by itself, which are no answers of the host.
    expect((await events()).at(-1)?.type).toBe('TargetSucceeded');
    expect((await complete(last, 'Succeeded')).status).toBe(200);
    expect(sent).toEqual(['ApplicationStop succeeds', 'ValidateService succeeds']);
  });

  test('after the end of the deployment is noted, and reopens nothing', async () => {
    const { ports, complete, events } = await atWork();
    await cutShort(ports);
    expect((await complete(STOP, 'Succeeded')).status).toBe(200);
    expect((await events()).at(-1)?.type).toBe('HostAnsweredLate');
  });

  test('that repeats itself for ever fills no log', async () => {
    const { acknowledge, complete, events } = await atWork();
    await acknowledge(STOP);
    for (let time = 0; time < 30; time += 1) await complete(STOP, 'Failed', { error_code: 4 });
    expect((await events()).filter(({ type }) => type === 'HostAnsweredLate')).toHaveLength(20);
  });

  test('of our own agent says where the whole output is', async () => {
    const { ask, acknowledge, events } = await atWork();
    await acknowledge(STOP, false, { agent: OURS });
    await ask('PutHostCommandComplete', {
      HostCommandIdentifier: STOP,
      CommandStatus: 'Succeeded',
      OutputUploaded: true,
    });
    const succeeded = (await events()).find(({ type }) => type === 'HostEventSucceeded');
    expect(succeeded?.data).toMatchObject({ outputKey: 'd-SERVER001/host-1/ApplicationStop.log' });
  });
});

describe('an update', () => {
  const update = (world: Awaited<ReturnType<typeof atWork>>) =>
    world.ask('PostHostCommandUpdate', { HostCommandIdentifier: STOP }, { agent: OURS });

  test('of a command at work is a sign of life', async () => {
    const world = await atWork({ agent: OURS });
    await world.acknowledge(STOP, false, { agent: OURS });
    expect(await update(world)).toEqual({ status: 200, body: { CommandStatus: 'InProgress' } });
    expect(world.leases.heartbeats.get(STOP)).toBe(world.clock.now);
  });

  test('tells our agent to stop what is over', async () => {
    const world = await atWork({ agent: OURS });
    await cutShort(world.ports);
    expect((await update(world)).body).toEqual({ CommandStatus: 'Failed' });
    expect(world.leases.heartbeats.size).toBe(0);
  });

  test('takes the time of the end in either form that clients know', async () => {
    const { ask, acknowledge } = await atWork();
    await acknowledge(STOP);
    for (const EstimatedCompletionTime of [1_795_000_000, '2026-11-25T08:00:00Z']) {
      const { status } = await ask('PostHostCommandUpdate', {
        HostCommandIdentifier: STOP,
        EstimatedCompletionTime,
      });
      expect(status).toBe(200);
    }
  });
});

describe('a command of another host', () => {
  test.each([
    ['PutHostCommandAcknowledgement', {}],
    ['PostHostCommandUpdate', {}],
    ['PutHostCommandComplete', { CommandStatus: 'Failed' }],
  ])('is refused in %s, and changes nothing', async (operation, members) => {
    const { ask, events } = await atWork();
    const before = await events();
    const { status, body } = await ask(
      operation,
      { HostCommandIdentifier: STOP, ...members },
      { secret: OTHER_SECRET },
    );
    expect([status, body['__type']]).toEqual([400, 'AccessDeniedException']);
    expect(await events()).toEqual(before);
  });

  test.each([
    'd-SERVER001/ApplicationStop/host-9',
    'd-SERVER001/Nonsense/host-1',
    'nonsense',
    'x'.repeat(1024),
  ])('that there is none of is refused alike: %.20s', async (HostCommandIdentifier) => {
    const { ask } = await atWork();
    const { status, body } = await ask('PutHostCommandComplete', {
      HostCommandIdentifier,
      CommandStatus: 'Failed',
    });
    expect([status, body['__type']]).toEqual([400, 'AccessDeniedException']);
  });
});
