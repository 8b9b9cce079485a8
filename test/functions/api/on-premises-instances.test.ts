import {
  AddTagsToOnPremisesInstancesCommand,
  BatchGetOnPremisesInstancesCommand,
  DeregisterOnPremisesInstanceCommand,
  GetOnPremisesInstanceCommand,
  ListOnPremisesInstancesCommand,
  RegisterOnPremisesInstanceCommand,
  RemoveTagsFromOnPremisesInstancesCommand,
} from '@aws-sdk/client-codedeploy';
import type { ListOnPremisesInstancesCommandInput } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { replayRows } from '../../../functions/runtime/replay.ts';
import type { Api } from '../../support/api.ts';
import { api } from '../../support/api.ts';
import { memorySecrets } from '../../support/memory-hosts.ts';

const USERS = 'arn:aws:iam::123456789012:user';
const SESSIONS = 'arn:aws:sts::123456789012:assumed-role/hosts';
const prod = { Key: 'stage', Value: 'Prod' };
const backup = { Key: 'stage', Value: 'Backup' };

async function registered(one: Api, ...names: readonly string[]): Promise<void> {
  for (const instanceName of names) {
    await one.ok('RegisterOnPremisesInstance', { instanceName, iamUserArn: `${USERS}/${instanceName}` });
  }
}

async function infoOf({ client }: Api, instanceName: string) {
  const { instanceInfo } = await client.send(new GetOnPremisesInstanceCommand({ instanceName }));
  return instanceInfo;
}

test('an instance that is deregistered has no secret to ask for work with, and the same call again sees to it', async () => {
  const secrets = memorySecrets();
  const { revoke } = secrets;
  let isBroken = true;
  const one = api({
    hostSecrets: { revoke: async (name) => (isBroken ? Promise.reject(new Error('no')) : revoke(name)) },
  });
  await registered(one, 'web-1');
  await secrets.issue({ hostIdentifier: `${USERS}/web-1`, name: 'web-1', issuedAt: 1 }, 'hash', 0);
  const command = new DeregisterOnPremisesInstanceCommand({ instanceName: 'web-1' });
  await expect(one.client.send(command)).rejects.toThrow();
  isBroken = false;
  await one.client.send(command);
  expect(await secrets.find('hash', 1)).toBeUndefined();
});

test('an instance is registered, read, deregistered, and registered again under its name', async () => {
  const one = api();
  const { client, clock } = one;
  const at = new Date(clock.now);
  await client.send(
    new RegisterOnPremisesInstanceCommand({ instanceName: 'web-1', iamUserArn: `${USERS}/web-1` }),
  );
  const info = await infoOf(one, 'web-1');
  expect(info).toEqual({
    instanceName: 'web-1',
    iamUserArn: `${USERS}/web-1`,
    instanceArn: expect.stringMatching(
      /^arn:aws:codedeploy:eu-central-1:123456789012:instance\/web-1_[a-z0-9]{10}$/,
    ),
    registerTime: at,
    tags: [],
  });
  clock.now += 5000;
  await client.send(new DeregisterOnPremisesInstanceCommand({ instanceName: 'web-1' }));
  expect(await infoOf(one, 'web-1')).toEqual({ ...info, deregisterTime: new Date(clock.now) });
  const session = { instanceName: 'web-1', iamSessionArn: `${SESSIONS}/web-1` };
  await client.send(new RegisterOnPremisesInstanceCommand(session));
  const again = await infoOf(one, 'web-1');
  expect(again).toMatchObject({ ...session, registerTime: new Date(clock.now) });
  expect(again).not.toHaveProperty('deregisterTime');
  expect(again).not.toHaveProperty('iamUserArn');
  expect(again?.instanceArn).not.toBe(info?.instanceArn);
});

test('one user and one session belong to one instance, for as long as that is registered', async () => {
  const one = api();
  const { ok, refused } = one;
  await registered(one, 'web-1');
  await ok('RegisterOnPremisesInstance', { instanceName: 'db-1', iamSessionArn: `${SESSIONS}/db-1` });
  const operation = 'RegisterOnPremisesInstance';
  const user = { instanceName: 'web-2', iamUserArn: `${USERS}/web-1` };
  await refused(operation, user, 'IamUserArnAlreadyRegisteredException', 'user/web-1');
  const session = { instanceName: 'web-2', iamSessionArn: `${SESSIONS}/db-1` };
  await refused(operation, session, 'IamSessionArnAlreadyRegisteredException');
  const name = { instanceName: 'web-1', iamSessionArn: `${SESSIONS}/db-1` };
  await refused(operation, name, 'InstanceNameAlreadyRegisteredException');
  await ok(operation, { instanceName: 'db-2', iamSessionArn: `${SESSIONS}/db-2` });
  await ok('DeregisterOnPremisesInstance', { instanceName: 'web-1' });
  await ok(operation, user);
});

