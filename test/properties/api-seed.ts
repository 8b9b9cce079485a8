import type { Append } from '../../functions/adapters/event-store.ts';
import { STACK_ROLE, api } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { CANARY, STYLE, aDeployment, aGroup, appSpec, both, inline, task } from '../support/api-groups.ts';
import type { MemoryEventStore } from '../support/memory-event-store.ts';
import { memoryEventStore } from '../support/memory-event-store.ts';

/** An account in which there is something of everything, and what each operation would ask of it. */
export interface Seed {
  /** A store of its own, which a call may change. */
  readonly fresh: () => Promise<MemoryEventStore>;
  /** The same account before there was the application that the bodies are about: only `other` is there. */
  readonly freshWithoutQuotes: () => Promise<MemoryEventStore>;
  readonly bodies: Readonly<Record<string, readonly object[]>>;
}

export async function seed(): Promise<Seed> {
  const appends: Append[] = [];
  const memory = memoryEventStore();
  const store = {
    load: memory.load,
    append: async (append: Append) => {
      appends.push(append);
      return memory.append(append);
    },
  };
  const one = api({ store, rows: memory.rows });
  await fillOther(one);
  const before = [...appends];
  const deploymentIds = await fill(one);
  return {
    bodies: bodiesOf(deploymentIds),
    fresh: () => copyOf(appends),
    freshWithoutQuotes: () => copyOf(before),
  };
}

async function copyOf(appends: readonly Append[]): Promise<MemoryEventStore> {
  const copy = memoryEventStore();
  for (const append of appends) await copy.append(append);
  return copy;
}

const s3 = {
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key: 'a.yaml', bundleType: 'YAML', version: 'v1', eTag: '"e"' },
};
const ARN = 'arn:aws:codedeploy:eu-central-1:123456789012';
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:ops';
const config = {
  deploymentConfigName: 'quick',
  computePlatform: 'Lambda',
  trafficRoutingConfig: {
    type: 'TimeBasedCanary',
    timeBasedCanary: { canaryPercentage: 10, canaryInterval: 5 },
  },
};

const SESSIONS = 'arn:aws:sts::123456789012:assumed-role/web';
const stage = [{ Key: 'stage', Value: 'Prod' }];
const hosts = { applicationName: 'fleet', deploymentGroupName: 'hosts' };
const chosen = {
  serviceRoleArn: STACK_ROLE,
  deploymentStyle: { deploymentType: 'IN_PLACE', deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' },
  ec2TagFilters: [],
  ec2TagSet: { ec2TagSetList: [stage, [{ Key: 'web', Type: 'KEY_ONLY' }]] },
  onPremisesInstanceTagFilters: [{ Value: 'web', Type: 'VALUE_ONLY' }],
  autoScalingGroups: ['fleet'],
  loadBalancerInfo: { elbInfoList: [], targetGroupInfoList: [] },
  ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [] },
};
const zones = {
  deploymentConfigName: 'zones',
  minimumHealthyHosts: { type: 'FLEET_PERCENT', value: 75 },
  zonalConfig: {
    firstZoneMonitorDurationInSeconds: 60,
    monitorDurationInSeconds: 30,
    minimumHealthyHostsPerZone: { type: 'HOST_COUNT', value: 1 },
  },
};
const archive = {
  revisionType: 'S3',
  s3Location: { bucket: 'releases', key: 'web.tgz', bundleType: 'tgz' },
};
const commit = {
  revisionType: 'GitHub',
  gitHubLocation: { repository: 'shop/web', commitId: 'c0ffee0123456789c0ffee0123456789c0ffee01' },
};

/** What belongs to others, and what belongs to all. */
async function fillOther(one: Api): Promise<void> {
  for (const instanceName of ['web-1', 'web-2', 'web-3']) {
    const iamSessionArn = `${SESSIONS}/${instanceName}`;
    await one.ok('RegisterOnPremisesInstance', { instanceName, iamSessionArn });
  }
  await one.ok('AddTagsToOnPremisesInstances', { instanceNames: ['web-1'], tags: stage });
  await one.ok('DeregisterOnPremisesInstance', { instanceName: 'web-3' });
  await one.ok('CreateApplication', { applicationName: 'fleet' });
  await one.ok('CreateDeploymentGroup', { ...hosts, serviceRoleArn: STACK_ROLE, ec2TagFilters: stage });
  await aGroup(one, {}, { applicationName: 'other' });
  await one.ok('CreateDeploymentConfig', config);
  const deploymentId = await aDeployment(one, { applicationName: 'other' });
  await one.decide(deploymentId, task.admit(), task.begin(), task.shift(1, one.clock.now), task.finish());
}

