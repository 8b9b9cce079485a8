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
import type { FleetMembership } from '../deployments/fleet-events.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import type { BuiltComputePlatform } from './compute-platform.ts';
import { checkDeploymentConfigFits } from './deployment-config-rules.ts';
import { type DeploymentStyle, checkDeploymentStyle, checkLambdaStyle, inPlace } from './deployment-style.ts';
import { checkMembershipFormat, membershipOf } from './fleet-membership.ts';
import { checkLambdaMembers } from './lambda-group-members.ts';
import { checkDeploymentConfigName, checkServiceRoleArn, quoted, requireServiceRoleArn } from './names.ts';
import {
  type TriggerConfiguration,
  checkTriggerLimit,
  triggerConfigurationsOf,
} from './trigger-configuration.ts';
import { defaultDeploymentConfigNames, predefinedDeploymentConfig } from './predefined-deployment-configs.ts';
import { checkServerMembers } from './server-group-members.ts';
import type { DeploymentGroupSettingsInput } from './shapes.ts';

/** Everything about a group but its ids and names, with every default filled in. Only the last three members may lack. */
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
  /** Echoed as given; only an empty list can be given. */
  readonly ec2DeploymentOptions?: { readonly autoScalingGroupProcessesToSuspend?: readonly string[] };
  /** Which instances it deploys to: of every Server group, and of no other. */
  readonly membership?: FleetMembership;
};

export type ServerGroupSettings = DeploymentGroupSettings & { readonly membership: FleetMembership };

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
  checkMembershipFormat(input);
}

/**
 * What the platform of the application takes. `before` is what an update finds; without it the group is new, and a
 * member that is needed may not lack.
 */
export function checkSettingsFit(
  input: DeploymentGroupSettingsInput,
  platform: BuiltComputePlatform,
  before?: Pick<DeploymentGroupSettings, 'membership'>,
): void {
  switch (platform) {
    case 'Lambda':
      checkLambdaMembers(input);
      if (before === undefined || input.deploymentStyle) styleOf(input, platform);
      return;
    case 'Server':
      checkServerMembers(input, membershipOf(input, before?.membership));
      return;
    default:
      unreachable(platform);
  }
}

/** The settings of a new group. Absent members get their defaults; throws the modelled refusal of the first fault. */
export function settingsOfNewGroup(
  input: DeploymentGroupSettingsInput,
  platform: BuiltComputePlatform,
): DeploymentGroupSettings {
  const serviceRoleArn = requireServiceRoleArn(input.serviceRoleArn);
  checkSettingsFormat(input);
  checkSettingsFit(input, platform);
  return {
    deploymentConfigName: defaultDeploymentConfigNames[platform],
    outdatedInstancesStrategy: 'UPDATE',
    alarmConfiguration: noAlarms,
    autoRollbackConfiguration: noAutoRollback,
    terminationHookEnabled: false,
    ...givenMembers(input, platform),
    serviceRoleArn,
    deploymentStyle: styleOf(input, platform),
    ...(platform === 'Server' && { membership: membershipOf(input) }),
  };
}

/**
 * What an update really changes: an absent member keeps, a present one replaces, an empty one clears (that is, replaces
 * by the default). Members that stay as they were are left out.
 */
export function changedSettings(
  input: DeploymentGroupSettingsInput,
  before: DeploymentGroupSettings,
  platform: BuiltComputePlatform,
): Partial<DeploymentGroupSettings> {
  checkSettingsFormat(input);
  checkSettingsFit(input, platform, before);
  const present = { triggerConfigurations: [], ...before };
  const after: Partial<DeploymentGroupSettings> = {
    ...givenMembers(input, platform),
    ...(before.membership && { membership: membershipOf(input, before.membership) }),
  };
  const entries = Object.entries(after) as [keyof DeploymentGroupSettings, unknown][];
  return Object.fromEntries(
    entries.filter(([member, value]) => JSON.stringify(value) !== JSON.stringify(present[member])),
  );
}

function styleOf(
  { deploymentStyle }: DeploymentGroupSettingsInput,
  platform: BuiltComputePlatform,
): DeploymentStyle {
  const given = deploymentStyle && checkDeploymentStyle(deploymentStyle);
  return platform === 'Lambda' ? checkLambdaStyle(given) : (given ?? inPlace);
}

/** After formats and what the platform takes: limits. Each member that was given, in its stored form. */
function givenMembers(
  input: DeploymentGroupSettingsInput,
  platform: BuiltComputePlatform,
): Partial<DeploymentGroupSettings> {
  const predefined = predefinedDeploymentConfig(input.deploymentConfigName ?? '');
  if (predefined) checkDeploymentConfigFits(predefined, platform);
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
