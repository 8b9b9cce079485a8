import {
  CreateApplicationCommand,
  DeleteApplicationCommand,
  GetApplicationCommand,
  ListApplicationsCommand,
  UpdateApplicationCommand,
  paginateListApplications,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { api } from '../../support/api.ts';

const quotes = { applicationName: 'quotes', computePlatform: 'Lambda' } as const;

test('an application is created, read, listed, renamed and deleted', async () => {
  const { client, clock } = api();
  const { applicationId } = await client.send(new CreateApplicationCommand(quotes));
  const { application } = await client.send(new GetApplicationCommand({ applicationName: 'quotes' }));
  expect(application).toEqual({
    applicationId,
    applicationName: 'quotes',
    createTime: new Date(clock.now),
    linkedToGitHub: false,
    computePlatform: 'Lambda',
  });

  await client.send(
    new UpdateApplicationCommand({ applicationName: 'quotes', newApplicationName: 'prices' }),
  );
  const renamed = await client.send(new GetApplicationCommand({ applicationName: 'prices' }));
  expect(renamed.application).toMatchObject({ applicationId, applicationName: 'prices' });
  expect((await client.send(new ListApplicationsCommand())).applications).toEqual(['prices']);

  await client.send(new DeleteApplicationCommand({ applicationName: 'prices' }));
  expect((await client.send(new ListApplicationsCommand())).applications).toEqual([]);
});

test('times are seconds since 1970 with their milliseconds', async () => {
  const { ok, clock } = api();
  await ok('CreateApplication', quotes);
  const { application } = await ok('GetApplication', quotes);
  expect(application.createTime).toBe(clock.now / 1000);
});

test('a name that is missing, malformed, taken or unknown is refused by its own error', async () => {
  const { ok, refused } = api();
  await ok('CreateApplication', quotes);
  for (const operation of ['CreateApplication', 'GetApplication', 'UpdateApplication', 'DeleteApplication']) {
    await refused(operation, { newApplicationName: 'b' }, 'ApplicationNameRequiredException');
    await refused(
      operation,
      { applicationName: '', newApplicationName: 'b' },
      'ApplicationNameRequiredException',
    );
    for (const applicationName of ['with space', 'x'.repeat(101), 'ümlaut']) {
      const body = { applicationName, newApplicationName: 'b' };
      await refused(operation, body, 'InvalidApplicationNameException');
    }
  }
  await refused('UpdateApplication', { applicationName: 'quotes' }, 'ApplicationNameRequiredException');
  await refused('CreateApplication', quotes, 'ApplicationAlreadyExistsException', 'quotes');
  const unknown = { applicationName: 'x' };
  await refused('GetApplication', unknown, 'ApplicationDoesNotExistException', /found for name: x$/);
  const rename = { ...unknown, newApplicationName: 'y' };
  await refused('UpdateApplication', rename, 'ApplicationDoesNotExistException', /found for name: x$/);
});

test('a missing member comes before a malformed one, and that before a name that is taken', async () => {
  const { ok, refused } = api();
  await ok('CreateApplication', quotes);
  await refused('UpdateApplication', { applicationName: 'a b' }, 'ApplicationNameRequiredException');
  await refused(
    'CreateApplication',
    { ...quotes, computePlatform: 'Cloud' },
    'InvalidComputePlatformException',
  );
  const tagged = { ...quotes, tags: [{ Key: 'aws:a', Value: 'b' }] };
  await refused('CreateApplication', tagged, 'InvalidTagsToAddException');
});

test('an application is for Server where its caller names no platform', async () => {
  const { ok } = api();
  for (const [applicationName, computePlatform] of [
    ['web', undefined],
    ['fleet', 'Server'],
  ] as const) {
    await ok('CreateApplication', { applicationName, computePlatform });
    const { application } = await ok('GetApplication', { applicationName });
    expect(application.computePlatform).toBe('Server');
  }
});

test('ECS is not built, and what nobody knows is no platform: the modelled error says so', async () => {
  const { refused } = api();
  for (const computePlatform of ['ECS', 'Kubernetes']) {
    await refused('CreateApplication', { ...quotes, computePlatform }, 'InvalidComputePlatformException');
  }
});

test('a name that is taken refuses a rename, and one that was given up is free', async () => {
  const { ok, refused } = api();
  await ok('CreateApplication', quotes);
  await ok('CreateApplication', { ...quotes, applicationName: 'prices' });
  const rename = { applicationName: 'quotes', newApplicationName: 'prices' };
  await refused('UpdateApplication', rename, 'ApplicationAlreadyExistsException');
  await ok('UpdateApplication', { ...rename, newApplicationName: 'quotes' });
  await ok('UpdateApplication', { ...rename, newApplicationName: 'rates' });
  await ok('CreateApplication', quotes);
});

test('deleting what is not there succeeds and writes nothing', async () => {
  const { ok, store } = api();
  await ok('DeleteApplication', { applicationName: 'nobody' });
  expect(store.allEvents()).toEqual([]);
});

test('of two who create one name at once, one is refused', async () => {
  const { call, store } = api();
  const answers = await Promise.all([call('CreateApplication', quotes), call('CreateApplication', quotes)]);
  expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([200, 400]);
  expect(answers.find(({ status }) => status === 400)?.json.__type).toBe('ApplicationAlreadyExistsException');
  expect(store.allEvents()).toHaveLength(1);
});

test('more than a page of applications is listed by name, page by page, without a token on the last', async () => {
  const { ok, client } = api();
  const names = Array.from({ length: 205 }, (_, index) => `application-${String(index).padStart(3, '0')}`);
  for (const applicationName of [...names].reverse())
    await ok('CreateApplication', { ...quotes, applicationName });
  const pages: (readonly string[] | undefined)[] = [];
  for await (const page of paginateListApplications({ client }, {})) pages.push(page.applications);
  expect(pages.map((page) => page?.length)).toEqual([100, 100, 5]);
  expect(pages.flat()).toEqual(names);
});

test('exactly one page carries no token', async () => {
  const { ok } = api();
  for (let index = 0; index < 100; index += 1) {
    await ok('CreateApplication', { ...quotes, applicationName: `application-${index}` });
  }
  const page = await ok('ListApplications');
  expect(page.applications).toHaveLength(100);
  expect(page).not.toHaveProperty('nextToken');
});

test('a token that was altered, forged or comes from another operation is refused', async () => {
  const { ok, refused } = api();
  for (let index = 0; index < 101; index += 1) {
    await ok('CreateApplication', { ...quotes, applicationName: `application-${index}` });
  }
  const { nextToken } = await ok('ListApplications');
  const [position, digest] = JSON.parse(Buffer.from(nextToken, 'base64url').toString());
  const sealed = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const wrong = [
    '',
    'x',
    `${nextToken}=`,
    `${nextToken.slice(0, -1)}A`,
    sealed(['application-0', digest]),
    sealed([position]),
    sealed([position, 'x']),
    sealed({ position }),
  ];
  for (const token of wrong)
    await refused('ListApplications', { nextToken: token }, 'InvalidNextTokenException');
  await refused('ListDeploymentConfigs', { nextToken }, 'InvalidNextTokenException');
  await refused('ListDeployments', { nextToken }, 'InvalidNextTokenException');
  const groups = { applicationName: 'application-0', nextToken };
  await refused('ListDeploymentGroups', groups, 'InvalidNextTokenException');
});

test('the quota of applications is checked after the name', async () => {
  const { ports, ok } = api();
  await ok('CreateApplication', quotes);
  const full = api({ store: ports.store, rows: { ...ports.rows, count: async () => 1000 } });
  const second = { ...quotes, applicationName: 'second' };
  await full.refused('CreateApplication', second, 'ApplicationLimitExceededException', '1000');
  await full.refused('CreateApplication', quotes, 'ApplicationAlreadyExistsException');
});
