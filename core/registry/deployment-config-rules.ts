import type { TrafficRoutingConfig } from '../deployments/traffic-plan.ts';
import { Refusal } from '../refusal.ts';
import { type ComputePlatform, computePlatformOf, requireBuiltComputePlatform } from './compute-platform.ts';
import { checkMinimumHealthyHosts, checkZonalConfig } from './minimum-healthy-hosts.ts';
import { checkDeploymentConfigName, requireDeploymentConfigName } from './names.ts';
import type { DeploymentConfigInput } from './shapes.ts';
import { trafficRoutingConfigOf } from './traffic-routing-rules.ts';

/** A custom configuration as it can be made today. */
export type CustomDeploymentConfig = {
  readonly deploymentConfigName: string;
  readonly computePlatform: 'Lambda';
  readonly trafficRoutingConfig: TrafficRoutingConfig;
};

/** Names of this beginning belong to the service, whether or not it uses them. */
const PREDEFINED_PREFIX = 'CodeDeployDefault.';

/**
 * All rules of a configuration that need nothing but itself, in the order of validation; a name that is taken and the
 * quota are found later. What a platform forbids is said before what it misses, because the first tells the caller
 * that he is on the wrong platform. Configurations for Server and ECS are checked whole, then refused as not built.
 */
export function checkDeploymentConfig(input: DeploymentConfigInput): CustomDeploymentConfig {
  const deploymentConfigName = requireDeploymentConfigName(input.deploymentConfigName);
  checkCustomName(deploymentConfigName);
  const computePlatform = computePlatformOf(input.computePlatform);
  if (input.minimumHealthyHosts) checkMinimumHealthyHosts(input.minimumHealthyHosts);
  const trafficRoutingConfig =
    input.trafficRoutingConfig && trafficRoutingConfigOf(input.trafficRoutingConfig);
  if (input.zonalConfig) checkZonalConfig(input.zonalConfig);

  checkMembersFit(input, computePlatform);
  const built = requireBuiltComputePlatform(computePlatform);
  if (trafficRoutingConfig === undefined) throw trafficRoutingMissing(computePlatform);
  return { deploymentConfigName, computePlatform: built, trafficRoutingConfig };
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
    if (!input.minimumHealthyHosts) {
      throw new Refusal(
        'InvalidMinimumHealthyHostValueException',
        'A configuration for Server (also when computePlatform is absent) needs minimumHealthyHosts.',
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
