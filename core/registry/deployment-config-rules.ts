import type { FleetMembership } from '../deployments/fleet-events.ts';
import type { TrafficRoutingConfig } from '../deployments/traffic-plan.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { type ComputePlatform, computePlatformOf, requireBuiltComputePlatform } from './compute-platform.ts';
import {
  type MinimumHealthyHosts,
  type ZonalConfig,
  minimumHealthyHostsOf,
  zonalConfigOf,
} from './minimum-healthy-hosts.ts';
import { checkDeploymentConfigName, requireDeploymentConfigName } from './names.ts';
import type { DeploymentConfigInput } from './shapes.ts';
import { trafficRoutingConfigOf } from './traffic-routing-rules.ts';

/** A custom configuration as it can be made today. */
export type CustomDeploymentConfig = LambdaDeploymentConfig | ServerDeploymentConfig;

export type LambdaDeploymentConfig = {
  readonly deploymentConfigName: string;
  readonly computePlatform: 'Lambda';
  readonly trafficRoutingConfig: TrafficRoutingConfig;
};

export type ServerDeploymentConfig = {
  readonly deploymentConfigName: string;
  readonly computePlatform: 'Server';
  readonly minimumHealthyHosts: MinimumHealthyHosts;
  readonly zonalConfig?: ZonalConfig;
};

/** Names of this beginning belong to the service, whether or not it uses them. */
const PREDEFINED_PREFIX = 'CodeDeployDefault.';

/**
 * All rules of a configuration that need nothing but itself, in the order of validation; a name that is taken and the
 * quota are found later. What a platform forbids is said before what it misses, because the first tells the caller
 * that he is on the wrong platform. Configurations for ECS are checked whole, then refused as not built.
 */
export function checkDeploymentConfig(input: DeploymentConfigInput): CustomDeploymentConfig {
  const deploymentConfigName = requireDeploymentConfigName(input.deploymentConfigName);
  checkCustomName(deploymentConfigName);
  const computePlatform = computePlatformOf(input.computePlatform);
  const minimumHealthyHosts = input.minimumHealthyHosts && minimumHealthyHostsOf(input.minimumHealthyHosts);
  const trafficRoutingConfig =
    input.trafficRoutingConfig && trafficRoutingConfigOf(input.trafficRoutingConfig);
  const zonalConfig = input.zonalConfig && zonalConfigOf(input.zonalConfig);

  checkMembersFit(input, computePlatform);
  const built = requireBuiltComputePlatform(computePlatform);
  switch (built) {
    case 'Lambda':
      if (trafficRoutingConfig === undefined) throw trafficRoutingMissing(built);
      return { deploymentConfigName, computePlatform: built, trafficRoutingConfig };
    case 'Server':
      if (minimumHealthyHosts === undefined) {
        throw new Refusal(
          'InvalidMinimumHealthyHostValueException',
          'A configuration for Server (also when computePlatform is absent) needs minimumHealthyHosts.',
        );
      }
      return {
        deploymentConfigName,
        computePlatform: built,
        minimumHealthyHosts,
        ...(zonalConfig && { zonalConfig }),
      };
    default:
      return unreachable(built);
  }
}

/** Zones are those of EC2. Throws InvalidDeploymentConfigNameException for a group that chooses other instances, too. */
export function checkZonesFit(
  { deploymentConfigName, zonalConfig }: Pick<ServerDeploymentConfig, 'deploymentConfigName' | 'zonalConfig'>,
  { onPremisesInstanceTagFilters, onPremisesTagSet }: FleetMembership,
): void {
  if (zonalConfig === undefined || (onPremisesInstanceTagFilters ?? onPremisesTagSet) === undefined) return;
  throw new Refusal(
    'InvalidDeploymentConfigNameException',
    `The deployment configuration ${deploymentConfigName} goes from zone to zone, and the deployment group chooses ` +
      'on-premises instances, which are in none. Name a configuration without zones.',
  );
}

/** A group and its deployments take only configurations of their application's platform. */
export function checkDeploymentConfigFits(
  config: { readonly deploymentConfigName: string; readonly computePlatform: ComputePlatform },
  applicationPlatform: ComputePlatform,
): void {
  if (config.computePlatform === applicationPlatform) return;
  throw new Refusal(
    'InvalidDeploymentConfigNameException',
    `The deployment configuration ${config.deploymentConfigName} is for the compute platform ` +
      `${config.computePlatform}, but the application is for ${applicationPlatform}. ` +
      `Name a configuration for ${applicationPlatform}.`,
  );
}

function checkCustomName(name: string): void {
  checkDeploymentConfigName(name);
  if (name.startsWith(PREDEFINED_PREFIX)) {
    throw new Refusal(
      'InvalidDeploymentConfigNameException',
      `Names that begin with ${PREDEFINED_PREFIX} are kept for predefined configurations. Choose another name.`,
    );
  }
}

function checkMembersFit(input: DeploymentConfigInput, platform: ComputePlatform): void {
  if (platform === 'Server') {
    if (input.trafficRoutingConfig) {
      throw new Refusal(
        'InvalidTrafficRoutingConfigurationException',
        'A configuration for Server takes no trafficRoutingConfig. Remove it, or pass computePlatform Lambda or ECS.',
      );
    }
    return;
  }
  if (input.minimumHealthyHosts) {
    throw new Refusal(
      'InvalidMinimumHealthyHostValueException',
      `A configuration for ${platform} takes no minimumHealthyHosts. Remove it.`,
    );
  }
  if (input.zonalConfig) {
    throw new Refusal(
      'InvalidZonalDeploymentConfigurationException',
      `A configuration for ${platform} takes no zonalConfig. Remove it.`,
    );
  }
  if (!input.trafficRoutingConfig) throw trafficRoutingMissing(platform);
}

function trafficRoutingMissing(platform: ComputePlatform): Refusal {
  return new Refusal(
    'InvalidTrafficRoutingConfigurationException',
    `A configuration for ${platform} needs trafficRoutingConfig.`,
  );
}