/** Deployments that have succeeded, failed, were stopped, run, are new, and whose group is gone. */
async function fill(one: Api): Promise<readonly string[]> {
  for (const deploymentGroupName of ['live', 'running', 'new', 'gone']) {
    await aGroup(one, {}, { deploymentGroupName });
  }
  await one.ok('RegisterApplicationRevision', { ...both, revision: s3 });
  await one.ok('TagResource', { ResourceArn: `${ARN}:application:quotes`, Tags: [{ Key: 'a', Value: 'b' }] });
  const succeeded = await aDeployment(one);
  const shift = () => task.shift(1, one.clock.now);
  await one.decide(succeeded, task.admit(), task.begin(), shift(), task.finish());
  const failed = await aDeployment(one, { revision: inline('no AppSpec') });
  await one.decide(failed, task.fail('INVALID_REVISION', 'Line 1.'), task.finish());
  const stopped = await aDeployment(one);
  await one.ok('StopDeployment', { deploymentId: stopped });
  await one.decide(stopped, task.finish());
  const canary = { deploymentGroupName: 'running', deploymentConfigName: CANARY };
  const running = await aDeployment(one, canary);
  await one.decide(running, task.admit(), task.begin(), shift());
  const created = await aDeployment(one, { deploymentGroupName: 'new', revision: s3 });
  const orphaned = await aDeployment(one, { deploymentGroupName: 'gone' });
  await one.ok('DeleteDeploymentGroup', { ...both, deploymentGroupName: 'gone' });
  return [succeeded, failed, stopped, running, created, orphaned];
}

const instanceNames = ['web-1', 'web-2'];
const bodiesOfInstances: Seed['bodies'] = {
  RegisterOnPremisesInstance: [
    { instanceName: 'web-4', iamUserArn: 'arn:aws:iam::123456789012:user/web-4' },
    { instanceName: 'web-3', iamSessionArn: `${SESSIONS}/web-3` },
  ],
  DeregisterOnPremisesInstance: [{ instanceName: 'web-1' }],
  ListGitHubAccountTokenNames: [{}],
  DeleteGitHubAccountToken: [{ tokenName: 'acme' }],
  GetOnPremisesInstance: [{ instanceName: 'web-1' }, { instanceName: 'web-3' }],
  BatchGetOnPremisesInstances: [{ instanceNames: [...instanceNames, 'nobody'] }],
  ListOnPremisesInstances: [
    { registrationStatus: 'Registered', tagFilters: [{ ...stage[0], Type: 'KEY_AND_VALUE' }] },
    {},
  ],
  AddTagsToOnPremisesInstances: [{ instanceNames, tags: [...stage, { Key: 'team', Value: 'shop' }] }],
  RemoveTagsFromOnPremisesInstances: [{ instanceNames, tags: stage }],
};

