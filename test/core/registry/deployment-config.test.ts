import { describe, expect, it } from 'vitest';
import { trafficPlan } from '../../../core/deployments/traffic-plan.ts';
import {
  type DeploymentConfigEvent,
  deploymentConfig,
  refusePredefinedDeletion,
} from '../../../core/registry/deployment-config.ts';
import {
  checkDeploymentConfig,
  checkDeploymentConfigFits,
  checkZonesFit,
} from '../../../core/registry/deployment-config-rules.ts';
import {
  defaultDeploymentConfigNames,
  predefinedDeploymentConfig,
  predefinedDeploymentConfigs,
} from '../../../core/registry/predefined-deployment-configs.ts';
import type { DeploymentConfigInput } from '../../../core/registry/shapes.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { ISSUED_AT, given, refusalOf } from '../given.ts';

const canary = {
  type: 'TimeBasedCanary',
  timeBasedCanary: { canaryPercentage: 5, canaryInterval: 20 },
} as const;
const linear = (linearPercentage: number, linearInterval: number) => ({
  type: 'TimeBasedLinear',
  timeBasedLinear: { linearPercentage, linearInterval },
});
const ours = {
  deploymentConfigName: 'Ours',
  computePlatform: 'Lambda',
  trafficRoutingConfig: canary,
} as const;

