import { Refusal } from '../refusal.ts';
import { isFilled } from './fleet-membership.ts';
import type { DeploymentGroupSettingsInput } from './shapes.ts';

type Members = DeploymentGroupSettingsInput;

/**
 * Refuses what a Lambda group cannot have. Empty lists and structures pass: clients send
 * them to clear a member. Only blueGreenDeploymentConfiguration has no empty form.
 */
export function checkLambdaMembers(input: Members): void {
  for (const [member, code, isGiven] of foreignMembers) {
    if (!isGiven(input)) continue;
    throw new Refusal(
      code,
      `For a Lambda deployment group, ${member} cannot be specified: it belongs to other compute platforms. ` +
        `Leave ${member} out${member === 'blueGreenDeploymentConfiguration' ? '' : ', or pass it empty'}.`,
    );
  }
}

/** Which exception answers for each tag member is not documented; this mapping is ours. */
const foreignMembers: readonly (readonly [
  member: keyof Members,
  code: string,
  isGiven: (input: Members) => boolean,
])[] = [
  ['ec2TagFilters', 'InvalidEC2TagException', (input) => isFilled(input.ec2TagFilters)],
  ['ec2TagSet', 'InvalidEC2TagCombinationException', (input) => isFilled(input.ec2TagSet?.ec2TagSetList)],
  [
    'onPremisesInstanceTagFilters',
    'InvalidTagException',
    (input) => isFilled(input.onPremisesInstanceTagFilters),
  ],
  [
    'onPremisesTagSet',
    'InvalidOnPremisesTagCombinationException',
    (input) => isFilled(input.onPremisesTagSet?.onPremisesTagSetList),
  ],
  ['autoScalingGroups', 'InvalidAutoScalingGroupException', (input) => isFilled(input.autoScalingGroups)],
  [
    'loadBalancerInfo',
    'InvalidLoadBalancerInfoException',
    ({ loadBalancerInfo = {} }) => Object.values(loadBalancerInfo).some(isFilled),
  ],
  [
    'blueGreenDeploymentConfiguration',
    'InvalidBlueGreenDeploymentConfigurationException',
    (input) => input.blueGreenDeploymentConfiguration !== undefined,
  ],
  ['ecsServices', 'InvalidECSServiceException', (input) => isFilled(input.ecsServices)],
  [
    'ec2DeploymentOptions',
    'InvalidAutoScalingGroupProcessToSuspendException',
    (input) => isFilled(input.ec2DeploymentOptions?.autoScalingGroupProcessesToSuspend),
  ],
];
