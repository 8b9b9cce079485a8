import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appSpec, deploy, dynamodb, ended, fleet, local, slowCanary } from './cloud.ts';
import { baking, codedeploy, store } from './cloud.ts';
import { StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { sluice } from './sluice.ts';

describe('sluice, on the local cloud', () => {
  it('watch follows a deployment to its end and exits 0 when it succeeded', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    const { exitCode, out } = await sluice('watch', id);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/Succeeded: all traffic on version 2\n$/);
    const json = await sluice('watch', id, '--json');
    const lines = json.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { version: number; type: string });
    expect(lines.map(({ version }) => version)).toEqual(lines.map((_, index) => index + 1));
    expect(lines.at(-1)?.type).toBe('DeploymentSucceeded');
  });

  it('watch exits 1 when it failed, was stopped, or is unknown', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const failed = await deploy(shop, { content: appSpec('nowhere', '1', '2') });
    expect(await sluice('watch', failed)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('INVALID_LAMBDA_FUNCTION'),
    });
    const stopped = await deploy(shop, { config: await slowCanary() });
    await baking(stopped);
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: stopped }));
    expect(await sluice('watch', stopped)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('MANUAL_STOP'),
    });
    expect(await sluice('watch', 'd-NOTTHERE1')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('d-NOTTHERE1'),
    });
  });

  it('events prints who did what and why', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaAllAtOnce' });
    await ended(id);
    const { exitCode, out } = await sluice('events', id);
    expect(exitCode).toBe(0);
    expect(out).toContain('DeploymentCreated by arn:aws:');
    expect(out).toContain(`by execution ${id}`);
  });

  it('events --at shows the deployment as it was when it baked, long after', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    await ended(id);
    const log = await store.load(`deployment#${id}`);
    const shifted = log.find(({ type }) => type === 'TrafficShifted');
    const at = new Date(shifted?.at ?? 0).toISOString();
    for (const moment of [String(shifted?.version), at]) {
      const { exitCode, out } = await sluice('events', id, '--at', moment);
      expect(exitCode).toBe(0);
      expect(out).toMatch(/^Status {7}InProgress$/m);
      expect(out).toMatch(/: 10 % on version 2, 90 % on version 1, step 1 of 2$/m);
      expect(out).toMatch(/^Waiting for {2}the bake of step 1 at 10 % to end, until \d\d:\d\d:\d\d$/m);
    }
    const json = await sluice('events', id, '--at', at, '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      version: shifted?.version,
      at,
      deployment: { deploymentId: id, status: 'InProgress', traffic: { weight: 10 } },
    });
    expect(await sluice('events', id, '--at', '999')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining(`it has ${log.length} events so far`),
    });
    expect(await sluice('events', id, '--at', 'then')).toMatchObject({ exitCode: 2, out: '' });
  });

  it('verify finds the log of everything whole, and replay finds the rows as they were written', async () => {
    expect(await sluice('verify')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('the chain is whole'),
    });
    expect(await sluice('replay', '--check')).toMatchObject({ exitCode: 0 });
  });

  it('verify names the event that somebody changed, and exits 1', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaAllAtOnce' });
    await ended(id);
    const stream = `deployment#${id}`;
    const change = async (actor: string): Promise<void> => {
      // As an administrator might: the emulator enforces no policy of a table.
      await dynamodb.send(
        new UpdateCommand({
          TableName: local.tables.log,
          Key: { stream, version: 2 },
          UpdateExpression: 'SET #actor = :actor',
          ExpressionAttributeNames: { '#actor': 'actor' },
          ExpressionAttributeValues: { ':actor': actor },
        }),
      );
    };
    const events = await sluice('events', id, '--json');
    const second = JSON.parse(events.out.split('\n')[1] ?? '{}') as { readonly actor: object };
    await change('{"type":"user","id":"somebody else"}');
    const broken = await sluice('verify', '--stream', stream);
    expect(broken.exitCode).toBe(1);
    expect(broken.out + broken.err).toContain(`${stream}@2`);
    await change(JSON.stringify(second.actor));
    expect((await sluice('verify', '--stream', stream)).exitCode).toBe(0);
  });

  it('replay mends a row that somebody changed', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaAllAtOnce' });
    await ended(id);
    const key = { pk: `deployment#${id}`, sk: 'deployment' };
    await dynamodb.send(
      new PutCommand({ TableName: local.tables.rows, Item: { ...key, owner: randomUUID(), data: '{}' } }),
    );
    expect((await sluice('replay', '--check')).exitCode).toBe(1);
    expect((await sluice('replay')).exitCode).toBe(0);
    expect((await sluice('replay', '--check')).exitCode).toBe(0);
  });
});
