import { describe, expect, it } from 'vitest';
import { alias, baking, deploy, deployment, ended, fleet, setAlarm, slowCanary } from './cloud.ts';
import { sluice } from './sluice.ts';

const AT_ONCE = { config: 'CodeDeployDefault.LambdaAllAtOnce' };

describe('sluice operates deployments on the local cloud', () => {
  it('lists them newest first, and stops the one that is under way', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const first = await deploy(shop, AT_ONCE);
    await ended(first);
    const second = await deploy(shop, { from: '2', to: '3', config: await slowCanary() });
    await baking(second);
    const application = ['--application', shop.applicationName];
    const { exitCode, out } = await sluice('list', ...application);
    expect(exitCode).toBe(0);
    const place = `${shop.applicationName}/${shop.deploymentGroupName}`;
    const lines = out.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(new RegExp(`^${second}  ${place}  InProgress  by \\S+ .*  10 % on version 3$`));
    expect(lines[1]).toMatch(new RegExp(`^${first}  ${place}  Succeeded   by \\S+ .*  100 % on version 2$`));
    expect((await sluice('list', '--limit', '1')).out).toContain(second);

    const unasked = await sluice('stop', second);
    expect(unasked).toMatchObject({ exitCode: 2, err: expect.stringContaining('--yes') });
    expect((await deployment(second)).status).toBe('InProgress');
    const stopped = await sluice('stop', second, '--yes');
    expect(stopped).toMatchObject({ exitCode: 0, err: expect.stringContaining(`sluice watch ${second}`) });
    await ended(second);
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });
    const after = await sluice('list', ...application, '--status', 'Stopped', '--json');
    expect(JSON.parse(after.out)).toMatchObject({
      deployment: { deploymentId: second, errorInformation: { code: 'MANUAL_STOP' } },
    });
  });

  it('stops one without the rollback that its group would have', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    expect((await sluice('stop', id, '--no-rollback', '--yes')).exitCode).toBe(0);
    expect((await ended(id)).rollbackInfo?.rollbackDeploymentId).toBeUndefined();
  });

  it('goes back by hand and deploys again', async () => {
    const shop = await fleet();
    const first = await deploy(shop, AT_ONCE);
    await ended(first);
    const second = await deploy(shop, { from: '2', to: '3', ...AT_ONCE });
    await ended(second);
    const group = `${shop.applicationName}/${shop.deploymentGroupName}`;

    const back = await sluice('rollback', group, '--yes');
    expect(back).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining(`back from version 3 to version 2, which ${first} deployed`),
    });
    expect((await ended(back.out.trim())).status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });

    const again = await sluice('redeploy', second, '--yes');
    expect(again.exitCode).toBe(0);
    expect(await ended(again.out.trim())).toMatchObject({
      status: 'Succeeded',
      description: `${second} again`,
    });
    expect(await alias(shop.functionName)).toEqual({ version: '3', weights: {} });

    const toFirst = await sluice('rollback', first, '--yes');
    expect((await ended(toFirst.out.trim())).status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual({ version: '2', weights: {} });
    expect((await sluice('rollback', first, '--yes')).err).toContain('is in place already');
  });

  it('goes back to what was there before the first deployment, while the alarm of the group rings', async () => {
    const shop = await fleet();
    const only = await deploy(shop, AT_ONCE);
    await ended(only);
    await setAlarm(shop.alarmName, 'ALARM');
    const back = await sluice('rollback', `${shop.applicationName}/${shop.deploymentGroupName}`, '--yes');
    expect((await ended(back.out.trim())).status).toBe('Succeeded');
    expect(await alias(shop.functionName)).toEqual({ version: '1', weights: {} });
  });

  it('names ids that look like one that is unknown', async () => {
    const shop = await fleet();
    const id = await deploy(shop, AT_ONCE);
    await ended(id);
    const mistyped = `${id.slice(0, -1)}${id.endsWith('X') ? 'Y' : 'X'}`;
    const { exitCode, err } = await sluice('redeploy', mistyped, '--yes');
    expect(exitCode).toBe(1);
    expect(err).toContain(`Did you mean ${id}`);
  });
});
