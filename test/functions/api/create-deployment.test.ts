import { lambdaOrder } from '../../../core/deployments/platform-order.ts';
import { CreateDeploymentCommand, GetDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import type { DeploymentCreated } from '../../../core/deployments/deployment-events.ts';
import type { AssumedRole } from '../../../functions/adapters/service-roles.ts';
import { STACK_ROLE, api } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { CANARY, aDeployment, aGroup, appSpec, both, inline, succeed } from '../../support/api-groups.ts';

const body = { ...both, revision: inline(appSpec()) };

async function withGroup(settings: object = {}) {
  const one = api();
  await aGroup(one, settings);
  return one;
}

function created({ store }: Api): DeploymentCreated {
  const event = store.allEvents().findLast(({ type }) => type === 'DeploymentCreated');
  return JSON.parse(event?.data ?? '') as DeploymentCreated;
}

test('a deployment is accepted, and GetDeployment shows it as it was asked for', async () => {
  const { client, clock, ports } = await withGroup({ deploymentConfigName: CANARY });
  const { deploymentId } = await client.send(new CreateDeploymentCommand({ ...body, description: 'v8' }));
  const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
  const sha256 = ports.system.sha256(appSpec());
  expect(deploymentInfo).toEqual({
    ...both,
    deploymentConfigName: CANARY,
    deploymentId,
    computePlatform: 'Lambda',
    status: 'Created',
    createTime: new Date(clock.now),
    creator: 'user',
    description: 'v8',
    revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256 } },
    autoRollbackConfiguration: { enabled: false },
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    ignoreApplicationStopFailures: false,
    updateOutdatedInstancesOnly: false,
    instanceTerminationWaitTimeStarted: false,
    deploymentStatusMessages: [],
  });
});

test('the revision is registered with it, in one go, under a description that names it', async () => {
  const one = await withGroup();
  const before = one.store.allEvents().length;
  const deploymentId = await aDeployment(one);
  const events = one.store.allEvents().slice(before);
  expect(events.map(({ type }) => type)).toEqual(['RevisionRegistered', 'DeploymentCreated']);
  expect(new Set(events.map(({ cause }) => cause)).size).toBe(1);
  expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({
    content: appSpec(),
    description: expect.stringContaining(deploymentId),
  });

  await succeed(one, deploymentId);
  const registered = one.store.allEvents().length;
  await aDeployment(one);
  expect(
    one.store
      .allEvents()
      .slice(registered)
      .map(({ type }) => type),
  ).toEqual(['DeploymentCreated']);
});

test('a digest alone names a registered revision, and is refused where there is none', async () => {
  const one = await withGroup();
  const sha256 = one.ports.system.sha256(appSpec());
  const byDigest = { ...both, revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256 } } };
  await one.refused('CreateDeployment', byDigest, 'RevisionDoesNotExistException', sha256);
  await succeed(one, await aDeployment(one));
  const text = { ...both, revision: { revisionType: 'String', string: { sha256 } } };
  await one.refused('CreateDeployment', text, 'RevisionDoesNotExistException');
  await aDeployment(one, byDigest);
});

test('the deprecated String is deployed and echoed as it was given', async () => {
  const one = await withGroup();
  const deploymentId = await aDeployment(one, {
    revision: { revisionType: 'String', string: { content: appSpec() } },
  });
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  const sha256 = one.ports.system.sha256(appSpec());
  expect(deploymentInfo.revision).toEqual({ revisionType: 'String', string: { sha256 } });
});

