import { describe, expect, test, vi } from 'vitest';
import { VersionConflict } from '../../../functions/runtime/execute.ts';
import { HOST, OTHER_SECRET, SECRET, aGateway } from './a-gateway.ts';

const STOP = 'd-SERVER001/ApplicationStop/host-1';
const SPECIFICATION = {
  HostIdentifier: HOST,
  DeploymentExecutionId: 'CodeDeploy/eu-west-1/Sluice/d-SERVER001/host-1',
};

describe('who calls', () => {
  test('is told by the secret of the path alone; no signature is read', async () => {
    const { poll } = await aGateway();
    expect((await poll({ headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } })).status).toBe(200);
  });

  test.each(['', 'nonsense', SECRET.toUpperCase(), `${SECRET}/more`, 'x'.repeat(5_000)])(
    'is nobody with the secret %.30s',
    async (secret) => {
      const { poll } = await aGateway();
      const { status, body } = await poll({ secret });
      expect([status, body['__type']]).toEqual([400, 'UnrecognizedClientException']);
      expect(body).toHaveProperty('message');
      expect(JSON.stringify(body)).not.toContain(SECRET);
    },
  );

  test('may have a slash behind the secret, as some write addresses', async () => {
    const { poll } = await aGateway();
    expect((await poll({ secret: `${SECRET}/` })).status).toBe(200);
  });

  test('is nobody at once when the secret is revoked', async () => {
    const { poll, secrets } = await aGateway();
    await secrets.revoke('host-1');
    expect((await poll()).body['__type']).toBe('UnrecognizedClientException');
    expect((await poll()).body['message']).toMatch(
      /rotate NAME, or register NAME where it was revoked. An instance of EC2 enrols itself/,
    );
  });

  test('may go on with the former secret while a deployment runs, until its time is over', async () => {
    const { ports, poll, begin, secrets, clock } = await aGateway();
    await begin();
    const hash = ports.system.sha256('rotated');
    const until = clock.now + 60_000;
    await secrets.issue({ hostIdentifier: HOST, name: 'host-1', issuedAt: clock.now }, hash, until);
    expect((await poll()).body).toHaveProperty('HostCommand');
    expect((await poll({ secret: 'rotated' })).status).toBe(200);
    clock.now = until;
    expect((await poll()).status).toBe(400);
    expect((await poll({ secret: 'rotated' })).status).toBe(200);
  });

  test('cannot speak for another host', async () => {
    const { ask, begin } = await aGateway();
    await begin();
    for (const operation of ['PollHostCommand', 'GetDeploymentSpecification']) {
      const { status, body } = await ask(
        operation,
        { HostIdentifier: HOST, DeploymentExecutionId: 'CodeDeploy/eu-west-1/Sluice/d-SERVER001/host-1' },
        { secret: OTHER_SECRET },
      );
      expect([status, body['__type']]).toEqual([400, 'AccessDeniedException']);
    }
  });
});

