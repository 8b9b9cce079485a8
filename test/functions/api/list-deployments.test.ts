import { ListDeploymentsCommand, paginateListDeployments } from '@aws-sdk/client-codedeploy';
import { beforeAll, describe, expect, test } from 'vitest';
import { api } from '../../support/api.ts';
import { aDeployment, aGroup, both, succeed, task } from '../../support/api-groups.ts';

const other = { applicationName: 'prices', deploymentGroupName: 'beta' };

describe('of a group with deployments of every end', () => {
  const one = api();
  const all: string[] = [];
  const at: number[] = [];

  beforeAll(async () => {
    await aGroup(one);
    await aGroup(one, {}, other);
    for (const end of ['good', 'bad', 'good', 'stopped', 'active'] as const) {
      const deploymentId = await aDeployment(one);
      all.unshift(deploymentId);
      at.unshift(one.clock.now);
      if (end === 'good') await succeed(one, deploymentId);
      if (end === 'bad') await one.decide(deploymentId, task.fail('INVALID_REVISION', 'no'), task.finish());
      if (end === 'stopped') await one.ok('StopDeployment', { deploymentId });
      if (end === 'stopped') await one.decide(deploymentId, task.finish());
    }
    all.unshift(await aDeployment(one, other));
  });

  const listed = async (body: object): Promise<readonly string[]> =>
    (await one.ok('ListDeployments', body)).deployments;

  test('a group lists its own, newest first, and the account all', async () => {
    const [newest = '', ...own] = all;
    expect(await listed(both)).toEqual(own);
    expect(await listed(other)).toEqual([newest]);
    expect(await listed({})).toEqual(all);
  });

  test('statuses filter both, merged newest first', async () => {
    const [second, active, stopped, goodLater, bad, good] = all;
    const ended = { includeOnlyStatuses: ['Succeeded', 'Failed', 'Succeeded'] };
    expect(await listed({ ...both, ...ended })).toEqual([goodLater, bad, good]);
    expect(await listed(ended)).toEqual([goodLater, bad, good]);
    expect(await listed({ ...both, includeOnlyStatuses: ['Stopped'] })).toEqual([stopped]);
    expect(await listed({ includeOnlyStatuses: ['Created'] })).toEqual([second, active]);
    expect(await listed({ ...both, includeOnlyStatuses: [] })).toHaveLength(5);
    expect(await listed({ ...both, includeOnlyStatuses: ['Baking', 'Queued', 'Ready'] })).toEqual([]);
  });

  test('a range of time holds both its ends, and is open where one is absent', async () => {
    const [, active, stopped, goodLater] = all;
    const [activeAt = 0, stoppedAt = 0, goodAt = 0] = at;
    const between = { start: new Date(goodAt), end: new Date(stoppedAt) };
    const { deployments } = await one.client.send(
      new ListDeploymentsCommand({ ...both, createTimeRange: between }),
    );
    expect(deployments).toEqual([stopped, goodLater]);
    expect(await listed({ ...both, createTimeRange: { start: activeAt / 1000 } })).toEqual([active]);
    expect(await listed({ ...both, createTimeRange: { end: (goodAt - 1) / 1000 } })).toHaveLength(2);
    expect(await listed({ ...both, createTimeRange: { start: null, end: null } })).toHaveLength(5);
    expect(await listed({ createTimeRange: { start: -1, end: 99_999_999_999_999 } })).toHaveLength(6);
    const good = { ...both, includeOnlyStatuses: ['Succeeded'], createTimeRange: { start: goodAt / 1000 } };
    expect(await listed(good)).toEqual([goodLater]);
  });

  test('nothing carries the external id of another service', async () => {
    expect(await listed({ externalId: 'stack-1' })).toEqual([]);
  });

  test('one name without the other, and what is malformed or unknown, is refused by its own error', async () => {
    const { refused } = one;
    const { applicationName, deploymentGroupName } = both;
    const operation = 'ListDeployments';
    await refused(operation, { deploymentGroupName }, 'ApplicationNameRequiredException');
    await refused(operation, { applicationName }, 'DeploymentGroupNameRequiredException');
    await refused(operation, { ...both, applicationName: 'a b' }, 'InvalidApplicationNameException');
    await refused(operation, { ...both, deploymentGroupName: 'a b' }, 'InvalidDeploymentGroupNameException');
    await refused(operation, { includeOnlyStatuses: ['Done'] }, 'InvalidDeploymentStatusException');
    await refused(operation, { createTimeRange: { start: 2, end: 1 } }, 'InvalidTimeRangeException');
    await refused(operation, { ...both, externalId: 'x' }, 'InvalidInputException');
    await refused(operation, { ...both, applicationName: 'x' }, 'ApplicationDoesNotExistException');
    await refused(operation, { ...both, deploymentGroupName: 'x' }, 'DeploymentGroupDoesNotExistException');
  });
});

describe('of a group with more than two pages', () => {
  const one = api();
  const all: string[] = [];

  beforeAll(async () => {
    await aGroup(one);
    await aGroup(one, {}, { deploymentGroupName: 'second' });
    for (let index = 0; index < 210; index += 1) {
      const deploymentId = await aDeployment(one);
      all.unshift(deploymentId);
      if (index % 2 === 0) await succeed(one, deploymentId);
      else await one.decide(deploymentId, task.fail('INVALID_REVISION', 'no'), task.finish());
    }
  });

  const pages = async (input: object) => {
    const found: (readonly string[])[] = [];
    for await (const page of paginateListDeployments({ client: one.client }, input)) {
      found.push(page.deployments ?? []);
    }
    return found;
  };

  test('every page but the last is full, with and without filters, of the group and of the account', async () => {
    for (const names of [both, {}]) {
      for (const filter of [{}, { includeOnlyStatuses: ['Succeeded', 'Failed'] as const }]) {
        const found = await pages({ ...names, ...filter });
        expect(found.map((page) => page.length)).toEqual([100, 100, 10]);
        expect(found.flat()).toEqual(all);
      }
      const good = await pages({ ...names, includeOnlyStatuses: ['Succeeded'] });
      expect(good.map((page) => page.length)).toEqual([100, 5]);
      expect(good.flat()).toEqual(all.filter((_, index) => index % 2 === 1));
    }
  });

  test('a token is good for the same filters only', async () => {
    const { nextToken } = await one.ok('ListDeployments', {
      ...both,
      includeOnlyStatuses: ['Succeeded', 'Failed'],
    });
    const same = { ...both, includeOnlyStatuses: ['Failed', 'Succeeded'], nextToken };
    expect((await one.ok('ListDeployments', same)).deployments).toHaveLength(100);
    const others = [
      { nextToken },
      { ...both, nextToken },
      { ...same, includeOnlyStatuses: ['Failed'] },
      { ...same, deploymentGroupName: 'second' },
      { ...same, createTimeRange: { start: 0 } },
    ];
    for (const body of others) await one.refused('ListDeployments', body, 'InvalidNextTokenException');
  });
});