test('of many who register one name at once, new or given up, one has it; and one has an IAM user', async () => {
  const one = api();
  const race = async (bodies: readonly object[]) => {
    const answers = await Promise.all(bodies.map((body) => one.call('RegisterOnPremisesInstance', body)));
    return answers.map(({ json }) => String(json?.__type ?? 'OK')).sort();
  };
  const many = Array.from({ length: 5 }, (_, index) => index);
  const oneName = many.map((index) => ({ instanceName: 'web', iamUserArn: `${USERS}/web-${index}` }));
  const lost = many.slice(1).map(() => 'InstanceNameAlreadyRegisteredException');
  expect(await race(oneName)).toEqual([...lost, 'OK']);
  await one.ok('DeregisterOnPremisesInstance', { instanceName: 'web' });
  expect(await race(oneName)).toEqual([...lost, 'OK']);
  const oneUser = many.map((index) => ({ instanceName: `db-${index}`, iamUserArn: `${USERS}/db` }));
  expect(await race(oneUser)).toEqual([...lost.map(() => 'IamUserArnAlreadyRegisteredException'), 'OK']);
  expect(replayRows(one.store.allEvents())).toEqual(one.store.allRows());
});

test('what is missing, malformed or given twice is refused by its own error', async () => {
  const { refused } = api();
  const operation = 'RegisterOnPremisesInstance';
  await refused(operation, {}, 'InstanceNameRequiredException');
  await refused(operation, { instanceName: 'i-1' }, 'IamArnRequiredException');
  await refused(operation, { instanceName: 'web', iamUserArn: '' }, 'IamUserArnRequiredException');
  const both = { instanceName: 'i-1', iamUserArn: 'a', iamSessionArn: 'b' };
  await refused(operation, both, 'MultipleIamArnsProvidedException');
  await refused(operation, { instanceName: 'i-1', iamUserArn: 'a' }, 'InvalidInstanceNameException');
  await refused(operation, { instanceName: 'web', iamUserArn: 'a' }, 'InvalidIamUserArnException');
  await refused(operation, { instanceName: 'web', iamSessionArn: 'a' }, 'InvalidIamSessionArnException');
  for (const other of ['GetOnPremisesInstance', 'DeregisterOnPremisesInstance']) {
    await refused(other, {}, 'InstanceNameRequiredException');
    await refused(other, { instanceName: 'two words' }, 'InvalidInstanceNameException');
  }
  await refused('GetOnPremisesInstance', { instanceName: 'web' }, 'InstanceNotRegisteredException');
  const batch = 'BatchGetOnPremisesInstances';
  await refused(batch, { instanceNames: [] }, 'InstanceNameRequiredException');
  await refused(batch, { instanceNames: ['web', ''] }, 'InstanceNameRequiredException');
  await refused(batch, { instanceNames: ['web', 'i-1'] }, 'InvalidInstanceNameException');
  const many = Array.from({ length: 101 }, (_, index) => `web-${index}`);
  await refused(batch, { instanceNames: many }, 'BatchLimitExceededException');
});

test('deregistering what is not there succeeds and writes nothing', async () => {
  const { ok, store } = api();
  await ok('DeregisterOnPremisesInstance', { instanceName: 'nobody' });
  expect(store.allEvents()).toEqual([]);
});

test('a batch leaves out whom nobody knows', async () => {
  const one = api();
  await registered(one, 'web-1', 'web-2');
  const { instanceInfos = [] } = await one.client.send(
    new BatchGetOnPremisesInstancesCommand({ instanceNames: ['web-2', 'nobody', 'web-1'] }),
  );
  expect(instanceInfos.map(({ instanceName }) => instanceName)).toEqual(['web-2', 'web-1']);
});

test('tags are added to several instances and removed from them, by value where one is given', async () => {
  const one = api();
  await registered(one, 'web-1', 'web-2');
  const instanceNames = ['web-1', 'web-2', 'web-1'];
  const rack = { Key: 'rack', Value: '7' };
  await one.client.send(new AddTagsToOnPremisesInstancesCommand({ instanceNames, tags: [prod, rack] }));
  await one.client.send(
    new AddTagsToOnPremisesInstancesCommand({ instanceNames: ['web-2'], tags: [backup] }),
  );
  expect((await infoOf(one, 'web-1'))?.tags).toEqual([rack, prod]);
  expect((await infoOf(one, 'web-2'))?.tags).toEqual([rack, backup]);
  await one.client.send(
    new RemoveTagsFromOnPremisesInstancesCommand({ instanceNames, tags: [prod, { Key: 'rack' }] }),
  );
  expect((await infoOf(one, 'web-1'))?.tags).toEqual([]);
  expect((await infoOf(one, 'web-2'))?.tags).toEqual([backup]);
});

