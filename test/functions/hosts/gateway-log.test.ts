import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler } from '../../../functions/hosts/gateway.ts';
import { HOST, SECRET, aGateway } from './a-gateway.ts';

const STOP = 'd-SERVER001/ApplicationStop/host-1';

describe('what is logged', () => {
  const lines: string[] = [];
  beforeEach(() => {
    vi.stubEnv('SLUICE_LOG', 'loud');
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  test('is nothing of a call that finds nothing: hosts may ask every second', async () => {
    const names = [
      'LOG_TABLE',
      'ROWS_TABLE',
      'SLUICE_STACK',
      'LIVE_TABLE',
      'SIGN_FUNCTION_NAME',
      'OUTPUT_BUCKET',
    ];
    for (const name of names) vi.stubEnv(name, 'x');
    vi.stubEnv('MOST_HELD_POLLS', '1');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    const requestContext = { requestId: 'r-1' };
    const get = { routeKey: 'GET /', rawPath: '/', headers: {}, isBase64Encoded: false, requestContext };
    expect(await handler(get, {} as Context)).toMatchObject({ statusCode: 200 });
    const { poll } = await aGateway();
    await poll();
    expect(lines.splice(0)).toEqual([]);
  });

  test('names the host and never a secret, whatever the call comes to', async () => {
    const { poll, begin, ask, complete } = await aGateway();
    await begin('ApplicationStop', { slots: 51 });
    await poll();
    await complete(STOP, 'Failed', { error_code: 4 });
    await ask('Nonsense', {});
    await poll({ secret: 'a-wrong-secret' });
    const failing = await aGateway({ rows: { get: async () => Promise.reject(new Error('bug')) } as never });
    await failing.poll();
    const logged = lines.splice(0).join('');
    expect(logged).toContain(HOST);
    expect(logged).not.toContain(SECRET);
    expect(logged).not.toContain('a-wrong-secret');
  });
});
