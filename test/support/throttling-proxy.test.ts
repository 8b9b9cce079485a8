import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsFailure } from '../../functions/adapters/aws-failure.ts';
import { type ThrottlingProxy, throttlingProxy } from './throttling-proxy.ts';

const target = createServer((incoming, outgoing) => {
  incoming.resume();
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  outgoing.end('{"FunctionVersion":"1"}');
});

let proxy: ThrottlingProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  proxy = await throttlingProxy(`http://127.0.0.1:${(target.address() as AddressInfo).port}`, 1);
});

afterAll(async () => {
  await proxy.close();
  target.closeAllConnections();
  target.close();
});

const client = () => ({
  endpoint: proxy.endpoint,
  region: 'eu-north-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
});

describe('the proxy', () => {
  it('lets one call of a second through, and throttles the others in the words of each service', async () => {
    const lambda = new LambdaClient(client());
    const alias = new GetAliasCommand({ FunctionName: 'quote', Name: 'live' });
    expect(await lambda.send(alias)).toMatchObject({ FunctionVersion: '1' });
    const failures = await Promise.all([
      lambda.send(alias).catch((error: unknown) => error),
      new CloudWatchClient(client()).send(new DescribeAlarmsCommand({})).catch((error: unknown) => error),
    ]);
    expect(failures).toMatchObject([{ name: 'TooManyRequestsException' }, { name: 'Throttling' }]);
    expect(failures.map((error) => awsFailure(error)?.status)).toEqual(['throttled', 'throttled']);
    expect([proxy.forwardedAt.length, proxy.throttled()]).toEqual([1, 2]);
  });
});
