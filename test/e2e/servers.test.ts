import { StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningHost, SimulatedHost } from '../support/simulated-host.ts';
import { runHost } from '../support/simulated-host.ts';
import { launchedBy } from '../../functions/runtime/task.ts';
import { codedeploy, ended, events, eventually, local, rows, stepFunctions } from './cloud.ts';
import type { Servers } from './servers.ts';
import { anotherGroup, deployTo, revision, servers, targetsOf, targetsUntil } from './servers.ts';

const running: RunningHost[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((host) => host.stop()));
});

function runAll({ hosts }: Servers, does?: SimulatedHost['does']): readonly RunningHost[] {
  const started = hosts.map(({ endpoint, hostIdentifier }) =>
    runHost({ endpoint, hostIdentifier, ...(does === undefined ? {} : { does }) }),
  );
  running.push(...started);
  return started;
}

const LIFECYCLE = [
  'ApplicationStop',
  'DownloadBundle',
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'ApplicationStart',
  'ValidateService',
];

describe('a deployment to a fleet', () => {
  it('goes from host to host through every lifecycle event, one at a time where the group says so', async () => {
    const web = await servers(3);
    let atWork = 0;
    let most = 0;
    const hosts = runAll(web, (_, event) => {
      if (event === 'ApplicationStop') atWork += 1;
      most = Math.max(most, atWork);
      if (event === 'ValidateService') atWork -= 1;
      return { status: 'Succeeded' };
    });
    const deploymentId = await deployTo(web);
    expect(await ended(deploymentId)).toMatchObject({ status: 'Succeeded' });
    for (const host of hosts)
      expect(host.handed).toEqual(LIFECYCLE.map((event) => `${deploymentId} ${event}`));
    expect(most).toBe(1);
  });

  it('that fails on the first of three hosts stops there, and the last good revision comes back', async () => {
    const web = await servers(3, {
      deploymentConfigName: 'CodeDeployDefault.OneAtATime',
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    });
    const bad = new Set<string>();
    const failing = (deploymentId: string, event: string) =>
      bad.has(deploymentId) && event === 'ValidateService'
        ? ({ status: 'Failed', message: 'the page is gone' } as const)
        : ({ status: 'Succeeded' } as const);
    runAll(web, failing);
    const good = await deployTo(web);
    expect((await ended(good)).status).toBe('Succeeded');
    const id = await deployTo(web);
    bad.add(id);
    const info = await ended(id);
    expect(info).toMatchObject({ status: 'Failed', errorInformation: { code: 'HEALTH_CONSTRAINTS' } });
    const statuses = (await targetsOf(id)).map(({ status }) => status);
    expect(statuses).toEqual(['Failed']);
    const back = info.rollbackInfo?.rollbackDeploymentId ?? '';
    expect((await ended(back)).status).toBe('Succeeded');
    expect((await targetsOf(back)).map(({ status }) => status)).toEqual([
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
  });

  it('that is stopped lets the host finish what it is at work on, and begins nothing more', async () => {
    const web = await servers(2, { deploymentConfigName: 'CodeDeployDefault.OneAtATime' });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    runAll(web, async (_, event) => {
      if (event === 'Install') await held;
      return { status: 'Succeeded' };
    });
    const id = await deployTo(web);
    await targetsUntil(
      'a host is at Install',
      id,
      ([first]) => first?.command?.lifecycleEventName === 'Install',
    );
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: false }));
    release();
    expect(await ended(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } });
    const targets = await targetsOf(id);
    expect(targets.map(({ status }) => status)).toEqual(['Failed']);
    expect((await events(id)).filter(({ type }) => type === 'WaveStarted')).toHaveLength(1);
  });

  it('may be started by hand', async () => {
    const web = await servers(2, { deploymentConfigName: 'CodeDeployDefault.AllAtOnce' });
    runAll(web);
    const { applicationName, deploymentGroupName } = web;
    const { executionArn = '' } = await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: local.stateMachines['InPlace'],
        name: `by-hand-${randomUUID().slice(0, 8)}`,
        input: JSON.stringify({ applicationName, deploymentGroupName, revision: await revision() }),
      }),
    );
    const id = await eventually(
      'the execution creates its deployment',
      () => launchedBy(rows, executionArn),
      (found) => found !== undefined,
    );
    expect((await ended(id ?? '')).status).toBe('Succeeded');
  });

  it('shares its hosts with another one, whose commands they take between, one at a time', async () => {
    const web = await servers(2, { deploymentConfigName: 'CodeDeployDefault.AllAtOnce' });
    const second = await anotherGroup(web);
    const hosts = runAll(web);
    const ids = await Promise.all([deployTo(web), deployTo(second)]);
    for (const id of ids) expect((await ended(id)).status).toBe('Succeeded');
    for (const { handed } of hosts) {
      for (const id of ids) {
        const own = handed.filter((line) => line.startsWith(id));
        expect(own).toEqual(LIFECYCLE.map((event) => `${id} ${event}`));
      }
    }
  });
});
