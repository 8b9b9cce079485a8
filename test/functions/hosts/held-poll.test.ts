import { describe, expect, test } from 'vitest';
import { aGateway, cutShort, endDeployment } from './a-gateway.ts';

const STOP = 'd-SERVER001/ApplicationStop/host-1';

describe('an empty poll of a host with a deployment in flight', () => {
  test('is held while that has at most 50 hosts in flight, and told of the next command at once', async () => {
    const { poll, begin, clock, whileAsleep, acknowledge, complete, queue } = await aGateway();
    await begin('ApplicationStop', { slots: 50 });
    await poll();
    await acknowledge(STOP);
    const before = clock.now;
    whileAsleep.push(
      async () => undefined,
      async () => {
        await complete(STOP, 'Succeeded');
        await queue('DownloadBundle');
      },
    );
    expect((await poll()).body).toMatchObject({ HostCommand: { CommandName: 'DownloadBundle' } });
    expect(clock.now - before).toBe(2_000);
  });

  test('is held for 20 s at most: agents give up after 80', async () => {
    const { poll, begin, clock, acknowledge } = await aGateway();
    await begin('ApplicationStop', { slots: 1 });
    await poll();
    await acknowledge(STOP);
    const before = clock.now;
    expect((await poll()).body).toEqual({});
    expect(clock.now - before).toBe(20_000);
  });

  test('is answered at once where more hosts are in flight', async () => {
    const { poll, begin, clock, acknowledge } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    await poll();
    await acknowledge(STOP);
    const before = clock.now;
    expect((await poll()).body).toEqual({});
    expect(clock.now).toBe(before);
  });

  /** How long the poll of a host is held, with as many other deployments active and none of them on it. */
  const heldWith = async (others: number, slots: number) => {
    const world = await aGateway();
    await world.begin('ApplicationStop', { slots });
    for (let other = 0; other < others; other += 1) await another(world, other);
    await world.poll();
    await world.acknowledge(STOP);
    const before = world.clock.now;
    await world.poll();
    return world.clock.now - before;
  };
  const another = async ({ begin }: Awaited<ReturnType<typeof aGateway>>, other: number) =>
    begin('ApplicationStop', { deploymentId: `d-OTHER${other}`, hostIdentifier: `other-host-${other}` });

  test.each([
    [1, 50, 20_000],
    [2, 50, 0],
    [2, 33, 20_000],
    [9, 10, 20_000],
    [9, 11, 0],
    [99, 1, 20_000],
    [100, 1, 0],
  ])(
    'is held with %i other deployments active and %i hosts in flight in its own for %i ms: 100 are held in all',
    async (others, slots, held) => {
      expect(await heldWith(others, slots)).toBe(held);
    },
  );

  test('is let go as soon as other deployments need their share', async () => {
    const world = await aGateway();
    await world.begin('ApplicationStop', { slots: 50 });
    await world.poll();
    await world.acknowledge(STOP);
    const before = world.clock.now;
    world.whileAsleep.push(async () => {
      await another(world, 1);
      await another(world, 2);
    });
    expect((await world.poll()).body).toEqual({});
    expect(world.clock.now - before).toBe(1_000);
  });

  test('is answered at once when the deployment has ended and only its last script still runs', async () => {
    const { ports, poll, begin, clock, acknowledge } = await aGateway();
    await begin('ApplicationStop', { slots: 1 });
    await poll();
    await acknowledge(STOP);
    await endDeployment(ports);
    const before = clock.now;
    await poll();
    expect(clock.now).toBe(before);
  });

  test('is answered at once in a stack that reserves no concurrency', async () => {
    const { poll, begin, clock, acknowledge } = await aGateway({ mostHeldPolls: 0 });
    await begin('ApplicationStop', { slots: 1 });
    await poll();
    await acknowledge(STOP);
    const before = clock.now;
    await poll();
    expect(clock.now).toBe(before);
  });

  test('is let go as soon as the deployment is over on the host', async () => {
    const { ports, poll, begin, clock, whileAsleep } = await aGateway();
    await begin('ApplicationStop', { slots: 1 });
    await poll();
    const before = clock.now;
    whileAsleep.push(async () => cutShort(ports));
    expect((await poll()).body).toEqual({});
    expect(clock.now - before).toBe(1_000);
  });
});
