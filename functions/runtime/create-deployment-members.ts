import * as z from 'zod';
import type { FileExistsBehavior, FleetMembership } from '../../core/deployments/fleet-events.ts';
import { isFilled } from '../../core/registry/fleet-membership.ts';
import { checkEc2DeploymentOptions } from '../../core/registry/server-group-members.ts';
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

export type CreateDeploymentInput = z.infer<typeof createDeploymentInput>;

type Members = CreateDeploymentInput;

/** The words that only other compute platforms take are checked for being words at all. */
export function checkMembers(input: Members): void {
  checkDeploymentMode(input);
  fileExistsBehaviorOf(input);
}

/** Throws InvalidFileExistsBehaviorException. */
export function fileExistsBehaviorOf({
  fileExistsBehavior: given = 'DISALLOW',
}: Members): FileExistsBehavior {
  const known = FILE_EXISTS_BEHAVIORS.find((behavior) => behavior === given);
  if (known !== undefined) return known;
  throw new Refusal(
    'InvalidFileExistsBehaviorException',
    `The fileExistsBehavior ${quoted(given)} is unknown. Valid are ${FILE_EXISTS_BEHAVIORS.join(', ')}.`,
  );
}

const FILE_EXISTS_BEHAVIORS: readonly FileExistsBehavior[] = ['DISALLOW', 'OVERWRITE', 'RETAIN'];

/** No exception is modelled for this member alone, so that the general one answers. */
export function checkDeploymentMode({ deploymentMode = 'STANDARD' }: Members): void {
  if (deploymentMode === 'STANDARD') return;
  throw new Refusal(
    'InvalidInputException',
    deploymentMode === 'RESTART'
      ? 'The deploymentMode RESTART is not built yet. Leave it out.'
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

/**
 * What a Server deployment in place cannot be asked for, by what its group names. The last member is refused wherever it
 * asks for something, until it is built.
 */
export function checkServerDeployment(input: Members, membership: FleetMembership): void {
  if (asksForTargets(input)) {
    throw new Refusal(
      'InvalidTargetInstancesException',
      'A deployment in place goes to the instances of its deployment group, and takes no targetInstances: those are ' +
        'for BLUE_GREEN, which is not built yet. Leave targetInstances out.',
    );
  }
  checkEc2DeploymentOptions(input.ec2DeploymentOptions, membership);
}

function asksForTargets({ targetInstances = {} }: Members): boolean {
  const { tagFilters, ec2TagSet, autoScalingGroups } = targetInstances;
  return [tagFilters, ec2TagSet?.ec2TagSetList, autoScalingGroups].some(isFilled);
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
  ['targetInstances', 'InvalidTargetInstancesException', asksForTargets],
  [
    'ec2DeploymentOptions',
    'InvalidAutoScalingGroupProcessToSuspendException',
    (input) => isFilled(input.ec2DeploymentOptions?.autoScalingGroupProcessesToSuspend),
  ],
];