test('tags are refused for all of the instances where they cannot be for one', async () => {
  const one = api();
  const { ok, refused } = one;
  await registered(one, 'web-1', 'web-2', 'gone');
  await ok('DeregisterOnPremisesInstance', { instanceName: 'gone' });
  const many = Array.from({ length: 10 }, (_, index) => ({ Key: `key-${index}`, Value: 'x' }));
  await ok('AddTagsToOnPremisesInstances', { instanceNames: ['web-2'], tags: many });
  const tags = [prod];
  const instanceNames = ['web-1', 'web-2'];
  await refused('AddTagsToOnPremisesInstances', { instanceNames, tags }, 'TagLimitExceededException');
  const names = Array.from({ length: 101 }, (_, index) => `web-${index}`);
  for (const operation of ['AddTagsToOnPremisesInstances', 'RemoveTagsFromOnPremisesInstances']) {
    await refused(operation, { instanceNames: [], tags }, 'InstanceNameRequiredException');
    await refused(operation, { instanceNames, tags: [] }, 'TagRequiredException');
    await refused(operation, { instanceNames, tags: [{ Value: 'x' }] }, 'InvalidTagException');
    await refused(operation, { instanceNames: ['web-1', 'i-1'], tags }, 'InvalidInstanceNameException');
    await refused(operation, { instanceNames: names, tags }, 'InstanceLimitExceededException');
    for (const missing of ['nobody', 'gone']) {
      const some = { instanceNames: ['web-1', missing], tags };
      await refused(operation, some, 'InstanceNotRegisteredException', missing);
    }
  }
});

test('instances are listed by name, by what they are and by their tags', async () => {
  const one = api();
  await registered(one, 'web-2', 'web-1', 'db', 'gone');
  await one.ok('AddTagsToOnPremisesInstances', { instanceNames: ['web-1', 'gone'], tags: [prod] });
  await one.ok('AddTagsToOnPremisesInstances', { instanceNames: ['db'], tags: [backup] });
  await one.ok('DeregisterOnPremisesInstance', { instanceName: 'gone' });
  const list = async (input: ListOnPremisesInstancesCommandInput) => {
    const { instanceNames } = await one.client.send(new ListOnPremisesInstancesCommand(input));
    return instanceNames;
  };
  expect(await list({})).toEqual(['db', 'gone', 'web-1', 'web-2']);
  expect(await list({ registrationStatus: 'Registered' })).toEqual(['db', 'web-1', 'web-2']);
  expect(await list({ registrationStatus: 'Deregistered' })).toEqual(['gone']);
  expect(await list({ tagFilters: [{ Key: 'stage', Type: 'KEY_ONLY' }] })).toEqual(['db', 'gone', 'web-1']);
  expect(await list({ tagFilters: [{ Value: 'Prod', Type: 'VALUE_ONLY' }] })).toEqual(['gone', 'web-1']);
  expect(await list({ tagFilters: [prod, backup] })).toEqual(['db', 'gone', 'web-1']);
  const registeredProd = {
    registrationStatus: 'Registered',
    tagFilters: [{ ...prod, Type: 'KEY_AND_VALUE' }],
  };
  expect(await list(registeredProd as ListOnPremisesInstancesCommandInput)).toEqual(['web-1']);
  expect(await list({ tagFilters: [{ ...prod, Value: 'prod' }] })).toEqual([]);
  await one.refused(
    'ListOnPremisesInstances',
    { registrationStatus: 'x' },
    'InvalidRegistrationStatusException',
  );
  const filters = { tagFilters: [{ ...prod, Type: 'KEY_ONLY' }] };
  await one.refused('ListOnPremisesInstances', filters, 'InvalidTagFilterException', 'KEY_ONLY');
});

test('a page of instances is full, whatever the filters left out of it, and its token is bound to them', async () => {
  const one = api();
  const names = Array.from({ length: 205 }, (_, index) => `host-${String(index).padStart(3, '0')}`);
  await registered(one, ...names);
  for (const instanceName of names.slice(0, 100))
    await one.ok('DeregisterOnPremisesInstance', { instanceName });
  const wanted = { registrationStatus: 'Registered' };
  const first = await one.ok('ListOnPremisesInstances', wanted);
  expect(first.instanceNames).toEqual(names.slice(100, 200));
  const { nextToken } = first;
  const second = await one.ok('ListOnPremisesInstances', { ...wanted, nextToken });
  expect(second).toEqual({ instanceNames: names.slice(200) });
  await one.refused('ListOnPremisesInstances', { nextToken }, 'InvalidNextTokenException');
  const tagged = { ...wanted, tagFilters: [prod], nextToken };
  await one.refused('ListOnPremisesInstances', tagged, 'InvalidNextTokenException');
});

test('instances belong to the account: who is granted one application neither sees nor tags them', async () => {
  const one = api();
  await registered(one, 'web-1');
  const body = { instanceNames: ['web-1'], tags: [prod] };
  const { json } = await one.call('AddTagsToOnPremisesInstances', body, '/applications/quotes');
  expect(json).toMatchObject({
    __type: 'AccessDeniedException',
    message: expect.stringContaining('which no application owns'),
  });
  const listed = await one.call('ListOnPremisesInstances', {}, '/applications/quotes/read');
  expect(listed.status).toBe(403);
  expect((await one.call('ListOnPremisesInstances', {}, '/read')).status).toBe(200);
});
