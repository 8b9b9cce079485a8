import { describe, expect, it } from 'vitest';
import { predefinedDeploymentConfig } from '../../../core/registry/predefined-deployment-configs.ts';
import { applicationInfo } from '../../../core/views/application-info.ts';
import { deploymentConfigInfo } from '../../../core/views/deployment-config-info.ts';
import { deploymentGroupInfo } from '../../../core/views/deployment-group-info.ts';
import { revisionLocationInfo } from '../../../core/views/revision-location-info.ts';

const createdAt = 1_735_689_600_123;
const sha256 = 'a'.repeat(64);

describe('what the API answers', () => {
  it('about an application', () => {
    const row = {
      applicationId: 'app-1',
      applicationName: 'shop',
      computePlatform: 'Lambda',
      createdAt,
    } as const;
    expect(applicationInfo(row)).toEqual({
      applicationId: 'app-1',
      applicationName: 'shop',
      createTime: 1_735_689_600.123,
      linkedToGitHub: false,
      computePlatform: 'Lambda',
    });
  });

  it('about a configuration, predefined or custom', () => {
    expect(deploymentConfigInfo(predefinedDeploymentConfig('CodeDeployDefault.OneAtATime')!)).toEqual({
      deploymentConfigId: expect.any(String),
      deploymentConfigName: 'CodeDeployDefault.OneAtATime',
      computePlatform: 'Server',
      createTime: 1_415_750_400,
      minimumHealthyHosts: { type: 'MOST_CONCURRENCY', value: 1 },
    });
    const custom = {
      deploymentConfigId: 'config-1',
      deploymentConfigName: 'Ours',
      computePlatform: 'Lambda',
      trafficRoutingConfig: { type: 'AllAtOnce' },
    } as const;
    expect(deploymentConfigInfo({ ...custom, createdAt })).toEqual({
      ...custom,
      createTime: 1_735_689_600.123,
    });
  });

  it('about a revision, in the member that its caller used', () => {
    expect(revisionLocationInfo({ revisionType: 'String', sha256 })).toEqual({
      revisionType: 'String',
      string: { sha256 },
    });
    expect(revisionLocationInfo({ revisionType: 'AppSpecContent', sha256 }, 'text')).toEqual({
      revisionType: 'AppSpecContent',
      appSpecContent: { content: 'text', sha256 },
    });
  });

  const settings = {
    deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
    serviceRoleArn: 'arn:aws:iam::123456789012:role/Deploy',
    deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
    outdatedInstancesStrategy: 'UPDATE',
    alarmConfiguration: { enabled: false, ignorePollAlarmFailure: false, alarms: [] },
    autoRollbackConfiguration: { enabled: false, events: [] },
    terminationHookEnabled: false,
  } as const;
  const row = {
    deploymentGroupId: 'group-1',
    applicationId: 'app-1',
    deploymentGroupName: 'live',
    computePlatform: 'Lambda',
    createdAt,
    settings,
  } as const;

  it('about a group that never deployed, without members that are not there', () => {
    const { autoRollbackConfiguration: _, ...echoed } = settings;
    expect(deploymentGroupInfo(row, { applicationName: 'shop' })).toStrictEqual({
      applicationName: 'shop',
      deploymentGroupId: 'group-1',
      deploymentGroupName: 'live',
      computePlatform: 'Lambda',
      ...echoed,
      autoRollbackConfiguration: { enabled: false },
      autoScalingGroups: [],
      triggerConfigurations: [],
      ec2TagSet: { ec2TagSetList: [] },
      onPremisesTagSet: { onPremisesTagSetList: [] },
    });
  });

  it('about a group with what it remembers of its deployments', () => {
    const remembered = deploymentGroupInfo(
      {
        ...row,
        settings: {
          ...settings,
          autoRollbackConfiguration: { enabled: false, events: ['DEPLOYMENT_FAILURE'] },
          ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [] },
        },
      },
      {
        applicationName: 'shop',
        lastSuccessfulDeployment: {
          deploymentId: 'd-AAAAAAAAA',
          status: 'Succeeded',
          createdAt,
          endedAt: createdAt + 1000,
        },
        lastAttemptedDeployment: { deploymentId: 'd-BBBBBBBBB', status: 'InProgress', createdAt },
        targetRevision: { revisionType: 'AppSpecContent', sha256 },
      },
    );
    expect(remembered).toMatchObject({
      autoRollbackConfiguration: { enabled: false, events: ['DEPLOYMENT_FAILURE'] },
      ec2DeploymentOptions: { autoScalingGroupProcessesToSuspend: [] },
      targetRevision: { revisionType: 'AppSpecContent', appSpecContent: { sha256 } },
    });
    expect(remembered.lastSuccessfulDeployment).toStrictEqual({
      deploymentId: 'd-AAAAAAAAA',
      status: 'Succeeded',
      createTime: 1_735_689_600.123,
      endTime: 1_735_689_601.123,
    });
    expect(remembered.lastAttemptedDeployment).not.toHaveProperty('endTime');
  });
});
