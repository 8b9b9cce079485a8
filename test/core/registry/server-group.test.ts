import { describe, expect, it } from 'vitest';
import { noAlarms } from '../../../core/alarms/alarm-configuration.ts';
import type { FleetMembership } from '../../../core/deployments/fleet-events.ts';
import { noAutoRollback } from '../../../core/registry/auto-rollback-configuration.ts';
import type { ServerGroupSettings } from '../../../core/registry/deployment-group-settings.ts';
import { type DeploymentGroupEvent, deploymentGroup } from '../../../core/registry/deployment-group.ts';
import type { DeploymentGroupSettingsInput } from '../../../core/registry/shapes.ts';
import { given } from '../given.ts';
import { changed, create, identity, update } from './given-group.ts';

const role = { serviceRoleArn: 'arn:aws:iam::123456789012:role/Deploy' };
const server = { ...identity, computePlatform: 'Server' } as const;
const inPlace = { deploymentType: 'IN_PLACE', deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' } as const;
const defaults: ServerGroupSettings = {
  ...role,
  deploymentConfigName: 'CodeDeployDefault.OneAtATime',
  deploymentStyle: inPlace,
  outdatedInstancesStrategy: 'UPDATE',
  alarmConfiguration: noAlarms,
  autoRollbackConfiguration: noAutoRollback,
  terminationHookEnabled: false,
  membership: {},
};

const createServer = (settings: DeploymentGroupSettingsInput = {}) => {
  const command = create({ ...role, ...settings });
  return { ...command, data: { ...command.data, ...server } } as const;
};
const created = (membership: FleetMembership = {}): DeploymentGroupEvent => ({
  type: 'DeploymentGroupCreated',
  data: { ...server, settings: { ...defaults, membership } },
});

const prod = { Key: 'stage', Value: 'Prod', Type: 'KEY_AND_VALUE' };
const web = { Key: 'web', Type: 'KEY_ONLY' };

describe('a Server group', () => {
  it('needs a role alone, and deploys in place, one host at a time', () => {
    given(deploymentGroup).when(createServer()).then([created()]);
    given(deploymentGroup)
      .when(createServer({ deploymentStyle: inPlace }))
      .then([created()]);
  });

  it('keeps what it names of its instances, without what is empty', () => {
    given(deploymentGroup)
      .when(
        createServer({
          ec2TagFilters: [prod, { Key: '', Value: 'x', Type: '' }],
          ec2TagSet: { ec2TagSetList: [] },
          onPremisesTagSet: { onPremisesTagSetList: [[web], [], [prod, web]] },
          autoScalingGroups: ['fleet', 'other fleet', 'fleet'],
        }),
      )
      .then([
        created({
          ec2TagFilters: [prod, { Value: 'x' }],
          onPremisesTagSet: [[web], [prod, web]],
          autoScalingGroups: ['fleet', 'other fleet'],
        }),
      ]);
  });

  it('keeps on an update what is absent, replaces what is given and drops what is empty', () => {
    const before = { ec2TagFilters: [prod], onPremisesTagSet: [[web]], autoScalingGroups: ['fleet'] };
    given(deploymentGroup, [created(before)])
      .when(
        update({ ec2TagFilters: [], ec2TagSet: { ec2TagSetList: [[prod], [web]] }, autoScalingGroups: [] }),
      )
      .then([changed({ membership: { ec2TagSet: [[prod], [web]], onPremisesTagSet: [[web]] } })]);
    given(deploymentGroup, [created(before)])
      .when(update({ ec2TagFilters: [prod], autoScalingGroups: ['fleet'] }))
      .then([]);
    given(deploymentGroup, [created(before)])
      .when(update({ outdatedInstancesStrategy: 'IGNORE' }))
      .then([changed({ outdatedInstancesStrategy: 'IGNORE' })]);
  });

  it('does not come to choose the same instances in both forms, unless one is emptied', () => {
    given(deploymentGroup, [created({ ec2TagFilters: [prod] })])
      .when(update({ ec2TagSet: { ec2TagSetList: [[web]] } }))
      .refused('InvalidEC2TagCombinationException', 'pass the other empty');
    given(deploymentGroup, [created({ onPremisesTagSet: [[prod]] })])
      .when(update({ onPremisesInstanceTagFilters: [web] }))
      .refused('InvalidOnPremisesTagCombinationException', 'pass the other empty');
  });

  const pool = { ec2TagFilters: [prod] };
  const options = (processes: string[]) => ({
    ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: processes },
  });
  const blueGreen = (changes: object): DeploymentGroupSettingsInput => ({
    blueGreenDeploymentConfiguration: {
      deploymentReadyOption: { actionOnTimeout: 'CONTINUE_DEPLOYMENT' },
      terminateBlueInstancesOnDeploymentSuccess: { action: 'TERMINATE', terminationWaitTimeInMinutes: 5 },
      ...changes,
    },
  });
  const copied = blueGreen({ greenFleetProvisioningOption: { action: 'COPY_AUTO_SCALING_GROUP' } });
  const many = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `key-${index}` }));
  const targetGroups = (count: number, name = 'web') => ({
    loadBalancerInfo: { targetGroupInfoList: Array.from({ length: count }, () => ({ name })) },
  });
  const withTraffic = {
    deploymentStyle: { deploymentType: 'IN_PLACE', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
  };

  it.each<[string, string, DeploymentGroupSettingsInput]>([
    ['InvalidEC2TagCombination', 'exclude', { ...pool, ec2TagSet: { ec2TagSetList: [[prod]] } }],
    [
      'InvalidOnPremisesTagCombination',
      'exclude',
      { onPremisesInstanceTagFilters: [web], onPremisesTagSet: { onPremisesTagSetList: [[web]] } },
    ],
    ['InvalidEC2Tag', 'KEY_ONLY takes no Value', { ec2TagFilters: [{ ...prod, Type: 'KEY_ONLY' }] }],
    [
      'InvalidEC2Tag',
      'VALUE_ONLY takes no Key',
      { ec2TagSet: { ec2TagSetList: [[{ ...prod, Type: 'VALUE_ONLY' }]] } },
    ],
    ['InvalidEC2Tag', '"ANY" is unknown', { ec2TagFilters: [{ ...prod, Type: 'ANY' }] }],
    [
      'InvalidTag',
      'KEY_ONLY takes no Value',
      { onPremisesInstanceTagFilters: [{ ...prod, Type: 'KEY_ONLY' }] },
    ],
    [
      'InvalidTag',
      'VALUE_ONLY takes no Key',
      { onPremisesTagSet: { onPremisesTagSetList: [[{ ...prod, Type: 'VALUE_ONLY' }]] } },
    ],
    ['InvalidEC2Tag', '128 characters', { ec2TagFilters: [{ Key: 'k'.repeat(129) }] }],
    ['InvalidTag', '256 characters', { onPremisesInstanceTagFilters: [{ Value: 'v'.repeat(257) }] }],
    ['InvalidEC2Tag', 'they are 11', { ec2TagFilters: many(11) }],
    ['InvalidEC2Tag', 'they are 11', { ec2TagSet: { ec2TagSetList: [many(5), many(6)] } }],
    ['InvalidTag', 'they are 11', { onPremisesInstanceTagFilters: many(11) }],
    ['TagSetListLimitExceeded', '4 groups', { ec2TagSet: { ec2TagSetList: [[web], [web], [web], [web]] } }],
    [
      'TagSetListLimitExceeded',
      'on-premises',
      { onPremisesTagSet: { onPremisesTagSetList: [[web], [web], [web], [web]] } },
    ],
    ['InvalidAutoScalingGroup', '"" is no name', { autoScalingGroups: [''] }],
    [
      'InvalidAutoScalingGroup',
      'they are 11',
      { autoScalingGroups: Array.from({ length: 11 }, (_, index) => `fleet-${index}`) },
    ],
    [
      'InvalidDeploymentStyle',
      'deploymentOption is missing',
      { deploymentStyle: { deploymentType: 'IN_PLACE' } },
    ],
    [
      'InvalidDeploymentStyle',
      'needs WITH_TRAFFIC_CONTROL',
      { deploymentStyle: { ...inPlace, deploymentType: 'BLUE_GREEN' } },
    ],
    [
      'InvalidDeploymentStyle',
      'not built yet for Server',
      { deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' } },
    ],
    ['InvalidLoadBalancerInfo', 'names none. Neither is built yet', withTraffic],
    ['InvalidLoadBalancerInfo', 'not built yet', { ...withTraffic, ...targetGroups(1) }],
    ['InvalidLoadBalancerInfo', 'not built yet', { loadBalancerInfo: { elbInfoList: [{ name: 'old' }] } }],
    ['InvalidLoadBalancerInfo', 'has no name', targetGroups(1, '')],
    ['InvalidLoadBalancerInfo', '32 characters. Give its name, not its ARN', targetGroups(1, 'a'.repeat(33))],
    ['InvalidLoadBalancerInfo', 'names 11', targetGroups(11)],
    ['InvalidLoadBalancerInfo', 'names 2', { loadBalancerInfo: { targetGroupPairInfoList: [{}, {}] } }],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      'DeploymentSuccess. BLUE_GREEN is not built yet',
      { blueGreenDeploymentConfiguration: {} },
    ],
    ['InvalidBlueGreenDeploymentConfiguration', 'cannot be carried out', blueGreen({})],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      'takes no waitTimeInMinutes',
      blueGreen({ deploymentReadyOption: { waitTimeInMinutes: 1 } }),
    ],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      'STOP_DEPLOYMENT needs',
      blueGreen({ deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT' } }),
    ],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      '0 to 2880',
      blueGreen({ terminateBlueInstancesOnDeploymentSuccess: { terminationWaitTimeInMinutes: 2881 } }),
    ],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      '"BURN" is unknown',
      blueGreen({ terminateBlueInstancesOnDeploymentSuccess: { action: 'BURN' } }),
    ],
    ['InvalidBlueGreenDeploymentConfiguration', 'exactly one', copied],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      'exactly one',
      { ...copied, ...pool, autoScalingGroups: ['fleet'] },
    ],
    [
      'InvalidBlueGreenDeploymentConfiguration',
      'cannot be carried out',
      { ...copied, autoScalingGroups: ['fleet'] },
    ],
    ['InvalidECSService', 'belongs to ECS', { ecsServices: [{ serviceName: 's' }] }],
    ['InvalidAutoScalingGroupProcessToSuspend', '"terminate" is unknown', options(['terminate'])],
    ['InvalidAutoScalingGroupProcessToSuspend', 'nothing would be suspended', options(['Terminate'])],
    [
      'InvalidAutoScalingGroupProcessToSuspend',
      'they are 5',
      options(['Terminate', 'Terminate', 'Terminate', 'Terminate', 'Terminate']),
    ],
    ['InvalidInput', 'not built yet', { ...options(['Terminate']), autoScalingGroups: ['fleet'] }],
    ['InvalidInput', 'not built yet', { terminationHookEnabled: true }],
    [
      'InvalidDeploymentConfigName',
      'for Server',
      { deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce' },
    ],
  ])('is refused with %s (%s) at creation and at update: %j', (code, message, settings) => {
    given(deploymentGroup).when(createServer(settings)).refused(`${code}Exception`, message);
    given(deploymentGroup, [created()]).when(update(settings)).refused(`${code}Exception`, message);
  });

  it('lets everything pass that clients send to clear a member, and the pair that is for ECS alone', () => {
    given(deploymentGroup, [created({ autoScalingGroups: ['fleet'] })])
      .when(
        update({
          ec2TagFilters: [],
          ec2TagSet: {},
          onPremisesInstanceTagFilters: [],
          onPremisesTagSet: { onPremisesTagSetList: [] },
          loadBalancerInfo: { elbInfoList: [], targetGroupPairInfoList: [{}] },
          ecsServices: [],
          terminationHookEnabled: false,
        }),
      )
      .then([]);
    const most = { ec2TagFilters: many(10), autoScalingGroups: many(10).map(({ Key }) => Key) };
    given(deploymentGroup)
      .when(createServer(most))
      .then([created(most)]);
    expect(() => given(deploymentGroup).when(createServer(options([])))).not.toThrow();
  });

  it('reports its limits after what is wrong in itself', () => {
    given(deploymentGroup)
      .when(createServer({ ec2TagFilters: many(11), deploymentStyle: {} }))
      .refused('InvalidDeploymentStyleException');
  });
});