function bodiesOf(deploymentIds: readonly string[]): Seed['bodies'] {
  const { applicationName, deploymentGroupName } = both;
  const targetIds = ['price-quote:8'];
  const target = { targetId: targetIds[0], instanceId: targetIds[0] };
  const ofEach = (more: object = {}) => deploymentIds.map((deploymentId) => ({ deploymentId, ...more }));
  const tags = [{ Key: 'team', Value: 'shop' }];
  const arns = [`${ARN}:application:quotes`, `${ARN}:deploymentgroup:quotes/live`];
  const alarmConfiguration = { enabled: true, alarms: [{ name: 'errors' }] };
  const autoRollbackConfiguration = { enabled: true, events: ['DEPLOYMENT_FAILURE'] };
  const settings = {
    serviceRoleArn: STACK_ROLE,
    deploymentStyle: STYLE,
    deploymentConfigName: 'quick',
    alarmConfiguration,
    autoRollbackConfiguration,
    triggerConfigurations: [
      {
        triggerName: 'ops',
        triggerTargetArn: TOPIC,
        triggerEvents: ['DeploymentStart', 'DeploymentFailure'],
      },
    ],
    ec2TagFilters: [],
    loadBalancerInfo: {},
    outdatedInstancesStrategy: 'UPDATE',
  };
  const more = {
    description: 'words',
    autoRollbackConfiguration,
    overrideAlarmConfiguration: alarmConfiguration,
  };
  const revisions = [s3, inline(appSpec()), { revisionType: 'String', string: { content: appSpec('9') } }];
  return {
    CreateApplication: [
      { applicationName: 'second', computePlatform: 'Lambda', tags },
      { applicationName: 'servers', computePlatform: 'Server' },
    ],
    GetApplication: [both],
    BatchGetApplications: [{ applicationNames: [applicationName] }],
    ListApplications: [{}],
    UpdateApplication: [{ applicationName, newApplicationName: 'prices' }],
    DeleteApplication: [both],
    CreateDeploymentGroup: [
      { applicationName, deploymentGroupName: 'second', tags, ...settings },
      { ...hosts, deploymentGroupName: 'second', ...chosen },
    ],
    GetDeploymentGroup: [both, hosts],
    BatchGetDeploymentGroups: [{ applicationName, deploymentGroupNames: [deploymentGroupName, 'nobody'] }],
    ListDeploymentGroups: [both],
    UpdateDeploymentGroup: [
      { applicationName, currentDeploymentGroupName: 'live', ...settings },
      { applicationName: 'fleet', currentDeploymentGroupName: 'hosts', ...chosen },
    ],
    DeleteDeploymentGroup: [both],
    CreateDeploymentConfig: [{ ...config, deploymentConfigName: 'slow' }, zones],
    GetDeploymentConfig: [config],
    ListDeploymentConfigs: [{}],
    DeleteDeploymentConfig: [config],
    RegisterApplicationRevision: [
      ...revisions.map((revision) => ({ applicationName, revision, description: 'a' })),
      ...[archive, commit].map((revision) => ({ applicationName: 'fleet', revision })),
    ],
    GetApplicationRevision: revisions.map((revision) => ({ applicationName, revision })),
    BatchGetApplicationRevisions: [{ applicationName, revisions }],
    ListApplicationRevisions: [
      { applicationName, sortBy: 'lastUsedTime', sortOrder: 'descending', deployed: 'exclude' },
      { applicationName, s3Bucket: 'releases', s3KeyPrefix: 'a' },
    ],
    CreateDeployment: revisions.map((revision) => ({ ...both, revision, ...more })),
    GetDeployment: ofEach(),
    BatchGetDeployments: [{ deploymentIds }],
    ListDeployments: [
      {
        ...both,
        includeOnlyStatuses: ['Succeeded', 'Failed'],
        createTimeRange: { start: 0, end: 2_000_000_000 },
      },
      { externalId: 'x' },
    ],
    StopDeployment: ofEach({ autoRollbackEnabled: true }),
    ContinueDeployment: ofEach({ deploymentWaitType: 'READY_WAIT' }),
    SkipWaitTimeForInstanceTermination: ofEach(),
    GetDeploymentTarget: ofEach(target),
    BatchGetDeploymentTargets: ofEach({ targetIds }),
    ListDeploymentTargets: ofEach({ targetFilters: { TargetStatus: ['Succeeded'] } }),
    GetDeploymentInstance: ofEach(target),
    BatchGetDeploymentInstances: ofEach({ instanceIds: targetIds }),
    ListDeploymentInstances: ofEach({ instanceStatusFilter: ['Succeeded'], instanceTypeFilter: ['Blue'] }),
    TagResource: arns.map((ResourceArn) => ({ ResourceArn, Tags: tags })),
    UntagResource: arns.map((ResourceArn) => ({ ResourceArn, TagKeys: ['a'] })),
    ListTagsForResource: arns.map((ResourceArn) => ({ ResourceArn })),
    ...bodiesOfInstances,
    PutLifecycleEventHookExecutionStatus: ofEach({ lifecycleEventHookExecutionId: 'x', status: 'Succeeded' }),
  };
}
