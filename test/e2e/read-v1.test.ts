import { CodeDeployClient, ListApplicationsCommand, StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { errorAnswer, eventsAnswer, timelineAnswer } from '../../core/views/v1.ts';
import { baking, codedeploy, deploy, ended, fleet, local, slowCanary, store } from './cloud.ts';
import type { Credentials } from './iam-users.ts';
import { policyOf, userUnder } from './iam-users.ts';

async function userWith(statement: object | undefined): Promise<Credentials> {
  return (await userUnder(statement && policyOf(statement), 'reader')).key;
}

/** As any program would that is no client of CodeDeploy: a GET that is signed for the gateway. */
async function get(path: string, query: Record<string, string> = {}, credentials: Credentials = reader) {
  const url = new URL(path, local.endpoint);
  const signer = new SignatureV4({
    service: 'execute-api',
    region: local.region,
    credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: 'GET',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { host: url.host },
  });
  url.search = new URLSearchParams(query).toString();
  const answer = await fetch(url, { headers });
  return { status: answer.status, type: answer.headers.get('content-type'), json: await answer.json() };
}

/** The answer, which holds nothing that its schema does not know. */
async function answered<Answer>(schema: z.ZodType<Answer>, ...request: Parameters<typeof get>) {
  const { status, type, json } = await get(...request);
  expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
  const parsed = schema.parse(json);
  expect(json).toEqual(parsed);
  return parsed;
}

/** May read with GET, and nothing else. */
let reader: Credentials;
let deploymentId: string;

beforeAll(async () => {
  reader = await userWith({
    Effect: 'Allow',
    Action: 'execute-api:Invoke',
    Resource: 'arn:aws:execute-api:*:*:*/*/GET/v1/*',
  });
  const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
  deploymentId = await deploy(shop, { config: await slowCanary() });
  await baking(deploymentId);
});

describe('GET /v1, through the gateway', () => {
  it('answers the timeline of a deployment that bakes, and what it waits for', async () => {
    const timeline = await answered(timelineAnswer, `v1/deployments/${deploymentId}/timeline`);
    expect(timeline).toMatchObject({
      version: '1',
      deploymentId,
      status: 'InProgress',
      traffic: { weight: 10, wantedWeight: 10, step: 1, steps: 2 },
      waitingFor: { type: 'bake' },
    });
    expect(timeline.entries.at(-1)?.sentence).toMatch(
      /^AllowTraffic: 10 % of the traffic on version 2, until 20\d\d-.*Z$/,
    );
  });

  it('answers the events as the log holds them, page by page', async () => {
    await codedeploy.send(new StopDeploymentCommand({ deploymentId }));
    await ended(deploymentId);
    const path = `v1/deployments/${deploymentId}/events`;
    const log = await store.load(`deployment#${deploymentId}`);
    const first = await answered(eventsAnswer, path, { limit: '3' });
    expect(first.nextAfter).toBe(3);
    const rest = await answered(eventsAnswer, path, { after: '3' });
    expect(rest).not.toHaveProperty('nextAfter');
    expect([...first.events, ...rest.events].map(({ version, hash }) => ({ version, hash }))).toEqual(
      log.map(({ version, hash }) => ({ version, hash })),
    );
  });

  it.each([
    ['v1/deployments/d-NOTTHERE1/events', {}, 404, 'DeploymentDoesNotExistException'],
    ['v1/deployments/d-NOTTHERE1/timeline', {}, 404, 'DeploymentDoesNotExistException'],
    ['v1/deployments/somewhere/timeline', {}, 400, 'InvalidDeploymentIdException'],
    ['v1/deployments/d-NOTTHERE1/events', { limit: 'many' }, 400, 'ValidationException'],
  ])('refuses %s with %j: %i %s', async (path, query, status, code) => {
    const { json, ...answer } = await get(path, query);
    expect(answer).toEqual({ status, type: 'application/json' });
    expect(errorAnswer.parse(json).error.code).toBe(code);
  });

  it('has no other paths', async () => {
    const { status } = await get(`v1/deployments/${deploymentId}`);
    expect(status).toBe(404);
  });
});

describe('who may read', () => {
  it.each(['events', 'timeline'])('is nobody without a signature: %s', async (reading) => {
    const answer = await fetch(new URL(`v1/deployments/${deploymentId}/${reading}`, local.endpoint));
    expect(answer.status).toBe(403);
  });

  it('is nobody whose policy does not let them invoke it', async () => {
    const path = `v1/deployments/${deploymentId}/timeline`;
    expect((await get(path, {}, await userWith(undefined))).status).toBe(403);
    const poster = await userWith({
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: 'arn:aws:execute-api:*:*:*/*/POST/',
    });
    expect((await get(path, {}, poster)).status).toBe(403);
  });

  it('may not call operations by the same right', async () => {
    const client = new CodeDeployClient({
      endpoint: local.endpoint,
      region: local.region,
      credentials: reader,
      maxAttempts: 1,
    });
    await expect(client.send(new ListApplicationsCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
  });
});
