import * as z from 'zod';
import {
  alarmConfigurationShape,
  autoRollbackConfigurationShape,
  deploymentGroupSettingsShape,
  ec2DeploymentOptionsShape,
  revisionShape,
} from '../../core/registry/shapes.ts';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';

const text = z.string().exactOptional();
const flag = z.boolean().exactOptional();
const { ec2TagFilters, ec2TagSet, autoScalingGroups } = deploymentGroupSettingsShape.shape;

export const createDeploymentInput = z.object({
  applicationName: text,
  deploymentGroupName: text,
  revision: revisionShape.exactOptional(),
  deploymentConfigName: text,
  description: text,
  ignoreApplicationStopFailures: flag,
  targetInstances: z.object({ tagFilters: ec2TagFilters, ec2TagSet, autoScalingGroups }).exactOptional(),
  autoRollbackConfiguration: autoRollbackConfigurationShape.exactOptional(),
  updateOutdatedInstancesOnly: flag,
  fileExistsBehavior: text,
  deploymentMode: text,
  overrideAlarmConfiguration: alarmConfigurationShape.exactOptional(),
  ec2DeploymentOptions: ec2DeploymentOptionsShape.exactOptional(),
});

type Members = z.infer<typeof createDeploymentInput>;

/** The words that only other compute platforms take are checked for being words at all. */
export function checkMembers(input: Members): void {
  checkDeploymentMode(input);
  const { fileExistsBehavior } = input;
  if (fileExistsBehavior !== undefined && !FILE_EXISTS_BEHAVIORS.includes(fileExistsBehavior)) {
    throw new Refusal(
      'InvalidFileExistsBehaviorException',
      `The fileExistsBehavior ${quoted(fileExistsBehavior)} is unknown. Valid are ${FILE_EXISTS_BEHAVIORS.join(', ')}.`,
    );
  }
}

const FILE_EXISTS_BEHAVIORS: readonly string[] = ['DISALLOW', 'OVERWRITE', 'RETAIN'];

/** No exception is modelled for this member alone, so that the general one answers. */
export function checkDeploymentMode({ deploymentMode = 'STANDARD' }: Members): void {
  if (deploymentMode === 'STANDARD') return;
  throw new Refusal(
    'InvalidInputException',
    deploymentMode === 'RESTART'
      ? 'The deploymentMode RESTART is not built yet, and a Lambda deployment cannot have it. Leave it out.'
      : `The deploymentMode ${quoted(deploymentMode)} is unknown. Valid are STANDARD and RESTART.`,
  );
}

/** What a Lambda deployment cannot be asked for. False and empty lists pass: they ask for nothing. */
export function checkLambdaDeployment(input: Members): void {
  for (const [member, code, isAsked] of foreignMembers) {
    if (!isAsked(input)) continue;
    throw new Refusal(
      code,
      `A Lambda deployment takes no ${member}: it belongs to deployments to instances. Leave ${member} out.`,
    );
  }
}

const foreignMembers: readonly (readonly [
  member: keyof Members,
  code: string,
  isAsked: (input: Members) => boolean,
])[] = [
  [
    'ignoreApplicationStopFailures',
    'InvalidIgnoreApplicationStopFailuresValueException',
    (input) => input.ignoreApplicationStopFailures === true,
  ],
  [
    'updateOutdatedInstancesOnly',
    'InvalidUpdateOutdatedInstancesOnlyValueException',
    (input) => input.updateOutdatedInstancesOnly === true,
  ],
  [
    'fileExistsBehavior',
    'InvalidFileExistsBehaviorException',
    (input) => input.fileExistsBehavior !== undefined,
  ],
  [
    'targetInstances',
    'InvalidTargetInstancesException',
    ({ targetInstances: { tagFilters = [], ec2TagSet: set = {}, autoScalingGroups: groups = [] } = {} }) =>
      tagFilters.length + (set.ec2TagSetList ?? []).length + groups.length > 0,
  ],
  [
    'ec2DeploymentOptions',
    'InvalidAutoScalingGroupProcessToSuspendException',
    (input) => (input.ec2DeploymentOptions?.autoScalingGroupProcessesToSuspend ?? []).length > 0,
  ],
];