describe('the rules of a custom configuration', () => {
  it('take canary, linear and all at once for Lambda, and keep nothing else', () => {
    expect(checkDeploymentConfig(ours)).toEqual(ours);
    for (const trafficRoutingConfig of [{ type: 'AllAtOnce' }, linear(33, 960), linear(99, 2880)]) {
      expect(checkDeploymentConfig({ ...ours, trafficRoutingConfig })).toEqual({
        ...ours,
        trafficRoutingConfig,
      });
    }
  });

  it('take a minimum of healthy hosts for Server, named or not, and zones', () => {
    const half = { type: 'FLEET_PERCENT', value: 99 };
    for (const minimumHealthyHosts of [hosts, { type: 'HOST_COUNT', value: 0 }, half]) {
      const config = { deploymentConfigName: 'Ours', computePlatform: 'Server', minimumHealthyHosts };
      expect(checkDeploymentConfig(config)).toEqual(config);
      expect(checkDeploymentConfig(server({ minimumHealthyHosts }))).toEqual(config);
    }
    const zonalConfig = {
      minimumHealthyHostsPerZone: half,
      monitorDurationInSeconds: 60,
      firstZoneMonitorDurationInSeconds: 0,
    };
    for (const zones of [{}, zonalConfig]) {
      const config = server({ minimumHealthyHosts: hosts, zonalConfig: zones });
      expect(checkDeploymentConfig(config)).toEqual({ ...config, computePlatform: 'Server' });
    }
  });

  it('keep zones to groups of nothing but EC2 instances', () => {
    const zonal = { deploymentConfigName: 'Ours', zonalConfig: {} };
    const { zonalConfig: _, ...whole } = zonal;
    const onPremises = [
      { onPremisesInstanceTagFilters: [{ Key: 'a' }] },
      { onPremisesTagSet: [[{ Key: 'a' }]] },
    ];
    for (const membership of onPremises) {
      expect(refusalOf(() => checkZonesFit(zonal, membership)).code).toBe(
        'InvalidDeploymentConfigNameException',
      );
      expect(() => checkZonesFit(whole, membership)).not.toThrow();
    }
    expect(() =>
      checkZonesFit(zonal, { ec2TagFilters: [{ Key: 'a' }], autoScalingGroups: ['web'] }),
    ).not.toThrow();
  });

  it.each([
    [99, 2880],
    [50, 1440],
    [33, 960],
    [10, 288],
    [1, 28],
  ])('let %i %% every %i minutes pass, and not one minute more', (percentage, minutes) => {
    expect(() =>
      checkDeploymentConfig({ ...ours, trafficRoutingConfig: linear(percentage, minutes) }),
    ).not.toThrow();
    const longer = { ...ours, trafficRoutingConfig: linear(percentage, minutes + 1) };
    expect(refusalOf(() => checkDeploymentConfig(longer)).message).toContain(`1 to ${minutes} whole minutes`);
  });

  const hosts = { type: 'HOST_COUNT', value: 1 };
  const lambda = (members: DeploymentConfigInput): DeploymentConfigInput => ({ ...ours, ...members });
  const without = (member: keyof DeploymentConfigInput, input: DeploymentConfigInput = ours) =>
    Object.fromEntries(Object.entries(input).filter(([key]) => key !== member));
  const routed = (trafficRoutingConfig: DeploymentConfigInput['trafficRoutingConfig']) =>
    lambda({ ...(trafficRoutingConfig && { trafficRoutingConfig }) });
  const server = (members: DeploymentConfigInput) => ({ deploymentConfigName: 'Ours', ...members });

  it.each<[string, DeploymentConfigInput]>([
    ['DeploymentConfigNameRequired', without('deploymentConfigName')],
    ['InvalidDeploymentConfigName', lambda({ deploymentConfigName: 'two words' })],
    ['InvalidDeploymentConfigName', lambda({ deploymentConfigName: 'CodeDeployDefault.Mine' })],
    ['InvalidComputePlatform', lambda({ computePlatform: 'Kubernetes' })],
    // The wrong members of a platform.
    ['InvalidMinimumHealthyHostValue', lambda({ minimumHealthyHosts: hosts })],
    ['InvalidMinimumHealthyHostValue', { ...without('trafficRoutingConfig'), minimumHealthyHosts: hosts }],
    ['InvalidTrafficRoutingConfiguration', without('trafficRoutingConfig')],
    ['InvalidZonalDeploymentConfiguration', lambda({ zonalConfig: {} })],
    ['InvalidZonalDeploymentConfiguration', lambda({ computePlatform: 'ECS', zonalConfig: {} })],
    ['InvalidMinimumHealthyHostValue', server({})],
    [
      'InvalidTrafficRoutingConfiguration',
      server({ minimumHealthyHosts: hosts, trafficRoutingConfig: canary }),
    ],
    // Types and blocks.
    ['InvalidTrafficRoutingConfiguration', routed({})],
    ['InvalidTrafficRoutingConfiguration', routed({ type: 'Sometimes' })],
    ['InvalidTrafficRoutingConfiguration', routed({ ...canary, type: 'AllAtOnce' })],
    ['InvalidTrafficRoutingConfiguration', routed({ type: 'TimeBasedCanary' })],
    ['InvalidTrafficRoutingConfiguration', routed({ ...canary, type: 'TimeBasedLinear' })],
    ['InvalidTrafficRoutingConfiguration', routed({ ...linear(10, 1), ...canary })],
    // Numbers.
    ...[0, 100, 2.5, -1].map((value): [string, DeploymentConfigInput] => [
      'InvalidTrafficRoutingConfiguration',
      routed({ ...canary, timeBasedCanary: { canaryPercentage: value, canaryInterval: 1 } }),
    ]),
    ...[0, 2881, 0.5].map((value): [string, DeploymentConfigInput] => [
      'InvalidTrafficRoutingConfiguration',
      routed({ ...canary, timeBasedCanary: { canaryPercentage: 1, canaryInterval: value } }),
    ]),
    ['InvalidTrafficRoutingConfiguration', routed({ ...canary, timeBasedCanary: {} })],
    ['InvalidTrafficRoutingConfiguration', routed(linear(10, 0))],
    ['InvalidTrafficRoutingConfiguration', routed(linear(0, 1))],
    ['InvalidMinimumHealthyHostValue', server({ minimumHealthyHosts: { type: 'HOST_COUNT', value: -1 } })],
    [
      'InvalidMinimumHealthyHostValue',
      server({ minimumHealthyHosts: { type: 'FLEET_PERCENT', value: 100 } }),
    ],
    [
      'InvalidMinimumHealthyHostValue',
      server({ minimumHealthyHosts: { type: 'MOST_CONCURRENCY', value: 1 } }),
    ],
    ['InvalidMinimumHealthyHostValue', server({ minimumHealthyHosts: { type: 'HOST_COUNT' } })],
    [
      'InvalidZonalDeploymentConfiguration',
      server({
        minimumHealthyHosts: hosts,
        zonalConfig: { minimumHealthyHostsPerZone: { type: 'FLEET_PERCENT', value: 100 } },
      }),
    ],
    ...[
      { monitorDurationInSeconds: -1 },
      { firstZoneMonitorDurationInSeconds: 0.5 },
      { minimumHealthyHostsPerZone: {} },
    ].map((zonalConfig): [string, DeploymentConfigInput] => [
      'InvalidZonalDeploymentConfiguration',
      server({ minimumHealthyHosts: hosts, zonalConfig }),
    ]),
    // Right in itself, but not built.
    ['InvalidComputePlatform', lambda({ computePlatform: 'ECS' })],
  ])('refuse with %s: %j', (code, input) => {
    expect(refusalOf(() => checkDeploymentConfig(input)).code).toBe(`${code}Exception`);
  });

  it('tie a configuration to its platform', () => {
    const oneAtATime = predefinedDeploymentConfig('CodeDeployDefault.OneAtATime')!;
    expect(() => checkDeploymentConfigFits(oneAtATime, 'Server')).not.toThrow();
    const refusal = refusalOf(() => checkDeploymentConfigFits(oneAtATime, 'Lambda'));
    expect(refusal.code).toBe('InvalidDeploymentConfigNameException');
    expect(refusal.message).toMatch(/Server.*Lambda/);
  });
});

