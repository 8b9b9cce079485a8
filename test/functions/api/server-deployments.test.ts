import {
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentTargetsCommand,
} from '@aws-sdk/client-codedeploy';
import { describe, expect, it } from 'vitest';
import { FLEET, aFleet, failedOnOne } from '../../support/api-fleets.ts';

const none = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
const ARN_1 = FLEET[0]?.targetArn ?? '';

type Fleet = Awaited<ReturnType<typeof aFleet>>;

const infoOf = async ({ one, deploymentId }: Fleet) =>
  (await one.client.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo;

const list = async ({ one, deploymentId }: Fleet, targetFilters: Record<string, string[]> = {}) =>
  (await one.client.send(new ListDeploymentTargetsCommand({ deploymentId, targetFilters }))).targetIds;

describe('GetDeployment of a fleet', () => {
  it('counts nothing before the targets are known, and says how it goes', async () => {
    expect(await infoOf(await aFleet({ updateOutdatedInstancesOnly: true }))).toMatchObject({
      status: 'Created',
      computePlatform: 'Server',
      deploymentOverview: none,
      deploymentStyle: { deploymentType: 'IN_PLACE', deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' },
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: true,
      fileExistsBehavior: 'DISALLOW',
      deploymentStatusMessages: [],
    });
  });

  it('counts the targets from the start: those that nobody claimed are pending', async () => {
    const fleet = await aFleet();
    await fleet.admit();
    await fleet.claim(0);
    const info = await infoOf(fleet);
    expect(info?.deploymentOverview).toEqual({ ...none, Pending: 2, InProgress: 1 });
  });

  it('counts those that nobody claimed as skipped once it has ended, and names what failed first', async () => {
    const fleet = await failedOnOne();
    await fleet.one.ok('StopDeployment', { deploymentId: fleet.deploymentId });
    await fleet.finish({ overview: { succeeded: 0, failed: 1, skipped: 2 } });
    const info = await infoOf(fleet);
    expect(info?.status).toBe('Stopped');
    expect(info?.deploymentOverview).toEqual({ ...none, Failed: 1, Skipped: 2 });
    expect(info?.deploymentStatusMessages).toEqual([
      'i-1 failed first: ApplicationStop: ScriptFailed: stop.sh failed with exit code 1',
    ]);
  });

  it('names the hosts that are silent and what waits for them, until they take it', async () => {
    const fleet = await aFleet();
    await fleet.admit(FLEET, { skippedChecks: ['the alarms'] });
    await fleet.claim(0);
    const { now } = fleet.one.clock;
    await fleet.queue('i-1', 'ApplicationStop', { isSilent: true, lastPolledAt: now - 95_000 });
    expect((await infoOf(fleet))?.deploymentStatusMessages).toEqual([
      'Not checked: the alarms.',
      'The agent on i-1 is silent: ApplicationStop waits for it, and it last asked for work 95 s before that was queued.',
    ]);
    await fleet.acknowledge('i-1', 'ApplicationStop');
    expect((await infoOf(fleet))?.deploymentStatusMessages).toEqual(['Not checked: the alarms.']);
  });
});

describe('the targets of a fleet', () => {
  it('are not known before it has begun', async () => {
    const { one, deploymentId } = await aFleet();
    const code = 'DeploymentNotStartedException';
    await one.refused('ListDeploymentTargets', { deploymentId }, code);
    await one.refused('GetDeploymentTarget', { deploymentId, targetId: 'i-1' }, code);
    await one.refused('BatchGetDeploymentTargets', { deploymentId, targetIds: ['i-1'] }, code);
  });

  it('are listed in the order of start, by their status where that is asked', async () => {
    const fleet = await failedOnOne();
    expect(await list(fleet)).toEqual(['i-1', 'i-2', 'shelf-3']);
    expect(await list(fleet, { TargetStatus: ['Failed'] })).toEqual(['i-1']);
    expect(await list(fleet, { TargetStatus: ['Pending', 'Failed'] })).toEqual(['i-1', 'i-2', 'shelf-3']);
    expect(await list(fleet, { TargetStatus: ['Skipped'] })).toEqual([]);
  });

  it('come in pages of 100', async () => {
    const fleet = await aFleet();
    const many = Array.from({ length: 230 }, (_, index) => {
      const targetId = `i-${String(index).padStart(3, '0')}`;
      return { targetId, targetArn: `arn:${targetId}`, hostIdentifier: targetId };
    });
    await fleet.admit(many);
    const pages: (readonly string[])[] = [];
    let nextToken: string | undefined;
    do {
      const page = await fleet.one.client.send(
        new ListDeploymentTargetsCommand({ deploymentId: fleet.deploymentId, nextToken }),
      );
      pages.push(page.targetIds ?? []);
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 30]);
    expect(pages.flat()).toEqual(many.map(({ targetId }) => targetId));
  });

  it('have no colour in place', async () => {
    const { one, deploymentId } = await failedOnOne();
    const code = 'InvalidDeploymentInstanceTypeException';
    const targetFilters = { ServerInstanceLabel: ['Blue'] };
    await one.refused('ListDeploymentTargets', { deploymentId, targetFilters }, code);
    await one.refused('ListDeploymentInstances', { deploymentId, instanceTypeFilter: ['Green'] }, code);
  });

  it('show their events with what the scripts said', async () => {
    const { one, deploymentId } = await failedOnOne();
    const { deploymentTarget } = await one.client.send(
      new GetDeploymentTargetCommand({ deploymentId, targetId: 'i-1' }),
    );
    const at = new Date(one.clock.now);
    expect(deploymentTarget).toEqual({
      deploymentTargetType: 'InstanceTarget',
      instanceTarget: {
        deploymentId,
        targetId: 'i-1',
        targetArn: ARN_1,
        status: 'Failed',
        lastUpdatedAt: at,
        lifecycleEvents: [
          {
            lifecycleEventName: 'ApplicationStop',
            status: 'Failed',
            startTime: at,
            endTime: at,
            diagnostics: {
              errorCode: 'ScriptFailed',
              scriptName: 'stop.sh',
              message: 'stop.sh failed with exit code 1',
              logTail: '[stderr]no space left\n',
            },
          },
          ...[
            'DownloadBundle',
            'BeforeInstall',
            'Install',
            'AfterInstall',
            'ApplicationStart',
            'ValidateService',
          ].map((lifecycleEventName) => ({ lifecycleEventName, status: 'Skipped', endTime: at })),
        ],
      },
    });
  });

  it('wait with all their events while nobody has claimed them, and are skipped at the end', async () => {
    const fleet = await failedOnOne();
    const { one, deploymentId } = fleet;
    const eventsOf = async () => {
      const { deploymentTarget } = await one.ok('GetDeploymentTarget', { deploymentId, targetId: 'shelf-3' });
      return deploymentTarget.instanceTarget.lifecycleEvents as readonly object[];
    };
    const shelf = async () => {
      const body = { deploymentId, targetIds: ['shelf-3', 'i-1'] };
      const { deploymentTargets } = await one.ok('BatchGetDeploymentTargets', body);
      expect(deploymentTargets[1].instanceTarget.targetId).toBe('i-1');
      const { status, lifecycleEvents } = deploymentTargets[0].instanceTarget;
      return [status, ...new Set(lifecycleEvents.map((event: { status: string }) => event.status))];
    };
    expect(await shelf()).toEqual(['Pending', 'Pending']);
    for (const event of await eventsOf()) expect(event).not.toHaveProperty('endTime');
    one.clock.now += 60_000;
    await one.ok('StopDeployment', { deploymentId });
    await fleet.finish({ overview: { succeeded: 0, failed: 1, skipped: 2 } });
    expect(await shelf()).toEqual(['Skipped', 'Skipped']);
    for (const event of await eventsOf()) {
      expect(event).toHaveProperty('endTime', one.clock.now / 1000);
      expect(event).not.toHaveProperty('startTime');
    }
  });

  it('are refused where the fleet has none of that name, and where too many are asked for', async () => {
    const { one, deploymentId } = await failedOnOne();
    const unknown = 'DeploymentTargetDoesNotExistException';
    await one.refused('GetDeploymentTarget', { deploymentId, targetId: 'i-9' }, unknown, '"i-9"');
    await one.refused('BatchGetDeploymentTargets', { deploymentId, targetIds: ['i-1', 'i-9'] }, unknown);
    const targetIds = Array.from({ length: 26 }, (_, index) => `i-${index}`);
    const tooMany = 'DeploymentTargetListSizeExceededException';
    await one.refused('BatchGetDeploymentTargets', { deploymentId, targetIds }, tooMany, '26');
  });
});

describe('the operations on instances, of a fleet', () => {
  it('answer an instance of EC2 as its ARN and find it by its id as well', async () => {
    const { one, deploymentId } = await failedOnOne();
    const { instancesList } = await one.ok('ListDeploymentInstances', { deploymentId });
    expect(instancesList).toEqual([ARN_1, FLEET[1]?.targetArn, 'shelf-3']);
    for (const instanceId of ['i-1', ARN_1]) {
      const { instanceSummary } = await one.ok('GetDeploymentInstance', { deploymentId, instanceId });
      expect(instanceSummary).toMatchObject({ deploymentId, instanceId: ARN_1, status: 'Failed' });
    }
    const instanceIds = ['i-1', ARN_1, 'shelf-3', 'i-9'];
    const answer = await one.ok('BatchGetDeploymentInstances', { deploymentId, instanceIds });
    expect(answer.instancesSummary.map((each: { instanceId: string }) => each.instanceId)).toEqual([
      ARN_1,
      'shelf-3',
    ]);
    expect(answer.errorMessage).toContain('i-9');
  });
});

describe('what a deployment to a fleet has not', () => {
  const code = 'UnsupportedActionForDeploymentTypeException';

  it('is a validation function that could answer', async () => {
    const { one, deploymentId } = await aFleet();
    const answer = { deploymentId, lifecycleEventHookExecutionId: 'x', status: 'Succeeded' };
    await one.refused('PutLifecycleEventHookExecutionStatus', answer, code, /goes to instances/);
  });

  it('is a wait that could be ended, since it is in place', async () => {
    const { one, deploymentId } = await aFleet();
    for (const operation of ['ContinueDeployment', 'SkipWaitTimeForInstanceTermination']) {
      const message = await one.refused(operation, { deploymentId }, code, /in place/);
      expect(message).not.toMatch(/Lambda|bake/);
    }
  });
});

describe('StopDeployment of a fleet', () => {
  const stop = async ({ one, deploymentId }: Fleet) =>
    (await one.ok('StopDeployment', { deploymentId })).status;

  it('is pending while a host is at work, and succeeds when asked again', async () => {
    const fleet = await aFleet();
    await fleet.admit();
    await fleet.claim(0);
    await fleet.queue('i-1', 'ApplicationStop');
    await fleet.acknowledge('i-1', 'ApplicationStop');
    expect(await stop(fleet)).toBe('Pending');
    expect(await stop(fleet)).toBe('Succeeded');
  });

  it('succeeds where no host has taken its command yet', async () => {
    const fleet = await aFleet();
    await fleet.admit();
    await fleet.claim(0);
    await fleet.queue('i-1', 'ApplicationStop');
    expect(await stop(fleet)).toBe('Succeeded');
  });
});
