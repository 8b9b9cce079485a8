import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ThrottlingProxy, throttlingProxy } from '../support/throttling-proxy.ts';
import { alias, deploy, deployment, eventually, fleet, functionOf, local } from './cloud.ts';
import { configured } from './configured.ts';

const CALLS_PER_SECOND = 15;
const DEPLOYMENTS = 20;
/** Some 240 calls at 15 a second, with the pauses between attempts; most of the test's own two minutes. */
const PATIENCE_MILLISECONDS = 100_000;

/** All functions that speak to Lambda or CloudWatch for a group. */
const TASKS = ['Admit', 'InvokeHook', 'AllowTraffic', 'Finish'];

let proxy: ThrottlingProxy;
let restore: () => Promise<void>;

beforeAll(async () => {
  proxy = await throttlingProxy(local.cloudEndpoint, CALLS_PER_SECOND);
  const through = {
    AWS_ENDPOINT_URL_LAMBDA: proxy.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: proxy.endpoint,
  };
  restore = await configured(await Promise.all(TASKS.map(functionOf)), through);
});

afterAll(async () => {
  await restore();
  await proxy.close();
});

describe('twenty deployments at once', () => {
  it('all succeed although AWS takes 15 calls a second of all of them together', async () => {
    const shops = await Promise.all(Array.from({ length: DEPLOYMENTS }, () => fleet()));
    const config = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
    const ids = await Promise.all(shops.map((shop) => deploy(shop, { config })));
    for (const id of ids) {
      const { status, errorInformation } = await eventually(
        `${id} ends`,
        () => deployment(id),
        (seen) => ['Succeeded', 'Failed', 'Stopped'].includes(seen.status ?? ''),
        PATIENCE_MILLISECONDS,
      );
      expect.soft({ id, status, errorInformation }).toEqual({ id, status: 'Succeeded' });
    }
    for (const { functionName } of shops) {
      expect(await alias(functionName)).toEqual({ version: '2', weights: {} });
    }
    expect(proxy.throttled()).toBeGreaterThan(0);
    expect(busiestSecond(proxy.forwardedAt)).toBeLessThanOrEqual(CALLS_PER_SECOND);
  });
});

/** The most calls of any second, wherever it begins. */
function busiestSecond(times: readonly number[]): number {
  return Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 1000).length));
}
