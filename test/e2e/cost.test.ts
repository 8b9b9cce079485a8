import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { writeUnits } from '../../cli/deployment-cost.ts';
import { deploymentIdOfStream } from '../../core/deployments/deployment-stream.ts';
import { targetOfStream } from '../../core/deployments/target-stream.ts';
import { byStream } from '../../core/verification.ts';
import { dynamoEventStore } from '../../functions/adapters/event-store.ts';
import { dynamoRowReader } from '../../functions/adapters/row-reader.ts';
import { transactionsOf } from '../../functions/runtime/transactions.ts';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { goldenFleetHistory } from '../core/deployments/golden-fleet-history.ts';
import { goldenHistory } from '../core/deployments/golden-history.ts';
import { runHost } from '../support/simulated-host.ts';
import { baking, deploy, dynamodb, ended, fleet, local, setAlarm, slowCanary } from './cloud.ts';
import { ownTables } from './own-tables.ts';
import { deployTo, servers } from './servers.ts';
import { sluice } from './sluice.ts';
import { hook, hookedAppSpec, inline } from './validation-functions.ts';

describe('the write units that the log tells of', () => {
  it.each([
    ['deployments', goldenHistory],
    ['deployments to a fleet', goldenFleetHistory],
  ])('are those that DynamoDB reports for each transaction of a morning of %s', async (_, history) => {
    const golden = await history();
    const told = transactionsOf([...byStream(golden.allEvents()).values()]);
    const tables = await ownTables();
    const { client, consumed } = reportingClient();
    const store = dynamoEventStore(client, tables);
    const rows = dynamoRowReader(dynamodb, tables.rows);
    let compared = 0;
    for (const append of golden.allAppends()) {
      expect(await store.append(append)).toEqual({ status: 'appended' });
      const isOfDeployment = append.events.some(
        ({ stream }) => deploymentIdOfStream(stream) !== undefined || targetOfStream(stream) !== undefined,
      );
      if (!isOfDeployment) continue;
      compared += 1;
      const { items = [] } = told.find(({ cause }) => cause === append.events[0]?.cause) ?? {};
      expect(await writeUnits(rows, items)).toBe(consumed());
    }
    expect(compared).toBeGreaterThan(40);
    await tables.drop();
  });
});

describe('sluice cost, on the local cloud', () => {
  it('counts 6 transitions of a canary, and 10 of one that two functions validate', async () => {
    const [shop, other] = await Promise.all([fleet(), fleet()]);
    const config = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
    const name = await hook(inline(`return { status: 'Succeeded' };`));
    const hooks = { BeforeAllowTraffic: name, AfterAllowTraffic: name };
    const content = hookedAppSpec(other, hooks);
    const plain = await deploy(shop, { config });
    const validated = await deploy(other, { config, content });
    await Promise.all([ended(plain), ended(validated)]);
    expect(await cost(plain)).toMatchObject([{ deploymentId: plain, stateTransitions: 6 }]);
    expect(await cost(validated)).toMatchObject([{ deploymentId: validated, stateTransitions: 10 }]);
  });

  it('counts a deployment that its alarm stopped together with its rollback', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    await setAlarm(shop.alarmName, 'ALARM');
    const rollbackId = (await ended(id)).rollbackInfo?.rollbackDeploymentId ?? '';
    await ended(rollbackId);
    const costs = await cost(id);
    expect(costs).toMatchObject([
      { deploymentId: id, stateTransitions: 5 },
      { deploymentId: rollbackId, rollbackOf: id, stateTransitions: 5 },
    ]);
    expect(await cost(rollbackId)).toEqual(costs.slice(1));
    const { exitCode, out } = await sluice('cost', id);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^together +10 +\d+ +\d+ +\d+ +\$0\.000\d{3}$/m);
  });
});

describe('sluice cost of a fleet, on the local cloud', () => {
  it('counts the executions of slots and of hosts, and what is written for each host', async () => {
    const web = await servers(2, { deploymentConfigName: 'CodeDeployDefault.AllAtOnce' });
    const hosts = web.hosts.map(runHost);
    const id = await deployTo(web);
    await ended(id);
    await Promise.all(hosts.map((host) => host.stop()));
    // The deployment's own 8; of each host a claim, its run, its seven events and the claim that ends its slot.
    expect(await cost(id)).toMatchObject([{ deploymentId: id, stateTransitions: 8 + 2 * 10 }]);
    expect((await sluice('cost', id)).err).toContain('on AWS there is a transition more for each host');
  });
});

async function cost(id: string): Promise<readonly unknown[]> {
  const { exitCode, out } = await sluice('cost', id, '--json');
  expect(exitCode).toBe(0);
  return (JSON.parse(out) as { readonly deployments: readonly unknown[] }).deployments;
}

/** Asks for the capacity that each transaction consumed, and tells that of the last one. */
function reportingClient() {
  let units = 0;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(local)));
  client.middlewareStack.add(
    (next) => async (args) => {
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as typeof args.input;
      const result = await next({ ...args, input });
      const { ConsumedCapacity = [] } = result.output as {
        readonly ConsumedCapacity?: readonly { readonly CapacityUnits?: number }[];
      };
      units = ConsumedCapacity.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      return result;
    },
    { step: 'initialize' },
  );
  return { client, consumed: () => units };
}
