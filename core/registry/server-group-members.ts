import type { FleetMembership } from '../deployments/fleet-events.ts';
import { Refusal } from '../refusal.ts';
import { refuseBlueGreen } from './blue-green-configuration.ts';
import { checkDeploymentStyle, checkServerStyle, inPlace } from './deployment-style.ts';
import { isFilled } from './fleet-membership.ts';
import { refuseLoadBalancers } from './load-balancer-info.ts';
import { quoted } from './names.ts';
import type { DeploymentGroupSettingsInput, Ec2DeploymentOptionsInput } from './shapes.ts';

/**
 * Refuses what a Server group cannot have, and what is not built for it yet. `membership` is what the group names after
 * the call. Empty lists and structures pass: clients send them to clear a member.
 */
export function checkServerMembers(input: DeploymentGroupSettingsInput, membership: FleetMembership): void {
  if (isFilled(input.ecsServices)) {
    throw new Refusal(
      'InvalidECSServiceException',
      'For a Server deployment group, ecsServices cannot be specified: it belongs to ECS. Leave it out, or pass it empty.',
    );
  }
  const style = input.deploymentStyle ? checkDeploymentStyle(input.deploymentStyle) : inPlace;
  checkServerStyle(style);
  refuseLoadBalancers(input.loadBalancerInfo, style);
  if (input.blueGreenDeploymentConfiguration) {
    refuseBlueGreen(input.blueGreenDeploymentConfiguration, membership);
  }
  checkEc2DeploymentOptions(input.ec2DeploymentOptions, membership);
  if (input.terminationHookEnabled === true) {
    throw new Refusal(
      'InvalidInputException',
      'terminationHookEnabled is not built yet: no hooks are put on Auto Scaling groups. Leave it out, or pass false.',
    );
  }
}

/** Of a group, or of one deployment. The processes are those of the Auto Scaling groups that the group names. */
export function checkEc2DeploymentOptions(
  { autoScalingGroupProcessesToSuspend: processes = [] }: Ec2DeploymentOptionsInput = {},
  { autoScalingGroups }: FleetMembership,
): void {
  if (processes.length === 0) return;
  const unknown = processes.find((process) => !PROCESSES.includes(process));
  if (unknown !== undefined) {
    throw cannotSuspend(`${quoted(unknown)} is unknown. Valid are ${PROCESSES.join(', ')}`);
  }
  if (processes.length > PROCESSES.length) {
    throw cannotSuspend(`they are ${processes.length}, and at most ${PROCESSES.length} may be`);
  }
  if (!isFilled(autoScalingGroups)) {
    throw cannotSuspend(
      'the deployment group names no Auto Scaling group, so that nothing would be suspended',
    );
  }
  throw new Refusal(
    'InvalidInputException',
    'autoScalingGroupProcessesToSuspend is not built yet. Leave it out, or pass it empty.',
  );
}

const PROCESSES: readonly string[] = ['Terminate', 'AZRebalance', 'InstanceRefresh', 'ScheduledActions'];

function cannotSuspend(detail: string): Refusal {
  return new Refusal(
    'InvalidAutoScalingGroupProcessToSuspendException',
    `The autoScalingGroupProcessesToSuspend are invalid: ${detail}.`,
  );
}
