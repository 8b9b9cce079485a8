import { describe, expect, it } from 'vitest';
import { noAlarms } from '../../../core/alarms/alarm-configuration.ts';
import { noAutoRollback } from '../../../core/registry/auto-rollback-configuration.ts';
import { deploymentGroup } from '../../../core/registry/deployment-group.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { GIVEN_AT, ISSUED_AT, given } from '../given.ts';
import {
  changed,
  create,
  created,
  defaults,
  deleted,
  identity,
  reference,
  renamed,
  required,
  update,
} from './given-group.ts';

const application = { ...rowKeys.application('app-1'), code: 'ApplicationDoesNotExistException' };
const custom = { ...rowKeys.deploymentConfig('Ours'), code: 'DeploymentConfigDoesNotExistException' };

describe('a deployment group', () => {
  it('is created with every default filled in, under its application', () => {
    given(deploymentGroup)
      .when(create(required))
      .then([created()])
      .requires(application)
      .rows(
        { ...rowKeys.deploymentGroupName('app-1', 'live'), data: reference },
        {
          ...rowKeys.deploymentGroup('group-1'),
          data: { ...identity, settings: defaults, createdAt: ISSUED_AT },
        },
      );
  });

  it('with a custom configuration requires it, and is listed among its groups', () => {
    const settings = { ...defaults, deploymentConfigName: 'Ours' };
    given(deploymentGroup)
      .when(create({ ...required, deploymentConfigName: 'Ours' }))
      .then([created({ deploymentConfigName: 'Ours' })])
      .requires(application, custom)
      .rows(
        { ...rowKeys.deploymentGroupName('app-1', 'live'), data: reference },
        { ...rowKeys.deploymentGroup('group-1'), data: { ...identity, settings, createdAt: ISSUED_AT } },
        { ...rowKeys.groupOfDeploymentConfig('Ours', 'group-1'), data: reference },
      );
  });

  it('cannot take a name that another one of its application has', () => {
    const name = { ...rowKeys.deploymentGroupName('app-1', 'live'), data: reference };
    expect(deploymentGroup.taken(name, name)).toMatchObject({
      code: 'DeploymentGroupAlreadyExistsException',
    });
    const own = { ...rowKeys.deploymentGroup('group-1'), data: reference };
    expect(deploymentGroup.taken(own, own)).toBeUndefined();
    given(deploymentGroup, [created()])
      .when(create(required))
      .refused('DeploymentGroupAlreadyExistsException');
  });

  it('is renamed and changed at once', () => {
    const alarmConfiguration = { enabled: true, ignorePollAlarmFailure: false, alarms: [{ name: 'errors' }] };
    given(deploymentGroup, [created()])
      .when(update({ alarmConfiguration }, 'prod'))
      .then([renamed, changed({ alarmConfiguration })])
      .requires(application)
      .rows(
        {
          ...rowKeys.deploymentGroupName('app-1', 'prod'),
          data: { ...reference, deploymentGroupName: 'prod' },
        },
        {
          ...rowKeys.deploymentGroup('group-1'),
          data: {
            ...identity,
            deploymentGroupName: 'prod',
            settings: { ...defaults, alarmConfiguration },
            createdAt: GIVEN_AT,
          },
        },
      );
  });

  it('moves to a custom configuration that is there', () => {
    given(deploymentGroup, [created()])
      .when(update({ deploymentConfigName: 'Ours' }))
      .then([changed({ deploymentConfigName: 'Ours' })])
      .requires(application, custom);
  });

  it('keeps what an update leaves out, or gives as it was', () => {
    given(deploymentGroup, [created()]).when(update({})).then([]);
    given(deploymentGroup, [created()])
      .when(update({ ...required, terminationHookEnabled: false }, 'live'))
      .then([]);
  });

  it('is cleared by what Terraform sends when a block is removed', () => {
    const full = {
      alarmConfiguration: { enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: 'errors' }] },
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    } as const;
    given(deploymentGroup, [created(full)])
      .when(
        update({
          triggerConfigurations: [],
          autoScalingGroups: [],
          ec2TagFilters: [],
          onPremisesInstanceTagFilters: [],
          ec2TagSet: { ec2TagSetList: [] },
          onPremisesTagSet: { onPremisesTagSetList: [] },
          ecsServices: [],
          loadBalancerInfo: {},
          autoRollbackConfiguration: { enabled: false, events: [] },
          alarmConfiguration: { enabled: false, alarms: [] },
        }),
      )
      .then([changed({ alarmConfiguration: noAlarms, autoRollbackConfiguration: noAutoRollback })]);
  });

  it('that is not there cannot be updated', () => {
    given(deploymentGroup)
      .when(update({}))
      .refused('DeploymentGroupDoesNotExistException', /found for name: live$/);
    given(deploymentGroup, [created(), deleted])
      .when(update({}))
      .refused('DeploymentGroupDoesNotExistException');
  });

  it('leaves one row when it is deleted, and deleting it again is no error', () => {
    const remove = { type: 'DeleteDeploymentGroup', data: {} } as const;
    const row = {
      ...rowKeys.deletedDeploymentGroup('group-1'),
      data: { ...reference, deletedAt: ISSUED_AT },
    };
    given(deploymentGroup, [created({ deploymentConfigName: 'Ours' })])
      .when(remove)
      .then([deleted])
      .rows(row);
    given(deploymentGroup, [created(), deleted]).when(remove).then([]);
    given(deploymentGroup).when(remove).then([]);
  });
});

describe('the tags of a deployment group', () => {
  const team = { Key: 'team', Value: 'shop' };
  const tagged = { type: 'DeploymentGroupTagged', data: { tags: [team] } } as const;
  const tags = { ...rowKeys.tagsOfDeploymentGroup('group-1'), data: { tags: [team] } };
  const own = (createdAt: number) => [
    { ...rowKeys.deploymentGroupName('app-1', 'live'), data: reference },
    { ...rowKeys.deploymentGroup('group-1'), data: { ...identity, settings: defaults, createdAt } },
  ];

  it('may come with its creation, or later, and have a row of their own', () => {
    const command = create(required);
    given(deploymentGroup)
      .when({ ...command, data: { ...command.data, tags: [team] } })
      .then([created(), tagged])
      .rows(...own(ISSUED_AT), tags);
    const tag = { type: 'TagDeploymentGroup', data: { deploymentGroupName: 'live', tags: [team] } } as const;
    given(deploymentGroup, [created()])
      .when(tag)
      .then([tagged])
      .rows(...own(GIVEN_AT), tags);
    given(deploymentGroup, [created(), tagged]).when(tag).then([]);
    given(deploymentGroup, [created(), deleted])
      .when(tag)
      .refused('DeploymentGroupDoesNotExistException', /found for name: live$/);
  });

  it('are removed, of which only those that are there are a fact', () => {
    const untag = {
      type: 'UntagDeploymentGroup',
      data: { deploymentGroupName: 'live', tagKeys: ['team', 'nobody'] },
    } as const;
    given(deploymentGroup, [created(), tagged])
      .when(untag)
      .then([{ type: 'DeploymentGroupUntagged', data: { tagKeys: ['team'] } }])
      .rows(...own(GIVEN_AT));
    given(deploymentGroup, [created()]).when(untag).then([]);
    given(deploymentGroup, [created(), deleted]).when(untag).refused('DeploymentGroupDoesNotExistException');
  });
});
