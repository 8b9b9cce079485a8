import type { EpochMilliseconds } from '../decider.ts';
import type { TrafficRoutingConfig } from '../deployments/traffic-plan.ts';
import type { ComputePlatform } from './compute-platform.ts';
import type { MinimumHealthyHosts } from './minimum-healthy-hosts.ts';

/** A configuration that is always there, of the same shape as the row of a custom one. */
export type PredefinedDeploymentConfig = {
  readonly deploymentConfigId: string;
  readonly deploymentConfigName: string;
  readonly createdAt: EpochMilliseconds;
} & (
  | { readonly computePlatform: 'Server'; readonly minimumHealthyHosts: MinimumHealthyHosts }
  | { readonly computePlatform: 'Lambda' | 'ECS'; readonly trafficRoutingConfig: TrafficRoutingConfig }
);

/** The configuration of this name, where it is one of the 17. */
export function predefinedDeploymentConfig(name: string): PredefinedDeploymentConfig | undefined {
  return byName.get(name);
}

/** What a group deploys with when it names none. On Lambda and ECS our choice: the service documents none. */
export const defaultDeploymentConfigNames: Readonly<Record<ComputePlatform, string>> = {
  Server: 'CodeDeployDefault.OneAtATime',
  Lambda: 'CodeDeployDefault.LambdaAllAtOnce',
  ECS: 'CodeDeployDefault.ECSAllAtOnce',
};

/** 2014-11-12T00:00:00Z, the day the service opened: a fixed time, so that two installations answer alike. */
const CREATED_AT: EpochMilliseconds = 1_415_750_400_000;

const allAtOnce: TrafficRoutingConfig = { type: 'AllAtOnce' };

function canary(canaryPercentage: number, canaryInterval: number): TrafficRoutingConfig {
  return { type: 'TimeBasedCanary', timeBasedCanary: { canaryPercentage, canaryInterval } };
}

function linear(linearPercentage: number, linearInterval: number): TrafficRoutingConfig {
  return { type: 'TimeBasedLinear', timeBasedLinear: { linearPercentage, linearInterval } };
}

function server(name: string, id: string, type: MinimumHealthyHosts['type'], value: number) {
  return { ...named(name, id), computePlatform: 'Server', minimumHealthyHosts: { type, value } } as const;
}

function lambda(name: string, id: string, trafficRoutingConfig: TrafficRoutingConfig) {
  return { ...named(name, id), computePlatform: 'Lambda', trafficRoutingConfig } as const;
}

function ecs(name: string, id: string, trafficRoutingConfig: TrafficRoutingConfig) {
  return { ...named(name, id), computePlatform: 'ECS', trafficRoutingConfig } as const;
}

function named(name: string, deploymentConfigId: string) {
  return { deploymentConfigId, deploymentConfigName: `CodeDeployDefault.${name}`, createdAt: CREATED_AT };
}

/**
 * In the order they are listed in. The ids are drawn once and stay. OneAtATime answers the type MOST_CONCURRENCY,
 * which nobody can set. That the names of linear ones say Minute here and Minutes there is the service's own spelling.
 */
export const predefinedDeploymentConfigs: readonly PredefinedDeploymentConfig[] = [
  server('AllAtOnce', 'e376941c-29ec-4b7c-ad7b-3e576f7f60a7', 'HOST_COUNT', 0),
  server('HalfAtATime', 'e1665afb-8a3e-4a0a-8900-a14a798ea858', 'FLEET_PERCENT', 50),
  server('OneAtATime', 'ae6316be-e2e5-452e-a26d-19313b18d431', 'MOST_CONCURRENCY', 1),
  lambda('LambdaAllAtOnce', 'b854dbf6-7f7c-4564-ab52-c52980fa8c96', allAtOnce),
  lambda('LambdaCanary10Percent5Minutes', 'e8eceacc-3864-4df5-aa2e-9e9804c8f8c1', canary(10, 5)),
  lambda('LambdaCanary10Percent10Minutes', '019caff8-19af-4b1b-bb97-0d1b01e8c5a8', canary(10, 10)),
  lambda('LambdaCanary10Percent15Minutes', 'f8bf42ea-3daa-4f45-b5ab-a8869c96ed4b', canary(10, 15)),
  lambda('LambdaCanary10Percent30Minutes', 'd99dd38a-9e6a-44e9-bcf2-b8b064a98249', canary(10, 30)),
  lambda('LambdaLinear10PercentEvery1Minute', '4fb8086e-25c3-46c9-8fbb-403331d0358c', linear(10, 1)),
  lambda('LambdaLinear10PercentEvery2Minutes', '8fab19f6-a8a6-4e2c-8475-e547d8d0bae0', linear(10, 2)),
  lambda('LambdaLinear10PercentEvery3Minutes', '8bc2fbde-8ab2-42ac-976d-cdf179c86968', linear(10, 3)),
  lambda('LambdaLinear10PercentEvery10Minutes', '811365e2-97e7-44a5-a15a-1753515ef64b', linear(10, 10)),
  ecs('ECSAllAtOnce', '925c2142-2c41-478f-8bf3-1f2ae17a7940', allAtOnce),
  ecs('ECSCanary10Percent5Minutes', 'bbd222f6-a1eb-414d-aff7-e81d801014da', canary(10, 5)),
  ecs('ECSCanary10Percent15Minutes', '594de1be-9706-4ede-bc05-f572740dde13', canary(10, 15)),
  ecs('ECSLinear10PercentEvery1Minutes', 'ec1e845d-3707-4557-8d23-c99f897a837c', linear(10, 1)),
  ecs('ECSLinear10PercentEvery3Minutes', 'e4998c99-bb0d-488c-839e-d101f5711c07', linear(10, 3)),
];

const byName = new Map(predefinedDeploymentConfigs.map((config) => [config.deploymentConfigName, config]));
