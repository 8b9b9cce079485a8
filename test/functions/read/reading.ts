import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type * as z from 'zod';
import type { StoredEvent } from '../../../core/chain.ts';
import { errorAnswer } from '../../../core/views/v1.ts';
import type { ReadRequest } from '../../../functions/read/read-request.ts';
import { readV1 } from '../../../functions/read/v1.ts';

/** A real history: the log as a release has written it. */
const golden = (name: string): string =>
  readFileSync(new URL(`../../core/deployments/${name}.json`, import.meta.url), 'utf8');
const log = [
  golden('golden-log'),
  // The ids of these are longer than that of any deployment.
  golden('golden-fleet-log').replaceAll('d-FLEETGOLD', 'd-FLEETGLD'),
].flatMap((text) => JSON.parse(text) as readonly StoredEvent[]);
export const [FIRST, SECOND] = ['d-FLEETGLD1', 'd-FLEETGLD2'] as const;
export const ids = [...new Set(log.map(({ stream }) => stream))]
  .filter((stream) => stream.startsWith('deployment#'))
  .map((stream) => stream.slice('deployment#'.length));

const NOW = 1_795_610_000_000;
export const load = async (stream: string, fromVersion = 1): Promise<readonly StoredEvent[]> =>
  log
    .filter((event) => event.stream === stream && event.version >= fromVersion)
    .sort((one, other) => one.version - other.version);

export const EVENTS = 'GET /v1/deployments/{deploymentId}/events';
export const TIMELINE = 'GET /v1/deployments/{deploymentId}/timeline';
export const TARGETS = 'GET /v1/deployments/{deploymentId}/targets';
export const TARGET_TIMELINE = 'GET /v1/deployments/{deploymentId}/targets/{targetId}/timeline';
/** What is lent for a key. */
const outputs = { address: async (key: string) => `https://outputs.example/${key}?signed` };
export const OUTPUT = 'GET /v1/deployments/{deploymentId}/targets/{targetId}/output';
const requestContext = { requestId: 'r-1', authorizer: { iam: { userArn: 'arn:aws:iam::1:user/ada' } } };

export async function get(
  routeKey: string,
  deploymentId: string,
  queryStringParameters?: ReadRequest['queryStringParameters'],
  changes: Partial<ReadRequest> = {},
  store: { readonly load: typeof load } = { load },
) {
  // "d-FLEETGLD1/i-0" is a target of it.
  const [id, targetId] = deploymentId.includes('/') ? deploymentId.split('/') : [deploymentId];
  const pathParameters = { deploymentId: id, ...(targetId !== undefined && { targetId }) };
  const request = { routeKey, pathParameters, requestContext, queryStringParameters };
  const {
    statusCode,
    headers,
    body = '',
  } = await readV1({ store, system: { now: () => NOW }, outputs })({
    ...request,
    ...changes,
  });
  return { status: statusCode, headers, json: JSON.parse(body) as unknown };
}

/** The answer, which has every member that the schema demands and none that it does not know. */
export async function answer<Answer>(
  schema: z.ZodType<Answer>,
  ...[route, id, parameters]: Parameters<typeof get>
) {
  const { status, json } = await get(route, id, parameters);
  const parsed = schema.parse(json);
  expect(json).toEqual(parsed);
  expect(status).toBe(200);
  return parsed;
}

export async function refusal(...words: Parameters<typeof get>) {
  const { status, json } = await get(...words);
  const { error, version } = errorAnswer.parse(json);
  expect(version).toBe('1');
  return { status, ...error };
}