describe('a GET', () => {
  test('is answered at once at the root and under any secret alike, and is no poll', async () => {
    const { get, presences } = await aGateway();
    const answers = [
      await get('GET /'),
      await get('GET /hosts/{proxy+}', SECRET),
      await get('GET /hosts/{proxy+}', 'no'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(presences.recorded).toEqual([]);
  });
});

describe('what is no operation', () => {
  test.each([
    ['PollHostCommands', 'CodeDeployCommandService.'],
    ['pollHostCommand', 'CodeDeployCommandService.'],
    ['PollHostCommand', 'CodeDeploy_20141006.'],
    ['PollHostCommand', ''],
  ])('is unknown: %s under %s', async (operation, prefix) => {
    const { ask } = await aGateway();
    const { status, body } = await ask(operation, { HostIdentifier: HOST }, { prefix });
    expect([status, body['__type']]).toEqual([400, 'UnknownOperationException']);
    expect(Object.keys(body)).toEqual(['__type', 'message']);
  });

  test.each(['', '{', '[]', 'null', '"text"'])('has a body that is none: %j', async (text) => {
    const { ask } = await aGateway();
    const { status, body } = await ask('PollHostCommand', text);
    expect([status, body['__type']]).toEqual([400, 'SerializationException']);
  });

  test.each([{}, { HostIdentifier: 5 }, { HostIdentifier: '' }, { HostIdentifier: 'x'.repeat(2_000) }])(
    'lacks what it is about: %j',
    async (body) => {
      const { ask } = await aGateway();
      const answer = await ask('PollHostCommand', body);
      expect([answer.status, answer.body['__type']]).toEqual([400, 'ClientException']);
    },
  );
});

describe('when too much is going on', () => {
  const busy = async () => {
    throw new VersionConflict('too many writers');
  };

  test('a poll is told to slow down, by a name that agents know, and never by 5xx', async () => {
    const throttled = Object.assign(new Error('slow'), { name: 'ProvisionedThroughputExceededException' });
    const { ask } = await aGateway({ secrets: { find: async () => Promise.reject(throttled) } });
    expect(await ask('PollHostCommand', { HostIdentifier: HOST })).toEqual({
      status: 429,
      body: { __type: 'ThrottlingException', message: 'Rate exceeded' },
    });
  });

  test('a completion is tried until it is through: the native agent sends it once', async () => {
    const world = await aGateway();
    await world.begin('ApplicationStop', { slots: 51 });
    await world.acknowledge(STOP);
    const { load } = world.ports.store;
    let failures = 5;
    vi.spyOn(world.ports.store, 'load').mockImplementation(async (...given) => {
      failures -= 1;
      return failures >= 0 ? busy() : load(...given);
    });
    expect(await world.complete(STOP, 'Succeeded')).toEqual({ status: 200, body: {} });
    expect((await world.events()).at(-1)?.type).toBe('HostEventSucceeded');
  });

  test('whatever a host would be failed for is tried again, whichever of our reads was slowed down', async () => {
    const world = await aGateway();
    await world.begin('ApplicationStop', { slots: 51 });
    const { secrets } = world.ports;
    const { find } = secrets;
    let failures = 0;
    vi.spyOn(secrets, 'find').mockImplementation(async (...given) => {
      failures -= 1;
      return failures >= 0 ? busy() : find(...given);
    });
    const asked = [
      ['GetDeploymentSpecification', SPECIFICATION],
      ['PutHostCommandAcknowledgement', { HostCommandIdentifier: STOP }],
      ['PutHostCommandComplete', { HostCommandIdentifier: STOP, CommandStatus: 'Succeeded' }],
    ] as const;
    for (const [operation, body] of asked) {
      failures = 3;
      expect([operation, (await world.ask(operation, body)).status]).toEqual([operation, 200]);
    }
  });

  test('an acknowledgement is tried until it is through, and begins the command once', async () => {
    const world = await aGateway();
    await world.begin('ApplicationStop', { slots: 51 });
    const { load } = world.ports.store;
    let failures = 5;
    vi.spyOn(world.ports.store, 'load').mockImplementation(async (...given) => {
      failures -= 1;
      return failures >= 0 ? busy() : load(...given);
    });
    expect((await world.acknowledge(STOP)).body).toEqual({ CommandStatus: 'InProgress' });
  });

  test('a completion that stays impossible is told so within the time of a call', async () => {
    const world = await aGateway();
    await world.begin('ApplicationStop', { slots: 51 });
    vi.spyOn(world.ports.store, 'load').mockImplementation(busy);
    const before = world.clock.now;
    expect((await world.complete(STOP, 'Succeeded')).status).toBe(429);
    expect(world.clock.now - before).toBeLessThan(25_000);
  });

  test.each([0, 1, 2, 3, 4, 5])(
    'is a completion answered before its function is cut off, which takes 29 s: after %i conflicts and all of it slow',
    async (conflicts) => {
      const world = await aGateway();
      await world.begin('ApplicationStop', { slots: 51 });
      // As long as all attempts of one append may take.
      const slowly = async () => void (world.clock.now += 4_900);
      const { load } = world.ports.store;
      let left = conflicts;
      vi.spyOn(world.ports.store, 'load').mockImplementation(async (...given) => {
        await slowly();
        left -= 1;
        return left >= 0 ? busy() : load(...given);
      });
      vi.spyOn(world.ports.workflows, 'succeed').mockImplementation(async () => {
        await slowly();
        throw new Error('not permitted');
      });
      const before = world.clock.now;
      expect([200, 429]).toContain((await world.complete(STOP, 'Succeeded')).status);
      expect(world.clock.now - before).toBeLessThan(24_000);
    },
  );

  test('a bug of ours is a ServerException', async () => {
    const { ask } = await aGateway({ secrets: { find: async () => Promise.reject(new Error('bug')) } });
    const { status, body } = await ask('PollHostCommand', { HostIdentifier: HOST });
    expect([status, body['__type']]).toEqual([500, 'ServerException']);
  });
});
