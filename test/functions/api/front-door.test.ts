import { ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import { VersionConflict } from '../../../functions/runtime/execute.ts';
import { memoryEventStore } from '../../support/memory-event-store.ts';
import { CALLER, api, contents, requestOf } from '../../support/api.ts';

const create = { applicationName: 'quotes', computePlatform: 'Lambda' };

test('a success is 200 with the content type of AWS JSON 1.1 and the id of the request', async () => {
  const request = requestOf('CreateApplication', create);
  const { status, headers, json } = await api().answered(request);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/x-amz-json-1.1');
  expect(headers['x-amzn-requestid']).toBe(request.requestContext.requestId);
  expect(json.applicationId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
});

test('bodies are taken encoded, as from an HTTP API, and as plain text, as from others', async () => {
  const { answered } = api();
  const plain = { body: JSON.stringify(create), isBase64Encoded: false };
  expect((await answered(requestOf('CreateApplication', {}, plain))).status).toBe(200);
  expect((await answered(requestOf('GetApplication', create))).json.application.applicationName).toBe(
    'quotes',
  );
});

test('the name of a header may be written in any case', async () => {
  const headers = { 'X-Amz-Target': 'CodeDeploy_20141006.ListApplications' };
  expect((await api().answered(requestOf('', {}, { headers }))).json).toEqual({ applications: [] });
});

test('an operation without an output answers an empty body', async () => {
  const { ok, call } = api();
  await ok('CreateApplication', create);
  const answer = await call('UpdateApplication', { applicationName: 'quotes', newApplicationName: 'prices' });
  expect(answer).toMatchObject({ status: 200, text: '' });
});

test('who called is the actor of the events', async () => {
  const { ok, store } = api();
  await ok('CreateApplication', create);
  expect(store.allEvents().map(({ actor }) => JSON.parse(actor))).toEqual([{ type: 'user', id: CALLER }]);
});

test('a request that names no IAM caller is refused before anything is read of it', async () => {
  const { answered, store } = api();
  for (const authorizer of [undefined, null, {}, { iam: null }, { iam: {} }, { iam: { userArn: '' } }]) {
    const requestContext = { requestId: 'r-1', ...(authorizer !== undefined && { authorizer }) };
    const answer = await answered(requestOf('CreateApplication', create, { requestContext }));
    expect(answer.status).toBe(403);
    expect(answer.json.__type).toBe('AccessDeniedException');
  }
  expect(store.allEvents()).toEqual([]);
});

test('what is not built, of another API or without a name is an unknown operation, 404', async () => {
  const { answered } = api();
  for (const target of [
    'CodeDeploy_20141006.DeleteResourcesByExternalId',
    'DynamoDB_20120810.GetItem',
    'ListApplications',
    '',
  ]) {
    const answer = await answered(requestOf('', {}, { headers: { 'x-amz-target': target } }));
    expect(answer).toMatchObject({ status: 404, json: { __type: 'UnknownOperationException' } });
  }
  const { status } = await answered(requestOf('', {}, { headers: {} }));
  expect(status).toBe(404);
});

test('a body that is no JSON object is a SerializationException', async () => {
  const { refused } = api();
  for (const body of ['', 'no json', '[]', '"text"', '1', 'null', '[['.repeat(50_000)]) {
    await refused('ListApplications', body, 'SerializationException');
  }
});

test('a member of the wrong JSON type is a SerializationException that names it', async () => {
  const { refused } = api();
  await refused('CreateApplication', { applicationName: 7 }, 'SerializationException', 'applicationName');
  await refused('CreateApplication', { tags: {} }, 'SerializationException', 'tags');
  await refused('ListDeployments', { createTimeRange: { start: '2026' } }, 'SerializationException', 'start');
  const nested = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
  await refused('CreateDeployment', nested, 'SerializationException', 'nested');
});

test('unknown members are ignored, and null is the same as absent', async () => {
  const { ok } = api();
  await ok('CreateApplication', { ...create, tags: null, invented: { deep: true } });
  expect(await ok('ListApplications', { nextToken: null })).toEqual({ applications: ['quotes'] });
});

test('too many writers at once are throttling, which clients try again', async () => {
  const store = memoryEventStore();
  const busy = { ...store, append: async () => ({ status: 'busy' }) as const };
  const { call } = api({ store: busy });
  const answer = await call('CreateApplication', create);
  expect(answer).toMatchObject({ status: 400, json: { __type: 'ThrottlingException' } });
  expect(new VersionConflict('')).toBeInstanceOf(Error);
});

test('anything unforeseen is an InternalFailure with the id of the request and nothing else', async () => {
  const store = memoryEventStore();
  const broken = { ...store.rows, get: () => Promise.reject(new Error('the table secret-name is gone')) };
  const { answered } = api({ rows: broken });
  const request = requestOf('GetApplication', { applicationName: 'quotes' });
  const { status, json, text } = await answered(request);
  expect(status).toBe(500);
  expect(json.__type).toBe('InternalFailure');
  expect(json.message).toContain(request.requestContext.requestId);
  expect(text).not.toContain('secret-name');
});

test('the SDK reads a refusal as the exception of its name', async () => {
  const { client, store } = api();
  const before = contents(store);
  await expect(client.send(new ListApplicationsCommand({ nextToken: 'forged' }))).rejects.toMatchObject({
    name: 'InvalidNextTokenException',
    message: expect.stringContaining('nextToken'),
    $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
  });
  expect(contents(store)).toEqual(before);
});
