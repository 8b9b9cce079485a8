import { STACK_ROLE, api } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { CANARY, STYLE, aDeployment, aGroup, both, succeed, task } from '../support/api-groups.ts';

/** Operations that end waits which no Lambda deployment has: they only ever refuse. */
export const NEVER_OF_LAMBDA = ['ContinueDeployment', 'SkipWaitTimeForInstanceTermination'] as const;

type Answers = readonly (readonly [operation: string, output: unknown])[];

const alarms = [{ name: 'errors' }];
const config = {
  deploymentConfigName: 'quick',
  computePlatform: 'Lambda',
  trafficRoutingConfig: { type: 'AllAtOnce' },
};
const arn = 'arn:aws:codedeploy:eu-central-1:123456789012:deploymentgroup:quotes/live';
const revision = {
  revisionType: 'S3',
  s3Location: {
    bucket: 'releases',
    key: 'CodeDeploy/a.yaml',
    bundleType: 'YAML',
    version: 'v1',
    eTag: '"e"',
  },
};

/** One answer at least of every operation that can succeed, with as many members as it can have. */
export async function answersOfAll(): Promise<Answers> {
  const one = api();
  const answers: [string, unknown][] = [];
  const ask = async (operation: string, body: object) => {
    const output = await one.ok(operation, body);
    answers.push([operation, output]);
    return output;
  };
  const { applicationName } = both;
  await ask('CreateApplication', { applicationName, computePlatform: 'Lambda' });
  await ask('CreateDeploymentGroup', {
    ...both,
    ...group,
    serviceRoleArn: STACK_ROLE,
    deploymentStyle: STYLE,
  });
  await aGroup(one, {}, { deploymentGroupName: 'hooked' });
  await ask('CreateDeploymentConfig', config);
  await ask('RegisterApplicationRevision', { applicationName, revision, description: 'first' });
  const members = { overrideAlarmConfiguration: { enabled: true, alarms }, description: 'all members' };
  const { deploymentId } = await ask('CreateDeployment', { ...both, revision, ...members });
  await succeed(one, deploymentId);
  for (const [operation, body] of questions(deploymentId)) await ask(operation, body);
  await ask('PutLifecycleEventHookExecutionStatus', await aHook(one));
  await ask('StopDeployment', { deploymentId: await aDeployment(one) });
  for (const [operation, body] of [...ENDS, ...INSTANCES]) await ask(operation, body);
  return answers;
}

/** A deployment whose validation function runs and has not answered yet. */
async function aHook(one: Api): Promise<object> {
  const deploymentId = await aDeployment(one, { deploymentGroupName: 'hooked' });
  const lifecycleEventHookExecutionId = 'unguessable';
  const admit = task.admit();
  if (admit.type !== 'AdmitDeployment') throw new Error('the first task of a workflow admits');
  await one.decide(
    deploymentId,
    { ...admit, data: { ...admit.data, hooks: { beforeAllowTraffic: 'CodeDeployHook_quote' } } },
    {
      type: 'BeginHook',
      data: {
        executionArn: admit.data.executionArn,
        lifecycleEventName: 'BeforeAllowTraffic',
        hookExecutionIdHash: one.ports.system.sha256(lifecycleEventHookExecutionId),
      },
    },
  );
  return { deploymentId, lifecycleEventHookExecutionId, status: 'Succeeded' };
}

const group = {
  deploymentConfigName: CANARY,
  alarmConfiguration: { enabled: true, alarms },
  autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
  ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [] },
};

function questions(deploymentId: string): readonly (readonly [string, object])[] {
  const { applicationName, deploymentGroupName } = both;
  const target = { deploymentId, targetId: 'price-quote', instanceId: 'price-quote' };
  const targets = { deploymentId, targetIds: ['price-quote'], instanceIds: ['price-quote', 'nobody'] };
  return [
    ['GetApplication', both],
    ['BatchGetApplications', { applicationNames: [applicationName] }],
    ['ListApplications', {}],
    ['GetDeploymentGroup', both],
    ['BatchGetDeploymentGroups', { applicationName, deploymentGroupNames: [deploymentGroupName, 'nobody'] }],
    ['ListDeploymentGroups', both],
    ['UpdateDeploymentGroup', { applicationName, currentDeploymentGroupName: deploymentGroupName }],
    ['GetDeploymentConfig', config],
    ['ListDeploymentConfigs', {}],
    ['DeleteDeploymentConfig', config],
    ['GetApplicationRevision', { applicationName, revision }],
    ['BatchGetApplicationRevisions', { applicationName, revisions: [revision] }],
    ['ListApplicationRevisions', { applicationName, sortBy: 'lastUsedTime', deployed: 'include' }],
    ['GetDeployment', { deploymentId }],
    ['BatchGetDeployments', { deploymentIds: [deploymentId] }],
    ['ListDeployments', {}],
    ['ListDeploymentTargets', { deploymentId }],
    ['GetDeploymentTarget', target],
    ['BatchGetDeploymentTargets', targets],
    ['GetDeploymentInstance', target],
    ['BatchGetDeploymentInstances', targets],
    ['ListDeploymentInstances', { deploymentId }],
    ['TagResource', { ResourceArn: arn, Tags: [{ Key: 'team', Value: 'shop' }] }],
    ['ListTagsForResource', { ResourceArn: arn }],
    ['UntagResource', { ResourceArn: arn, TagKeys: ['team'] }],
  ];
}

const name = { instanceName: 'web-1' };
const tagged = { instanceNames: ['web-1'], tags: [{ Key: 'stage', Value: 'Prod' }] };

const INSTANCES: readonly (readonly [string, object])[] = [
  [
    'RegisterOnPremisesInstance',
    { instanceName: 'web-2', iamSessionArn: 'arn:aws:sts::123456789012:assumed-role/web/web-2' },
  ],
  ['RegisterOnPremisesInstance', { ...name, iamUserArn: 'arn:aws:iam::123456789012:user/web-1' }],
  ['AddTagsToOnPremisesInstances', tagged],
  ['GetOnPremisesInstance', name],
  ['RemoveTagsFromOnPremisesInstances', tagged],
  ['DeregisterOnPremisesInstance', name],
  ['BatchGetOnPremisesInstances', { instanceNames: ['web-1', 'web-2'] }],
  ['ListOnPremisesInstances', {}],
  ['ListGitHubAccountTokenNames', {}],
  ['DeleteGitHubAccountToken', { tokenName: 'acme' }],
];

const ENDS: readonly (readonly [string, object])[] = [
  ['DeleteDeploymentGroup', both],
  ['UpdateApplication', { ...both, newApplicationName: 'prices' }],
  ['DeleteApplication', { applicationName: 'prices' }],
];