test('what the group has is taken over, and what the deployment overrides replaces it', async () => {
  const group = {
    deploymentConfigName: CANARY,
    alarmConfiguration: { enabled: true, alarms: [{ name: 'errors' }] },
    autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
  };
  const one = await withGroup(group);
  await succeed(one, await aDeployment(one));
  expect(created(one)).toMatchObject({
    deploymentConfigName: CANARY,
    trafficSteps: [{ weight: 10, bakeMinutes: 5 }, { weight: 100 }],
    alarms: { names: ['errors'], ignorePollAlarmFailure: false },
    autoRollback: group.autoRollbackConfiguration,
    serviceRoleArn: STACK_ROLE,
  });
  expect(created(one)).not.toHaveProperty('overrideAlarmConfiguration');

  const overrideAlarmConfiguration = { enabled: false, alarms: [{ name: 'latency' }] };
  const deploymentId = await aDeployment(one, {
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    overrideAlarmConfiguration,
    autoRollbackConfiguration: { enabled: false },
  });
  expect(created(one)).toMatchObject({
    trafficSteps: [{ weight: 100 }],
    alarms: { names: [], ignorePollAlarmFailure: false },
    autoRollback: { enabled: false, events: [] },
  });
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect(deploymentInfo.overrideAlarmConfiguration).toMatchObject(overrideAlarmConfiguration);
  expect(deploymentInfo.autoRollbackConfiguration).toEqual({ enabled: false });
});

test('a custom configuration is taken by name, and its absence later does not matter', async () => {
  const one = await withGroup();
  const trafficRoutingConfig = {
    type: 'TimeBasedLinear',
    timeBasedLinear: { linearPercentage: 50, linearInterval: 2 },
  };
  const config = { deploymentConfigName: 'half', computePlatform: 'Lambda', trafficRoutingConfig };
  await one.ok('CreateDeploymentConfig', config);
  const deploymentId = await aDeployment(one, { deploymentConfigName: 'half' });
  expect(lambdaOrder(created(one)).trafficSteps).toEqual([{ weight: 50, bakeMinutes: 2 }, { weight: 100 }]);
  await one.ok('DeleteDeploymentConfig', { deploymentConfigName: 'half' });
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect(deploymentInfo.deploymentConfigName).toBe('half');
});

test('what is missing is asked for first, then formats, then what does not exist', async () => {
  const one = await withGroup();
  const { refused } = one;
  const wrong = {
    applicationName: 'a b',
    deploymentGroupName: 'a b',
    revision: {},
    description: 'x'.repeat(257),
  };
  const steps: readonly (readonly [object, string])[] = [
    [{ ...wrong, applicationName: undefined }, 'ApplicationNameRequiredException'],
    [{ ...wrong, deploymentGroupName: '' }, 'DeploymentGroupNameRequiredException'],
    [{ ...wrong, revision: null }, 'RevisionRequiredException'],
    [wrong, 'InvalidApplicationNameException'],
    [{ ...wrong, applicationName: 'x' }, 'InvalidDeploymentGroupNameException'],
    [{ ...wrong, applicationName: 'x', deploymentGroupName: 'x' }, 'InvalidRevisionException'],
    [{ ...body, applicationName: 'x', description: 'x'.repeat(257) }, 'DescriptionTooLongException'],
    [{ ...body, applicationName: 'x', deploymentConfigName: 'a b' }, 'InvalidDeploymentConfigNameException'],
    [{ ...body, applicationName: 'x', fileExistsBehavior: 'KEEP' }, 'InvalidFileExistsBehaviorException'],
    [{ ...body, applicationName: 'x' }, 'ApplicationDoesNotExistException'],
    [
      { ...body, deploymentGroupName: 'x', updateOutdatedInstancesOnly: true },
      'InvalidUpdateOutdatedInstancesOnlyValueException',
    ],
    [
      { ...body, deploymentGroupName: 'x', deploymentConfigName: 'x' },
      'DeploymentGroupDoesNotExistException',
    ],
    [{ ...body, deploymentConfigName: 'x' }, 'DeploymentConfigDoesNotExistException'],
    [
      { ...body, deploymentConfigName: 'CodeDeployDefault.OneAtATime' },
      'InvalidDeploymentConfigNameException',
    ],
  ];
  for (const [request, code] of steps) await refused('CreateDeployment', request, code);
});

