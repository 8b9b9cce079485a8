import { expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { CALLER, STACK_ROLE, api } from '../../support/api.ts';
import { STYLE, aDeployment, aGroup, appSpec, both, inline } from '../../support/api-groups.ts';

const QUOTES = '/applications/quotes';
const ARN = 'arn:aws:codedeploy:eu-central-1:123456789012:application:';

/** `quotes` and `other`, with a group and a deployment each. */
async function twoApplications(): Promise<{
  readonly one: Api;
  readonly own: string;
  readonly foreign: string;
}> {
  const one = api();
  await aGroup(one);
  await aGroup(one, {}, { applicationName: 'other' });
  const foreign = await aDeployment(one, { applicationName: 'other' });
  return { one, own: await aDeployment(one), foreign };
}

async function denied(one: Api, operation: string, body: object, path: string): Promise<string> {
  const before = one.store.allEvents();
  const { status, json, text } = await one.call(operation, body, path);
  expect([status, json?.__type], text).toEqual([403, 'AccessDeniedException']);
  expect(one.store.allEvents()).toEqual(before);
  return json.message;
}

async function ok(one: Api, operation: string, body: object, path: string) {
  const { status, json, text } = await one.call(operation, body, path);
  expect(status, text).toBe(200);
  return json;
}

test('an application is set up, deployed and taken away on its own path, by the caller who is on record', async () => {
  const one = api();
  await ok(one, 'CreateApplication', { ...both, computePlatform: 'Lambda' }, QUOTES);
  await aGroup(one);
  const { deploymentId } = await ok(
    one,
    'CreateDeployment',
    { ...both, revision: inline(appSpec()) },
    QUOTES,
  );
  const { deploymentInfo } = await ok(one, 'GetDeployment', { deploymentId }, `${QUOTES}/read`);
  expect(deploymentInfo).toMatchObject({ applicationName: 'quotes', status: 'Created' });
  await ok(one, 'StopDeployment', { deploymentId }, QUOTES);
  const [created] = await one.store.load(`deployment#${deploymentId}`);
  expect(JSON.parse(created?.actor ?? '')).toEqual({ type: 'user', id: CALLER });
  await ok(one, 'DeleteApplication', both, QUOTES);
});

test('what a path does not cover is refused with what it takes', async () => {
  const { one } = await twoApplications();
  expect(await denied(one, 'GetApplication', { applicationName: 'other' }, QUOTES)).toBe(
    '/applications/quotes is for the application quotes alone, and this GetApplication touches the application "other". ' +
      'It takes execute-api:Invoke on POST / or POST /read of this API.',
  );
  expect(await denied(one, 'CreateDeploymentConfig', { deploymentConfigName: 'quick' }, QUOTES)).toContain(
    'touches deployment configurations, which all applications share. It takes execute-api:Invoke on POST / of this API.',
  );
  expect(await denied(one, 'DeleteApplication', both, '/read')).toBe(
    'Who posts to /read can only read, and DeleteApplication changes something. It takes execute-api:Invoke on POST / of ' +
      'this API or, for what concerns one application, on POST /applications/NAME.',
  );
  await denied(one, 'DeleteApplication', both, `${QUOTES}/read`);
  await denied(one, 'ListDeployments', {}, QUOTES);
  await denied(one, 'ListApplications', {}, QUOTES);
});

test('one foreign name in a batch refuses it all, and so does a name that is missing', async () => {
  const { one } = await twoApplications();
  const applicationNames = ['quotes', 'other'];
  await ok(one, 'BatchGetApplications', { applicationNames: ['quotes', 'quotes'] }, QUOTES);
  await denied(one, 'BatchGetApplications', { applicationNames }, QUOTES);
  await ok(one, 'BatchGetApplications', { applicationNames }, '/read');
  await denied(one, 'GetApplication', {}, QUOTES);
  await denied(one, 'GetApplication', { applicationName: 'Quotes' }, QUOTES);
});

test('a deployment of another application is answered as one that does not exist', async () => {
  const { one, own, foreign } = await twoApplications();
  for (const operation of ['GetDeployment', 'StopDeployment', 'ListDeploymentTargets']) {
    const answer = await one.call(operation, { deploymentId: foreign }, QUOTES);
    const missing = await one.call(operation, { deploymentId: 'd-NOBODYS01' }, QUOTES);
    expect(answer.json).toEqual({
      __type: 'DeploymentDoesNotExistException',
      message: `No deployment found for id: ${foreign}`,
    });
    expect({ ...answer.json, message: '' }).toEqual({ ...missing.json, message: '' });
  }
  const { deploymentsInfo } = await ok(
    one,
    'BatchGetDeployments',
    { deploymentIds: [foreign, own, 'd-NOBODYS01'] },
    QUOTES,
  );
  expect(deploymentsInfo.map((each: { deploymentId: string }) => each.deploymentId)).toEqual([own]);
});

test('tags are those of the path, by the name that the ARN holds', async () => {
  const { one } = await twoApplications();
  const Tags = [{ Key: 'team', Value: 'shop' }];
  await ok(one, 'TagResource', { ResourceArn: `${ARN}quotes`, Tags }, QUOTES);
  await denied(one, 'TagResource', { ResourceArn: `${ARN}other`, Tags }, QUOTES);
  await denied(one, 'ListTagsForResource', { ResourceArn: `${ARN}other` }, `${QUOTES}/read`);
  const malformed = await one.call('ListTagsForResource', { ResourceArn: 'arn:aws:quotes' }, QUOTES);
  expect(malformed.json.__type).toBe('InvalidArnException');
});

/** The new name may be one that a role is lent to by its tag, or that another caller is granted. */
test('who is granted one name cannot give it away, nor take another', async () => {
  const { one, own } = await twoApplications();
  const rename = (from: string, to: string) => ({ applicationName: from, newApplicationName: to });
  await denied(one, 'UpdateApplication', rename('quotes', 'prices'), QUOTES);
  await denied(one, 'UpdateApplication', rename('other', 'quotes'), QUOTES);
  await denied(one, 'CreateApplication', { applicationName: 'prices', computePlatform: 'Lambda' }, QUOTES);
  await ok(one, 'UpdateApplication', rename('quotes', 'quotes'), QUOTES);
  await ok(one, 'UpdateApplication', rename('quotes', 'prices'), '/');
  await ok(one, 'GetDeployment', { deploymentId: own }, '/applications/prices');
  const gone = await one.call('GetDeployment', { deploymentId: own }, QUOTES);
  expect(gone.json.__type).toBe('DeploymentDoesNotExistException');
});

test('the alarms of a group are gone round only by whoever may do everything', async () => {
  const { one } = await twoApplications();
  await aGroup(one, {}, { deploymentGroupName: 'idle' });
  for (const overrideAlarmConfiguration of [
    { enabled: false },
    { enabled: true, alarms: [{ name: 'a' }] },
    {},
  ]) {
    const body = {
      ...both,
      deploymentGroupName: 'idle',
      revision: inline(appSpec()),
      overrideAlarmConfiguration,
    };
    expect(await denied(one, 'CreateDeployment', body, QUOTES)).toContain('overrideAlarmConfiguration');
  }
  const off = { ...both, deploymentGroupName: 'idle', overrideAlarmConfiguration: { enabled: false } };
  await ok(one, 'CreateDeployment', { ...off, revision: inline(appSpec()) }, '/');
});

test('a group of its own takes a role that is lent to the application, and not the one that deploys everything', async () => {
  const { one } = await twoApplications();
  const serviceRoleArn = 'arn:aws:iam::123456789012:role/shop';
  one.roles.set(serviceRoleArn, { tags: { 'sluice:applications': 'quotes' } });
  const group = { ...both, deploymentGroupName: 'second', deploymentStyle: STYLE };
  const stack = { serviceRoleArn: STACK_ROLE };
  expect(await denied(one, 'CreateDeploymentGroup', { ...group, ...stack }, QUOTES)).toContain(
    "touches every function of the account, by the stack's own service role. It takes execute-api:Invoke on POST / of",
  );
  await ok(one, 'CreateDeploymentGroup', { ...group, serviceRoleArn }, QUOTES);
  const update = { applicationName: 'quotes', currentDeploymentGroupName: 'second' };
  await denied(one, 'UpdateDeploymentGroup', { ...update, ...stack }, QUOTES);
  await ok(one, 'UpdateDeploymentGroup', { ...update, newDeploymentGroupName: 'third' }, QUOTES);
  await ok(one, 'UpdateDeploymentGroup', { ...update, currentDeploymentGroupName: 'third', ...stack }, '/');
});

test('the configurations that all deploy with are read on every path', async () => {
  const { one } = await twoApplications();
  for (const path of ['/', '/read', QUOTES, `${QUOTES}/read`]) {
    const { deploymentConfigsList } = await ok(one, 'ListDeploymentConfigs', {}, path);
    const [deploymentConfigName] = deploymentConfigsList;
    await ok(one, 'GetDeploymentConfig', { deploymentConfigName }, path);
  }
});
