import * as z from 'zod';
import { Refusal } from '../refusal.ts';

/**
 * The structured members of API inputs, as far as their JSON types go. Enumerations stay plain text and bounds are not
 * looked at: those have modelled errors of their own, thrown by the checks of each concept. Unknown members are
 * dropped, newer clients send some. Shapes know no null: `withoutNulls` goes before them, over the whole body.
 */

/** The deepest modelled input has 8 levels; the bound keeps a stranger's body off the stack's end. */
const DEPTH_LEVELS = 32;

/** A null member, or a null in a list, is the same as an absent one. */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > DEPTH_LEVELS) {
    throw new Refusal(
      'SerializationException',
      `The request is nested deeper than ${DEPTH_LEVELS} levels; no operation takes that.`,
    );
  }
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).map((item) => withoutNulls(item, depth + 1));
  }
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(
    entries.map(([key, member]) => [wellFormed(key), withoutNulls(member, depth + 1)]),
  );
}

/** JSON can escape half of a character. UTF-8 cannot hold it: two names that differ in it would be stored as one. */
function wellFormed(text: string): string {
  if (/\p{Surrogate}/u.test(text)) {
    throw new Refusal(
      'SerializationException',
      'The request holds half of a surrogate pair, which is no Unicode.',
    );
  }
  return text;
}

const text = z.string().exactOptional();
const number = z.number().exactOptional();
const flag = z.boolean().exactOptional();

export const minimumHealthyHostsShape = z.object({ type: text, value: number });
export type MinimumHealthyHostsInput = z.infer<typeof minimumHealthyHostsShape>;

export const trafficRoutingConfigShape = z.object({
  type: text,
  timeBasedCanary: z.object({ canaryPercentage: number, canaryInterval: number }).exactOptional(),
  timeBasedLinear: z.object({ linearPercentage: number, linearInterval: number }).exactOptional(),
});
export type TrafficRoutingConfigInput = z.infer<typeof trafficRoutingConfigShape>;

export const zonalConfigShape = z.object({
  firstZoneMonitorDurationInSeconds: number,
  monitorDurationInSeconds: number,
  minimumHealthyHostsPerZone: z.object({ type: text, value: number }).exactOptional(),
});
export type ZonalConfigInput = z.infer<typeof zonalConfigShape>;

/** The members of CreateDeploymentConfig. */
export const deploymentConfigShape = z.object({
  deploymentConfigName: text,
  computePlatform: text,
  minimumHealthyHosts: minimumHealthyHostsShape.exactOptional(),
  trafficRoutingConfig: trafficRoutingConfigShape.exactOptional(),
  zonalConfig: zonalConfigShape.exactOptional(),
});
export type DeploymentConfigInput = z.infer<typeof deploymentConfigShape>;

export const revisionShape = z.object({
  revisionType: text,
  s3Location: z
    .object({ bucket: text, key: text, bundleType: text, version: text, eTag: text })
    .exactOptional(),
  gitHubLocation: z.object({ repository: text, commitId: text }).exactOptional(),
  appSpecContent: z.object({ content: text, sha256: text }).exactOptional(),
  string: z.object({ content: text, sha256: text }).exactOptional(),
});
export type RevisionInput = z.infer<typeof revisionShape>;

export const tagsShape = z.array(z.object({ Key: text, Value: text }));
export type TagsInput = z.infer<typeof tagsShape>;

export const alarmConfigurationShape = z.object({
  enabled: flag,
  ignorePollAlarmFailure: flag,
  alarms: z.array(z.object({ name: text })).exactOptional(),
});
export type AlarmConfigurationInput = z.infer<typeof alarmConfigurationShape>;

export const autoRollbackConfigurationShape = z.object({
  enabled: flag,
  events: z.array(z.string()).exactOptional(),
});
export type AutoRollbackConfigurationInput = z.infer<typeof autoRollbackConfigurationShape>;

export const deploymentStyleShape = z.object({ deploymentType: text, deploymentOption: text });
export type DeploymentStyleInput = z.infer<typeof deploymentStyleShape>;

export const ec2DeploymentOptionsShape = z.object({
  autoScalingGroupProcessesToSuspend: z.array(z.string()).exactOptional(),
});
export type Ec2DeploymentOptionsInput = z.infer<typeof ec2DeploymentOptionsShape>;

export const triggerConfigurationsShape = z.array(
  z.object({
    triggerName: text,
    triggerTargetArn: text,
    triggerEvents: z.array(z.string()).exactOptional(),
  }),
);
export type TriggerConfigurationsInput = z.infer<typeof triggerConfigurationsShape>;

export const tagFiltersShape = z.array(z.object({ Key: text, Value: text, Type: text }));
export type TagFiltersInput = z.infer<typeof tagFiltersShape>;

const listeners = z.object({ listenerArns: z.array(z.string()).exactOptional() });
const named = z.array(z.object({ name: text }));

export const loadBalancerInfoShape = z.object({
  elbInfoList: named.exactOptional(),
  targetGroupInfoList: named.exactOptional(),
  targetGroupPairInfoList: z
    .array(
      z.object({
        targetGroups: named.exactOptional(),
        prodTrafficRoute: listeners.exactOptional(),
        testTrafficRoute: listeners.exactOptional(),
      }),
    )
    .exactOptional(),
});
export type LoadBalancerInfoInput = z.infer<typeof loadBalancerInfoShape>;

export const blueGreenDeploymentConfigurationShape = z.object({
  terminateBlueInstancesOnDeploymentSuccess: z
    .object({ action: text, terminationWaitTimeInMinutes: number })
    .exactOptional(),
  deploymentReadyOption: z.object({ actionOnTimeout: text, waitTimeInMinutes: number }).exactOptional(),
  greenFleetProvisioningOption: z.object({ action: text }).exactOptional(),
});
export type BlueGreenInput = z.infer<typeof blueGreenDeploymentConfigurationShape>;

/** The members that CreateDeploymentGroup and UpdateDeploymentGroup share: all but the names and the tags. */
export const deploymentGroupSettingsShape = z.object({
  deploymentConfigName: text,
  serviceRoleArn: text,
  ec2TagFilters: tagFiltersShape.exactOptional(),
  ec2TagSet: z.object({ ec2TagSetList: z.array(tagFiltersShape).exactOptional() }).exactOptional(),
  onPremisesInstanceTagFilters: tagFiltersShape.exactOptional(),
  onPremisesTagSet: z
    .object({ onPremisesTagSetList: z.array(tagFiltersShape).exactOptional() })
    .exactOptional(),
  autoScalingGroups: z.array(z.string()).exactOptional(),
  triggerConfigurations: triggerConfigurationsShape.exactOptional(),
  alarmConfiguration: alarmConfigurationShape.exactOptional(),
  autoRollbackConfiguration: autoRollbackConfigurationShape.exactOptional(),
  outdatedInstancesStrategy: text,
  deploymentStyle: deploymentStyleShape.exactOptional(),
  blueGreenDeploymentConfiguration: blueGreenDeploymentConfigurationShape.exactOptional(),
  loadBalancerInfo: loadBalancerInfoShape.exactOptional(),
  ecsServices: z.array(z.object({ serviceName: text, clusterName: text })).exactOptional(),
  ec2DeploymentOptions: ec2DeploymentOptionsShape.exactOptional(),
  terminationHookEnabled: flag,
});
export type DeploymentGroupSettingsInput = z.infer<typeof deploymentGroupSettingsShape>;