test('members that no Lambda deployment takes are refused, their empty forms are not', async () => {
  const one = await withGroup();
  const filter = [{ Key: 'a', Value: 'b', Type: 'KEY_ONLY' }];
  const cases: readonly (readonly [object, string])[] = [
    [{ ignoreApplicationStopFailures: true }, 'InvalidIgnoreApplicationStopFailuresValueException'],
    [{ updateOutdatedInstancesOnly: true }, 'InvalidUpdateOutdatedInstancesOnlyValueException'],
    [{ fileExistsBehavior: 'DISALLOW' }, 'InvalidFileExistsBehaviorException'],
    [{ targetInstances: { tagFilters: filter } }, 'InvalidTargetInstancesException'],
    [{ targetInstances: { ec2TagSet: { ec2TagSetList: [filter] } } }, 'InvalidTargetInstancesException'],
    [{ targetInstances: { autoScalingGroups: ['g'] } }, 'InvalidTargetInstancesException'],
    [
      { ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: ['Terminate'] } },
      'InvalidAutoScalingGroupProcessToSuspendException',
    ],
    [{ deploymentMode: 'RESTART' }, 'InvalidInputException'],
    [{ deploymentMode: 'RESTART', revision: undefined }, 'InvalidInputException'],
    [{ deploymentMode: 'SOMETIMES' }, 'InvalidInputException'],
    [{ autoRollbackConfiguration: { enabled: true } }, 'InvalidAutoRollbackConfigException'],
    [{ overrideAlarmConfiguration: { enabled: true, alarms: [] } }, 'InvalidAlarmConfigException'],
  ];
  for (const [members, code] of cases) await one.refused('CreateDeployment', { ...body, ...members }, code);
  await aDeployment(one, {
    ignoreApplicationStopFailures: false,
    updateOutdatedInstancesOnly: false,
    targetInstances: { tagFilters: [], autoScalingGroups: [] },
    ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [] },
    deploymentMode: 'STANDARD',
  });
});

test('a revision that is malformed, too large, mismatched or not built is refused', async () => {
  const one = await withGroup();
  const content = appSpec();
  const wrong: readonly object[] = [
    { revisionType: 'S3', s3Location: { bucket: 'b', key: 'k', bundleType: 'YAML' } },
    { revisionType: 'GitHub', gitHubLocation: { repository: 'a/b', commitId: 'c' } },
    { revisionType: 'AppSpecContent' },
    { appSpecContent: { content } },
    { revisionType: 'AppSpecContent', appSpecContent: { content, sha256: 'A'.repeat(64) } },
    { revisionType: 'AppSpecContent', appSpecContent: { content, sha256: 'a'.repeat(64) } },
    { revisionType: 'AppSpecContent', appSpecContent: { content: 'x'.repeat(102_401) } },
    { revisionType: 'AppSpecContent', appSpecContent: { content: '\u0001'.repeat(100_000) } },
  ];
  for (const revision of wrong) {
    await one.refused('CreateDeployment', { ...both, revision }, 'InvalidRevisionException');
  }
});

test('what the AppSpec says is no reason to refuse: the deployment itself fails', async () => {
  const one = await withGroup();
  await aDeployment(one, { revision: inline('this is no AppSpec') });
});

test('an id that was drawn before is drawn again', async () => {
  const one = await withGroup();
  const first = await aDeployment(one);
  await succeed(one, first);
  const ids = [first, 'd-SECOND000'];
  const twin = api({
    store: one.store,
    rows: one.ports.rows,
    system: { ...one.ports.system, deploymentId: () => ids.shift() ?? 'd-THIRD0000' },
  });
  expect(await twin.ok('CreateDeployment', body)).toEqual({ deploymentId: 'd-SECOND000' });
});

test('a deployment is created when it is accepted, not when its role was still being tried', async () => {
  const one = await withGroup();
  const askedAt = one.clock.now;
  const denied: AssumedRole = { status: 'denied', message: 'not yet' };
  const credentials = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' };
  one.roles.set(STACK_ROLE, {
    assume: () => (one.clock.now < askedAt + 5000 ? denied : { status: 'assumed', credentials }),
  });
  const { deploymentId } = await one.ok('CreateDeployment', body);
  const { deploymentInfo } = await one.ok('GetDeployment', { deploymentId });
  expect(deploymentInfo.createTime).toBe((askedAt + 5000) / 1000);
});
