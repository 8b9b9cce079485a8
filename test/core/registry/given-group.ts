import { noAlarms } from '../../../core/alarms/alarm-configuration.ts';
import { noAutoRollback } from '../../../core/registry/auto-rollback-configuration.ts';
import type { DeploymentGroupSettings } from '../../../core/registry/deployment-group-settings.ts';
import type { DeploymentGroupEvent } from '../../../core/registry/deployment-group.ts';
import type { DeploymentGroupSettingsInput } from '../../../core/registry/shapes.ts';

/** One group, and what is done to it, for all sentences about groups. */
export const identity = {
  deploymentGroupId: 'group-1',
  applicationId: 'app-1',
  deploymentGroupName: 'live',
  computePlatform: 'Lambda',
} as const;
export const reference = {
  deploymentGroupId: 'group-1',
  applicationId: 'app-1',
  deploymentGroupName: 'live',
};
export const style = { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' } as const;
export const required = { serviceRoleArn: 'arn:aws:iam::123456789012:role/Deploy', deploymentStyle: style };
export const defaults: DeploymentGroupSettings = {
  ...required,
  deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
  outdatedInstancesStrategy: 'UPDATE',
  alarmConfiguration: noAlarms,
  autoRollbackConfiguration: noAutoRollback,
  terminationHookEnabled: false,
};

export const create = (settings: DeploymentGroupSettingsInput) =>
  ({ type: 'CreateDeploymentGroup', data: { ...identity, applicationName: 'shop', settings } }) as const;
export const update = (settings: DeploymentGroupSettingsInput, newDeploymentGroupName?: string) =>
  ({
    type: 'UpdateDeploymentGroup',
    data: {
      applicationName: 'shop',
      currentDeploymentGroupName: 'live',
      ...(newDeploymentGroupName !== undefined && { newDeploymentGroupName }),
      settings,
    },
  }) as const;
export const created = (settings: Partial<DeploymentGroupSettings> = {}): DeploymentGroupEvent => ({
  type: 'DeploymentGroupCreated',
  data: { ...identity, settings: { ...defaults, ...settings } },
});
export const changed = (settings: Partial<DeploymentGroupSettings>): DeploymentGroupEvent => ({
  type: 'DeploymentGroupSettingsChanged',
  data: { settings },
});
export const renamed: DeploymentGroupEvent = {
  type: 'DeploymentGroupRenamed',
  data: { deploymentGroupName: 'prod' },
};
export const deleted: DeploymentGroupEvent = { type: 'DeploymentGroupDeleted', data: {} };