describe('the predefined configurations', () => {
  it('are seventeen, each with an id of its own', () => {
    expect(predefinedDeploymentConfigs).toHaveLength(17);
    const ids = predefinedDeploymentConfigs.map(({ deploymentConfigId }) => deploymentConfigId);
    expect(new Set(ids).size).toBe(17);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ['LambdaAllAtOnce', [[100]]],
    ['LambdaCanary10Percent30Minutes', [[10, 30], [100]]],
    ['ECSCanary10Percent15Minutes', [[10, 15], [100]]],
    [
      'LambdaLinear10PercentEvery1Minute',
      [...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((w) => [w, 1]), [100]],
    ],
    ['ECSLinear10PercentEvery3Minutes', [...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((w) => [w, 3]), [100]]],
  ])('shift as their name says: %s', (name, steps) => {
    const config = predefinedDeploymentConfig(`CodeDeployDefault.${name}`);
    if (config === undefined || config.computePlatform === 'Server')
      return expect.fail('no such configuration');
    expect(trafficPlan(config.trafficRoutingConfig).map((step) => Object.values(step))).toEqual(steps);
  });

  it('agree with the name in percentage and interval', () => {
    for (const config of predefinedDeploymentConfigs) {
      const [, platform, type, percent, minutes] =
        /\.(Lambda|ECS)(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes?$/.exec(
          config.deploymentConfigName,
        ) ?? [];
      if (platform === undefined || config.computePlatform === 'Server') continue;
      expect(config.computePlatform).toBe(platform);
      const numbers = JSON.stringify(config.trafficRoutingConfig).match(/\d+/g);
      expect([`TimeBased${type}`, percent, minutes]).toEqual([
        config.trafficRoutingConfig.type,
        ...(numbers ?? []),
      ]);
    }
  });

  it('hold the default of each platform, and cannot be deleted', () => {
    for (const [platform, name] of Object.entries(defaultDeploymentConfigNames)) {
      expect(predefinedDeploymentConfig(name)?.computePlatform).toBe(platform);
    }
    expect(refusalOf(() => refusePredefinedDeletion('CodeDeployDefault.AllAtOnce')).code).toBe(
      'InvalidOperationException',
    );
    expect(() => refusePredefinedDeletion('Ours')).not.toThrow();
  });
});

describe('a custom configuration', () => {
  const data = { ...ours, deploymentConfigId: 'id-1' };
  const created: DeploymentConfigEvent = { type: 'DeploymentConfigCreated', data };
  const deleted: DeploymentConfigEvent = { type: 'DeploymentConfigDeleted', data: {} };
  const remove = (...usedByDeploymentGroups: readonly string[]) =>
    ({ type: 'DeleteDeploymentConfig', data: { usedByDeploymentGroups } }) as const;

  it('is created, and its row holds all of it', () => {
    given(deploymentConfig)
      .when({ type: 'CreateDeploymentConfig', data })
      .then([created])
      .rows({ ...rowKeys.deploymentConfig('Ours'), data: { ...data, createdAt: ISSUED_AT } });
  });

  it('cannot take a name that another one has', () => {
    const row = { ...rowKeys.deploymentConfig('Ours'), data: {} };
    expect(deploymentConfig.taken(row, row)).toMatchObject({
      code: 'DeploymentConfigAlreadyExistsException',
    });
    given(deploymentConfig, [created])
      .when({ type: 'CreateDeploymentConfig', data })
      .refused('DeploymentConfigAlreadyExistsException');
  });

  it('is deleted, and deleting it again is no error', () => {
    given(deploymentConfig, [created]).when(remove()).then([deleted]).rows();
    given(deploymentConfig, [created, deleted]).when(remove('group')).then([]);
    given(deploymentConfig).when(remove()).then([]);
  });

  it('that groups use cannot be deleted', () => {
    given(deploymentConfig, [created])
      .when(remove('a', 'b', 'c', 'd', 'e', 'f'))
      .refused('DeploymentConfigInUseException', /6 deployment group\(s\): a, b, c, d, e …/);
  });
});
