import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ThrottlingProxy, throttlingProxy } from '../support/throttling-proxy.ts';
import { alias, deploy, deployment, eventually, fleet, functionOf, lambda, local } from './cloud.ts';

const CALLS_PER_SECOND = 15;
const DEPLOYMENTS = 20;
/** Some 240 calls at 15 a second, with the pauses between attempts; most of the test's own two minutes. */
const PATIENCE_MILLISECONDS = 100_000;

/** All functions that speak to Lambda or CloudWatch for a group. */
const TASKS = ['Admit', 'InvokeHook', 'AllowTraffic', 'Finish'];

type Variables = Readonly<Record<string, string>>;
const before = new Map<string, Variables>();
let proxy: ThrottlingProxy;

/** Configuring a function also ends its warm workers, so that the next call sees the variables. */
async function configure(FunctionName: string, Variables: Variables): Promise<void> {
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
}

beforeAll(async () => {
  proxy = await throttlingProxy(local.cloudEndpoint, CALLS_PER_SECOND);
  for (const task of TASKS) {
    const FunctionName = await functionOf(task);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    before.set(FunctionName, Environment?.Variables ?? {});
  }
  const through = {
    AWS_ENDPOINT_URL_LAMBDA: proxy.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: proxy.endpoint,
  };
  await Promise.all([...before].map(([name, variables]) => configure(name, { ...variables, ...through })));
});

afterAll(async () => {
  await Promise.all([...before].map(([name, variables]) => configure(name, variables)));
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
