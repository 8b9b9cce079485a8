import {
  type AlarmConfiguration,
  alarmConfigurationOf,
  checkAlarmLimit,
  noAlarms,
} from '../alarms/alarm-configuration.ts';
import {
  type AutoRollbackConfiguration,
  autoRollbackConfigurationOf,
  noAutoRollback,
} from './auto-rollback-configuration.ts';
import { checkDeploymentConfigFits } from './deployment-config-rules.ts';
import { type DeploymentStyle, checkDeploymentStyle, checkLambdaStyle } from './deployment-style.ts';
import { Refusal } from '../refusal.ts';
import { checkLambdaMembers, checkTagForms } from './lambda-group-members.ts';
import { checkDeploymentConfigName, checkServiceRoleArn, quoted, requireServiceRoleArn } from './names.ts';
import {
  type TriggerConfiguration,
  checkTriggerLimit,
  triggerConfigurationsOf,
} from './trigger-configuration.ts';
import { defaultDeploymentConfigNames, predefinedDeploymentConfig } from './predefined-deployment-configs.ts';
import type { DeploymentGroupSettingsInput } from './shapes.ts';

/** Everything about a Lambda group but its ids and names, with every default filled in. Only the last two members may lack. */
export type DeploymentGroupSettings = {
  readonly deploymentConfigName: string;
  readonly serviceRoleArn: string;
  readonly deploymentStyle: DeploymentStyle;
  readonly outdatedInstancesStrategy: OutdatedInstancesStrategy;
  readonly alarmConfiguration: AlarmConfiguration;
  readonly autoRollbackConfiguration: AutoRollbackConfiguration;
  readonly terminationHookEnabled: boolean;
  /** Absent where none ever were. */
  readonly triggerConfigurations?: readonly TriggerConfiguration[];
  /** Echoed as given; only an empty list can be given to a Lambda group. */
  readonly ec2DeploymentOptions?: { readonly autoScalingGroupProcessesToSuspend?: readonly string[] };
};

export type OutdatedInstancesStrategy = 'UPDATE' | 'IGNORE';

/**
 * What can be said of the members without knowing the application: formats first, then rules between members. The
 * front door asks this before it looks the application up, and `settingsOfNewGroup` and `changedSettings` ask again.
 */
export function checkSettingsFormat(input: DeploymentGroupSettingsInput): void {
  if (input.deploymentConfigName !== undefined) checkDeploymentConfigName(input.deploymentConfigName);
  if (input.serviceRoleArn !== undefined) checkServiceRoleArn(input.serviceRoleArn);
  if (input.outdatedInstancesStrategy !== undefined) strategyOf(input.outdatedInstancesStrategy);
  if (input.deploymentStyle) checkDeploymentStyle(input.deploymentStyle);
  if (input.alarmConfiguration) alarmConfigurationOf(input.alarmConfiguration);
  if (input.autoRollbackConfiguration) autoRollbackConfigurationOf(input.autoRollbackConfiguration);
  if (input.triggerConfigurations) triggerConfigurationsOf(input.triggerConfigurations);
  checkTagForms(input);
}

/** The settings of a new Lambda group. Absent members get their defaults; throws the modelled refusal of the first fault. */
export function settingsOfNewGroup(input: DeploymentGroupSettingsInput): DeploymentGroupSettings {
  const serviceRoleArn = requireServiceRoleArn(input.serviceRoleArn);
  checkSettingsFormat(input);
  const deploymentStyle = checkLambdaStyle(
    input.deploymentStyle && checkDeploymentStyle(input.deploymentStyle),
  );
  return {
    deploymentConfigName: defaultDeploymentConfigNames.Lambda,
    outdatedInstancesStrategy: 'UPDATE',
    alarmConfiguration: noAlarms,
    autoRollbackConfiguration: noAutoRollback,
    terminationHookEnabled: false,
    ...givenMembers(input),
    serviceRoleArn,
    deploymentStyle,
  };
}

/**
 * What an update really changes: an absent member keeps, a present one replaces, an empty one clears (that is, replaces
 * by the default). Members that stay as they were are left out.
 */
export function changedSettings(
  input: DeploymentGroupSettingsInput,
  before: DeploymentGroupSettings,
): Partial<DeploymentGroupSettings> {
  checkSettingsFormat(input);
  if (input.deploymentStyle) checkLambdaStyle(checkDeploymentStyle(input.deploymentStyle));
  const present = { triggerConfigurations: [], ...before };
  const entries = Object.entries(givenMembers(input)) as [keyof DeploymentGroupSettings, unknown][];
  return Object.fromEntries(
    entries.filter(([member, value]) => JSON.stringify(value) !== JSON.stringify(present[member])),
  );
}

/** After the formats: what the platform takes, then limits. Each member that was given, in its stored form. */
function givenMembers(input: DeploymentGroupSettingsInput): Partial<DeploymentGroupSettings> {
  checkLambdaMembers(input);
  const predefined = predefinedDeploymentConfig(input.deploymentConfigName ?? '');
  if (predefined) checkDeploymentConfigFits(predefined, 'Lambda');
  const alarmConfiguration = input.alarmConfiguration && alarmConfigurationOf(input.alarmConfiguration);
  if (alarmConfiguration) checkAlarmLimit(alarmConfiguration);
  const triggerConfigurations =
    input.triggerConfigurations && triggerConfigurationsOf(input.triggerConfigurations);
  if (triggerConfigurations) checkTriggerLimit(triggerConfigurations);

  const { deploymentConfigName, serviceRoleArn, terminationHookEnabled, ec2DeploymentOptions } = input;
  return {
    ...(deploymentConfigName !== undefined && { deploymentConfigName }),
    ...(serviceRoleArn !== undefined && { serviceRoleArn }),
    ...(input.deploymentStyle && { deploymentStyle: checkDeploymentStyle(input.deploymentStyle) }),
    ...(input.outdatedInstancesStrategy !== undefined && {
      outdatedInstancesStrategy: strategyOf(input.outdatedInstancesStrategy),
    }),
    ...(alarmConfiguration && { alarmConfiguration }),
    ...(input.autoRollbackConfiguration && {
      autoRollbackConfiguration: autoRollbackConfigurationOf(input.autoRollbackConfiguration),
    }),
    ...(terminationHookEnabled !== undefined && { terminationHookEnabled }),
    ...(triggerConfigurations && { triggerConfigurations }),
    ...(ec2DeploymentOptions && { ec2DeploymentOptions }),
  };
}

/** No exception is modelled for this member alone, so that the general one answers. */
function strategyOf(word: string): OutdatedInstancesStrategy {
  if (word === 'UPDATE' || word === 'IGNORE') return word;
  throw new Refusal(
    'InvalidInputException',
    `The outdatedInstancesStrategy ${quoted(word)} is unknown. Valid are UPDATE and IGNORE.`,
  );
}
