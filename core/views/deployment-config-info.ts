import type { DeploymentConfigRow } from '../registry/deployment-config.ts';
import type { PredefinedDeploymentConfig } from '../registry/predefined-deployment-configs.ts';
import { epochSeconds } from './epoch-seconds.ts';

/** The member `deploymentConfigInfo` of GetDeploymentConfig, for a custom configuration's row or a predefined one. */
export function deploymentConfigInfo(config: DeploymentConfigRow | PredefinedDeploymentConfig) {
  const { createdAt, ...members } = config;
  return { ...members, createTime: epochSeconds(createdAt) };
}
