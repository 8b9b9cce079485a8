import {
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentTargetsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningHost, SimulatedHost } from '../support/simulated-host.ts';
import { runHost } from '../support/simulated-host.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { targetTimelineAnswer, targetsAnswer } from '../../core/views/v1.ts';
import { launchedBy } from '../../functions/runtime/task.ts';
import { tarOf, tgzOf, zipOf } from '../support/archives.ts';
import { codedeploy, ended, events, eventually, local, rows, stepFunctions, store } from './cloud.ts';
import { bundleInS3 } from './host-deployments.ts';
import type { Servers } from './servers.ts';
import { signedRequest } from './signed-request.ts';
import { sluice } from './sluice.ts';
import { queueOf, toldBy } from './subscribers.ts';
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

/** A deployment that failed on one of three hosts, as its callers and its watchers see it. */
async function expectShown(deploymentId: string, targetId: string): Promise<void> {
  const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  expect(deploymentInfo?.deploymentOverview).toMatchObject({ Failed: 1, Skipped: 2, Succeeded: 0 });
  expect(deploymentInfo?.deploymentStatusMessages?.join()).toContain(`${targetId} failed first`);
  const skipped = { TargetStatus: ['Skipped' as const] };
  const list = new ListDeploymentTargetsCommand({ deploymentId, targetFilters: skipped });
  expect((await codedeploy.send(list)).targetIds).toHaveLength(2);
  const { deploymentTarget } = await codedeploy.send(
    new GetDeploymentTargetCommand({ deploymentId, targetId }),
  );
  const last = deploymentTarget?.instanceTarget?.lifecycleEvents?.at(-1);
  expect(last).toMatchObject({ lifecycleEventName: 'ValidateService', status: 'Failed' });
  const { out, exitCode } = await sluice('watch', deploymentId);
  expect(exitCode).toBe(1);
  expect(out).toContain(`${targetId}: ValidateService failed`);
  expect((await sluice('events', deploymentId)).out).toContain(`${targetId}: Install succeeded`);
}

/** The same from the log alone: as programs read it, and as it was before the first host was begun. */
async function expectInTheLog(deploymentId: string, targetId: string): Promise<void> {
  const get = async (path: string): Promise<unknown> => {
    const asked = `v1/deployments/${deploymentId}/${path}`;
    const { status, text } = await signedRequest(asked, local.credentials, { method: 'GET' });
    expect(status).toBe(200);
    return JSON.parse(text);
  };
  const { targets, nextAfter } = targetsAnswer.parse(await get('targets'));
  expect([targets.length, nextAfter]).toEqual([3, undefined]);
  expect(targets.find((one) => one.targetId === targetId)?.status).toBe('Failed');
  const { entries, status } = targetTimelineAnswer.parse(await get(`targets/${targetId}/timeline`));
  expect([status, entries[0]?.type, entries.at(-1)?.type]).toEqual([
    'Failed',
    'TargetClaimed',
    'TargetFailed',
  ]);
  const first = await sluice('events', deploymentId, '--at', '3');
  expect(first.out).toMatch(/^Hosts {8}3: 3 waiting; at least 2 stay healthy$/m);
  const last = (await events(deploymentId)).length;
  const { out } = await sluice('events', deploymentId, '--at', String(last));
  expect(out).toMatch(new RegExp(`^Failed {7}${targetId} at .*: ValidateService: .*the page is gone$`, 'm'));
}

/** All events of its hosts come once more, under the ids that they have. */
async function expectPublishedAgain(web: Servers, deploymentId: string, targetId: string): Promise<void> {
  const queue = await queueOf(local.notificationTopicArn, { application: [web.applicationName] });
  const [created] = await store.load(deploymentStream(deploymentId), 1);
  const since = new Date(created?.at ?? 0).toISOString();
  expect((await sluice('republish', '--since', since, '--yes')).exitCode).toBe(0);
  const stream = targetStream(deploymentId, targetId);
  const ids = (await store.load(stream)).map(({ version }) => `${stream}@${version}`);
  const told = await eventually(
    'the events of the host are told again',
    async () => (await queue.received()).map((message) => toldBy(message).eventId),
    (seen) => ids.every((id) => seen.includes(id)),
  );
  expect(told.filter((id) => ids.includes(id))).toEqual(ids);
}

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
    // A slot that could not go on to its next host would leave that to another wave.
    const waves = (await events(deploymentId)).filter(({ type }) => type === 'WaveStarted');
    expect(waves).toHaveLength(1);
  });

  it('knows the name of the AppSpec in its bundle, of whatever kind that is', async () => {
    const web = await servers(1);
    const entries = [
      { path: 'web/page.html' },
      { path: 'appspec.yaml', content: 'version: 0.0\nos: linux\n' },
    ];
    const kinds = { zip: zipOf(entries), tgz: tgzOf(entries), tar: tarOf(entries) } as const;
    for (const bundleType of ['zip', 'tgz', 'tar'] as const) {
      const { revisionType, bucket, key } = await bundleInS3(kinds[bundleType]);
      const deploymentId = await deployTo(web, {
        revision: { revisionType, s3Location: { bucket, key, bundleType } },
      });
      const log = await eventually(
        'the fleet is admitted',
        () => events(deploymentId),
        (seen) => seen.some(({ type }) => type === 'FleetAdmitted'),
      );
      const admitted = log.find(({ type }) => type === 'FleetAdmitted');
      expect(admitted?.data, bundleType).toMatchObject({ appSpecFilename: 'appspec.yaml' });
      await codedeploy.send(new StopDeploymentCommand({ deploymentId }));
      await ended(deploymentId);
    }
  });

  it('whose bundle is not there, or is another than was meant, touches no host', async () => {
    const web = await servers(1);
    const { revisionType, bucket, key } = await bundleInS3(zipOf([{ path: 'appspec.yml' }]));
    const errorOf = async (
      bundleType: 'zip' | 'tgz',
      object: { readonly key: string; readonly eTag?: string },
    ) => {
      const id = await deployTo(web, {
        revision: { revisionType, s3Location: { bucket, bundleType, ...object } },
      });
      const { errorInformation } = await ended(id);
      expect(await targetsOf(id)).toEqual([]);
      return errorInformation?.code;
    };
    for (const bundleType of ['zip', 'tgz'] as const) {
      expect(await errorOf(bundleType, { key: 'nope' })).toBe('REVISION_MISSING');
      expect(await errorOf(bundleType, { key, eTag: 'another' })).toBe('INVALID_REVISION');
    }
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
    // How a good one goes from host to host is seen above.
    const good = await deployTo(web, { deploymentConfigName: 'CodeDeployDefault.AllAtOnce' });
    expect((await ended(good)).status).toBe('Succeeded');
    const id = await deployTo(web);
    bad.add(id);
    const info = await ended(id);
    expect(info).toMatchObject({ status: 'Failed', errorInformation: { code: 'HEALTH_CONSTRAINTS' } });
    const [failed, ...others] = await targetsOf(id);
    expect([failed?.status, others]).toEqual(['Failed', []]);
    const targetId = failed?.claimed.targetId ?? '';
    await expectShown(id, targetId);
    await expectInTheLog(id, targetId);
    const back = info.rollbackInfo?.rollbackDeploymentId ?? '';
    expect((await ended(back)).status).toBe('Succeeded');
    expect((await targetsOf(back)).map(({ status }) => status)).toEqual([
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
    await expectPublishedAgain(web, id, targetId);
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
