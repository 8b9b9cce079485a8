import * as z from 'zod';
import { requireBuiltComputePlatform } from '../../core/registry/compute-platform.ts';
import {
  changedSettings,
  checkSettingsFit,
  checkSettingsFormat,
  settingsOfNewGroup,
} from '../../core/registry/deployment-group-settings.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import { isFilled } from '../../core/registry/fleet-membership.ts';
import { checkDeploymentGroupLimit } from '../../core/registry/limits.ts';
import {
  checkApplicationName,
  checkDeploymentGroupName,
  requireApplicationName,
  requireDeploymentGroupName,
  requireServiceRoleArn,
} from '../../core/registry/names.ts';
import { defaultDeploymentConfigNames } from '../../core/registry/predefined-deployment-configs.ts';
import type { TriggerConfigurationsInput } from '../../core/registry/shapes.ts';
import { deploymentGroupSettingsShape, tagsShape } from '../../core/registry/shapes.ts';
import { checkTriggerRegion } from '../../core/registry/trigger-configuration.ts';
import { tagsOf } from '../../core/registry/tags.ts';
import { rowKeys } from '../../core/views/row-keys.ts';
import { checkAutoScalingGroups } from '../runtime/auto-scaling-check.ts';
import { commandTo, execute } from '../runtime/execute.ts';
import type { ApiPorts, CallContext } from './operation.ts';
import { operation } from './operation.ts';
import {
  applicationNamed,
  deploymentGroupNamed,
  fittingDeploymentConfigNamed,
} from '../runtime/registered.ts';
import { checkServiceRole } from '../runtime/service-role-check.ts';
import type { GroupNames } from './test-triggers.ts';
import { testTriggers } from './test-triggers.ts';

const text = z.string().exactOptional();

/** In the order of validation; the decider looks at everything again, but after the name and the role. */
export const createDeploymentGroup = operation({
  name: 'CreateDeploymentGroup',
  input: deploymentGroupSettingsShape.extend({
    applicationName: text,
    deploymentGroupName: text,
    tags: tagsShape.exactOptional(),
  }),
  handle: async (
    { applicationName: named, deploymentGroupName: name, tags: given = [], ...settings },
    context,
  ) => {
    const { ports, issued, home } = context;
    const { triggerConfigurations = [] } = settings;
    const applicationName = requireApplicationName(named);
    const deploymentGroupName = requireDeploymentGroupName(name);
    const roleArn = requireServiceRoleArn(settings.serviceRoleArn);
    checkApplicationName(applicationName);
    checkDeploymentGroupName(deploymentGroupName);
    checkSettingsFormat(settings);
    checkTriggerRegion(triggerConfigurations, home.region);
    const tags = tagsOf(given);
    const { applicationId, computePlatform } = await applicationNamed(ports.rows, applicationName);
    const platform = requireBuiltComputePlatform(computePlatform);
    checkSettingsFit(settings, platform);
    await refuseTakenName(ports, applicationId, deploymentGroupName);
    const configName = settings.deploymentConfigName ?? defaultDeploymentConfigNames[platform];
    await fittingDeploymentConfigNamed(ports.rows, configName, platform);
    const { membership } = settingsOfNewGroup(settings, platform);
    checkDeploymentGroupLimit(
      await ports.rows.count(rowKeys.deploymentGroupName(applicationId, deploymentGroupName).pk),
    );
    await checkWithServiceRole(context, roleArn, {
      names: { applicationName, deploymentGroupName },
      autoScalingGroups: membership?.autoScalingGroups ?? [],
      triggerConfigurations,
    });
    const deploymentGroupId = ports.system.uuid();
    await execute(ports, issued, [
      commandTo(deploymentGroup, `deployment-group#${deploymentGroupId}`, {
        type: 'CreateDeploymentGroup',
        data: {
          deploymentGroupId,
          applicationId,
          applicationName,
          deploymentGroupName,
          computePlatform: platform,
          settings,
          tags,
        },
      }),
    ]);
    return { deploymentGroupId };
  },
});

