import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { type DeploymentGroupEvent, deploymentGroup } from '../../../core/registry/deployment-group.ts';
import type { DeploymentGroupSettingsInput } from '../../../core/registry/shapes.ts';
import { ISSUED_AT, folded, given } from '../given.ts';
import { create, created, required, style, update } from './given-group.ts';

const filter = [{ Key: 'a' }];

describe('the settings of a Lambda group', () => {
  it('cannot lose their role', () => {
    given(deploymentGroup, [created()])
      .when(update({ serviceRoleArn: '' }))
      .refused('InvalidRoleException');
  });

  it('need a role and a style from the start', () => {
    given(deploymentGroup)
      .when(create({ deploymentStyle: style }))
      .refused('RoleRequiredException');
    const { deploymentStyle: _, ...withoutStyle } = required;
    given(deploymentGroup)
      .when(create(withoutStyle))
      .refused('InvalidDeploymentStyleException', 'must be given');
  });

  const faults: [string, string, DeploymentGroupSettingsInput][] = [
    ['InvalidDeploymentConfigName', 'alphabet', { deploymentConfigName: '' }],
    ['InvalidDeploymentConfigName', 'alphabet', { deploymentConfigName: 'two words' }],
    ['InvalidDeploymentConfigName', 'for Lambda', { deploymentConfigName: 'CodeDeployDefault.OneAtATime' }],
    ['InvalidDeploymentConfigName', 'for Lambda', { deploymentConfigName: 'CodeDeployDefault.ECSAllAtOnce' }],
    ['InvalidRole', 'cannot be assumed', { serviceRoleArn: 'Deploy' }],
    ['InvalidInput', 'UPDATE and IGNORE', { outdatedInstancesStrategy: 'DESTROY' }],
    [
      'InvalidDeploymentStyle',
      'deploymentOption is missing',
      { deploymentStyle: { deploymentType: 'BLUE_GREEN' } },
    ],
    [
      'InvalidDeploymentStyle',
      'deploymentType is missing',
      { deploymentStyle: { deploymentOption: 'WITH_TRAFFIC_CONTROL' } },
    ],
    ['InvalidDeploymentStyle', 'BLUE_GREEN', { deploymentStyle: { ...style, deploymentType: 'IN_PLACE' } }],
    [
      'InvalidDeploymentStyle',
      'WITH_TRAFFIC_CONTROL',
      { deploymentStyle: { ...style, deploymentOption: 'WITHOUT_TRAFFIC_CONTROL' } },
    ],
    ['InvalidAlarmConfig', 'without alarms', { alarmConfiguration: { enabled: true } }],
    [
      'AlarmsLimitExceeded',
      '51',
      { alarmConfiguration: { alarms: Array.from({ length: 51 }, (_, index) => ({ name: `a${index}` })) } },
    ],
    ['InvalidAutoRollbackConfig', 'no event', { autoRollbackConfiguration: { events: ['NEVER'] } }],
    ['InvalidEC2Tag', 'ec2TagFilters cannot be specified', { ec2TagFilters: filter }],
    ['InvalidEC2TagCombination', 'ec2TagSet cannot', { ec2TagSet: { ec2TagSetList: [filter] } }],
    ['InvalidTag', 'onPremisesInstanceTagFilters cannot', { onPremisesInstanceTagFilters: filter }],
    [
      'InvalidOnPremisesTagCombination',
      'onPremisesTagSet cannot',
      { onPremisesTagSet: { onPremisesTagSetList: [filter] } },
    ],
    [
      'InvalidEC2TagCombination',
      'exclude each other',
      { ec2TagFilters: filter, ec2TagSet: { ec2TagSetList: [filter] } },
    ],
    [
      'InvalidOnPremisesTagCombination',
      'exclude each other',
      { onPremisesInstanceTagFilters: filter, onPremisesTagSet: { onPremisesTagSetList: [filter] } },
    ],
    ['InvalidAutoScalingGroup', 'autoScalingGroups cannot', { autoScalingGroups: ['web'] }],
    ['InvalidLoadBalancerInfo', 'cannot', { loadBalancerInfo: { targetGroupInfoList: [{ name: 'web' }] } }],
    ['InvalidBlueGreenDeploymentConfiguration', 'cannot', { blueGreenDeploymentConfiguration: {} }],
    ['InvalidECSService', 'cannot', { ecsServices: [{ serviceName: 's', clusterName: 'c' }] }],
    [
      'InvalidAutoScalingGroupProcessToSuspend',
      'cannot',
      { ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: ['Terminate'] } },
    ],
    ['InvalidTriggerConfig', 'no standard SNS topic', { triggerConfigurations: [{ triggerName: 't' }] }],
  ];

  it.each(faults)('are refused with %s (%s) at creation and at update: %j', (code, message, settings) => {
    const text = message === 'alphabet' ? 'Use 1 to 100 characters' : message;
    given(deploymentGroup)
      .when(create({ ...required, ...settings }))
      .refused(`${code}Exception`, text);
    given(deploymentGroup, [created()]).when(update(settings)).refused(`${code}Exception`, text);
  });

  it('report a format before a rule, a rule before the platform, and a limit last', () => {
    const wrong = {
      ...required,
      deploymentConfigName: 'two words',
      ec2TagFilters: filter,
      ec2TagSet: { ec2TagSetList: [filter] },
      autoScalingGroups: ['web'],
      alarmConfiguration: { alarms: Array.from({ length: 51 }, (_, index) => ({ name: `a${index}` })) },
    };
    const { deploymentConfigName: _, ...format } = wrong;
    const { ec2TagFilters: __, ec2TagSet: ___, ...rule } = format;
    const { autoScalingGroups: ____, ...platform } = rule;
    given(deploymentGroup).when(create(wrong)).refused('InvalidDeploymentConfigNameException');
    given(deploymentGroup).when(create(format)).refused('InvalidEC2TagCombinationException');
    given(deploymentGroup).when(create(rule)).refused('InvalidAutoScalingGroupException');
    given(deploymentGroup).when(create(platform)).refused('AlarmsLimitExceededException');
  });

  const someSettings = fc.record<DeploymentGroupSettingsInput>(
    {
      deploymentConfigName: fc.constantFrom(
        'Ours',
        'Theirs',
        'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      ),
      outdatedInstancesStrategy: fc.constantFrom('UPDATE', 'IGNORE'),
      terminationHookEnabled: fc.boolean(),
      alarmConfiguration: fc.record({
        enabled: fc.constant(false),
        alarms: fc.uniqueArray(fc.string({ minLength: 1 })).map((names) => names.map((name) => ({ name }))),
      }),
      autoRollbackConfiguration: fc.constantFrom(
        { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
        { enabled: false, events: [] },
      ),
    },
    { requiredKeys: [] },
  );

  it('after any updates are those that a new group with the last of each member would have', () => {
    fc.assert(
      fc.property(fc.array(someSettings, { maxLength: 6 }), (inputs) => {
        const history: DeploymentGroupEvent[] = [created()];
        for (const input of inputs) {
          const { events } = deploymentGroup.decide(folded(deploymentGroup, history), {
            ...update(input),
            id: 'command',
            at: ISSUED_AT,
            actor: { type: 'user', id: 'someone' },
          });
          history.push(...events);
        }
        const anew = given(deploymentGroup).when(create(Object.assign({}, required, ...inputs)));
        const state = folded(deploymentGroup, history);
        anew.then([created(state.status === 'present' ? state.settings : {})]);
      }),
    );
  });
});
