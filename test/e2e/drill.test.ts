import { spawn } from 'node:child_process';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ListDeploymentGroupsCommand } from '@aws-sdk/client-codedeploy';
import { GetAliasCommand, ListAliasesCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import {
  type Fleet,
  codedeploy,
  cloudwatch,
  deploy,
  ended,
  eventually,
  fleet,
  lambda,
  local,
  sqs,
  store,
} from './cloud.ts';
import { DRILL_RIGHTS } from '../../cli/drill/rights.ts';
import { dynamoLogProbe } from '../../cli/drill/dynamo-log-probe.ts';
import { policyOf, userUnder } from './iam-users.ts';
import { localFile, localFileWith, sluice, sluiceIn } from './sluice.ts';

const PREFIX = 'sluice-drill-';

/** A fleet whose version 2 is deployed. */
async function running(): Promise<Fleet> {
  const shop = await fleet();
  await ended(await deploy(shop, { config: 'CodeDeployDefault.LambdaAllAtOnce' }));
  return shop;
}

/** All of what answers for the alias that has the traffic, its revision id included. */
async function live({ functionName }: Fleet): Promise<unknown> {
  const { $metadata: _, ...alias } = await lambda.send(
    new GetAliasCommand({ FunctionName: functionName, Name: 'live' }),
  );
  return alias;
}

async function traces({ functionName, applicationName }: Fleet) {
  const { Aliases = [] } = await lambda.send(new ListAliasesCommand({ FunctionName: functionName }));
  const { deploymentGroups = [] } = await codedeploy.send(
    new ListDeploymentGroupsCommand({ applicationName }),
  );
  const alarms = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: PREFIX }));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: PREFIX }));
  return {
    aliases: Aliases.map(({ Name }) => Name),
    groups: deploymentGroups,
    alarms: (alarms.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName),
    queues: QueueUrls,
  };
}

const nothingOf = ({ deploymentGroupName }: Fleet) => ({
  aliases: ['live'],
  groups: [deploymentGroupName],
  alarms: [],
  queues: [],
});

describe('sluice drill on the local cloud', () => {
  it('shows that all of it works there, with times, and leaves nothing', async () => {
    const shop = await running();
    const before = await live(shop);
    const { exitCode, out, err } = await sluice(
      'drill',
      shop.applicationName,
      shop.deploymentGroupName,
      '--yes',
    );
    expect({ exitCode, out, err }).toMatchObject({ exitCode: 0 });
    for (const point of [
      'canary → first step',
      'alarm → stop in the log',
      'alarm → alias whole',
      'stop → rollback ended',
      'event → message received',
    ]) {
      expect(out).toMatch(new RegExp(`^ok +[\\d.]+ ?m?s  ${point}: `, 'm'));
    }
    expect(out).toMatch(/^not shown +log cannot be rewritten: an emulator/m);
    expect(out).toMatch(/\n10 points held, 1 not shown\n$/);
    expect(await live(shop)).toEqual(before);
    expect(await traces(shop)).toEqual(nothingOf(shop));
  });

  it('killed in its bake it leaves the live alias untouched, and the next one clears away and holds', async () => {
    const shop = await running();
    const before = await live(shop);
    const place = [shop.applicationName, shop.deploymentGroupName];
    const env = { ...process.env, SLUICE_LOCAL_JSON: localFile };
    const child = spawn('node', ['cli/sluice.mjs', 'drill', ...place, '--yes'], { env, stdio: 'ignore' });
    const gone = new Promise((resolve) => {
      child.once('exit', (_, signal) => resolve(signal));
    });
    await eventually(
      'the canary has its first step on an alias of the drill',
      () => lambda.send(new ListAliasesCommand({ FunctionName: shop.functionName })),
      ({ Aliases = [] }) => Aliases.some(({ RoutingConfig }) => RoutingConfig !== undefined),
    );
    child.kill('SIGKILL');
    expect(await gone).toBe('SIGKILL');
    const [, left = ''] = (await traces(shop)).aliases;
    expect(left).toMatch(/^sluice-drill-/);
    expect(await live(shop)).toEqual(before);

    const next = await sluice('drill', ...place, '--yes');
    expect(next).toMatchObject({ exitCode: 0, err: expect.stringContaining(`Removes first`) });
    expect(next.out).toMatch(new RegExp(`^ok +left by a dead drill: nothing is left of ${left}$`, 'm'));
    expect(await live(shop)).toEqual(before);
    expect(await traces(shop)).toEqual(nothingOf(shop));
  });

  it('asked to end, it clears away before it does', async () => {
    const shop = await running();
    const env = { ...process.env, SLUICE_LOCAL_JSON: localFile };
    const place = [shop.applicationName, shop.deploymentGroupName];
    const child = spawn('node', ['cli/sluice.mjs', 'drill', ...place, '--yes'], { env, stdio: 'ignore' });
    const gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await eventually(
      'the drill has begun',
      () => traces(shop),
      ({ aliases }) => aliases.length > 1,
    );
    child.kill('SIGTERM');
    expect(await gone).toEqual({ code: 1, signal: null });
    expect(await traces(shop)).toEqual(nothingOf(shop));
  });

  it('needs no more rights than its help lists', async () => {
    const shop = await running();
    const rights = policyOf({ Effect: 'Allow', Action: DRILL_RIGHTS, Resource: '*' });
    const { key: credentials } = await userUnder(rights, 'driller');
    const driller = localFileWith({ credentials });
    const place = [shop.applicationName, shop.deploymentGroupName];
    const { exitCode, out } = await sluiceIn({ SLUICE_LOCAL_JSON: driller }, 'drill', ...place, '--yes');
    expect({ exitCode, out }).toMatchObject({ exitCode: 0 });
    expect(await traces(shop)).toEqual(nothingOf(shop));
  });

  it('tries to rewrite the log without a trace, and sees where nothing refuses it', async () => {
    const attempts = await dynamoLogProbe(clientSettings(local), local.tables.log).attempts();
    // The emulator does not enforce the policy of a table.
    expect(attempts.map(({ action, outcome }) => `${action}: ${outcome}`)).toEqual([
      'PutItem: carried out',
      'PutItem in a transaction: carried out',
      'UpdateItem: carried out',
      'DeleteItem: carried out',
      'BatchWriteItem: carried out',
      'PartiQLDelete: carried out',
      'UpdateTimeToLive: carried out',
    ]);
    expect(await store.load('sluice-drill')).toEqual([]);
  });
});