export const updateDeploymentGroup = operation({
  name: 'UpdateDeploymentGroup',
  input: deploymentGroupSettingsShape.extend({
    applicationName: text,
    currentDeploymentGroupName: text,
    newDeploymentGroupName: text,
  }),
  handle: async (input, context) => {
    const { ports, issued, home } = context;
    const { applicationName: named, currentDeploymentGroupName: current, ...rest } = input;
    const { newDeploymentGroupName, ...settings } = rest;
    const { triggerConfigurations = [] } = settings;
    const applicationName = requireApplicationName(named);
    const currentDeploymentGroupName = requireDeploymentGroupName(current);
    checkApplicationName(applicationName);
    checkDeploymentGroupName(currentDeploymentGroupName);
    if (newDeploymentGroupName !== undefined) checkDeploymentGroupName(newDeploymentGroupName);
    checkSettingsFormat(settings);
    checkTriggerRegion(triggerConfigurations, home.region);
    const { applicationId } = await applicationNamed(ports.rows, applicationName);
    const group = await deploymentGroupNamed(ports.rows, applicationId, currentDeploymentGroupName);
    const { computePlatform } = group;
    checkSettingsFit(settings, computePlatform, group.settings);
    if (newDeploymentGroupName !== undefined && newDeploymentGroupName !== currentDeploymentGroupName) {
      await refuseTakenName(ports, applicationId, newDeploymentGroupName);
    }
    if (settings.deploymentConfigName !== undefined) {
      await fittingDeploymentConfigNamed(ports.rows, settings.deploymentConfigName, computePlatform);
    }
    changedSettings(settings, group.settings, computePlatform);
    const autoScalingGroups = [...new Set(settings.autoScalingGroups)];
    if (
      settings.serviceRoleArn !== undefined ||
      isFilled(triggerConfigurations) ||
      isFilled(autoScalingGroups)
    ) {
      const deploymentGroupName = newDeploymentGroupName ?? currentDeploymentGroupName;
      await checkWithServiceRole(context, settings.serviceRoleArn ?? group.settings.serviceRoleArn, {
        names: { applicationName, deploymentGroupName },
        autoScalingGroups,
        triggerConfigurations,
      });
    }
    await execute(ports, issued, [
      commandTo(deploymentGroup, `deployment-group#${group.deploymentGroupId}`, {
        type: 'UpdateDeploymentGroup',
        data: {
          applicationName,
          currentDeploymentGroupName,
          ...(newDeploymentGroupName !== undefined && { newDeploymentGroupName }),
          settings,
        },
      }),
    ]);
    // No hooks are put on Auto Scaling groups yet: there are none left to name.
    return {};
  },
});

/** What only the role can tell: that it can be used at all, and then that what the group names is there and takes messages. */
async function checkWithServiceRole(
  { ports, home }: CallContext,
  roleArn: string,
  named: {
    readonly names: GroupNames;
    readonly autoScalingGroups: readonly string[];
    readonly triggerConfigurations: TriggerConfigurationsInput;
  },
): Promise<void> {
  const { names, autoScalingGroups, triggerConfigurations } = named;
  const { applicationName } = names;
  const credentials = await checkServiceRole(ports, { roleArn, applicationName });
  await checkAutoScalingGroups(ports.autoScalingGroupsWith(credentials), autoScalingGroups, roleArn);
  await testTriggers(ports.topicsWith(credentials), triggerConfigurations, names, { home, roleArn });
}

/** The append would find it as well, but only after the limits and the role, which are to be checked after it. */
async function refuseTakenName({ rows }: ApiPorts, applicationId: string, name: string): Promise<void> {
  const key = rowKeys.deploymentGroupName(applicationId, name);
  if ((await rows.get(key)) === undefined) return;
  const row = { ...key, data: { applicationId } };
  throw deploymentGroup.taken(row, row) ?? new Error(`the name ${name} is taken without a refusal`);
}
