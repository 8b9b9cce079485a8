import type { FleetMembership } from '../deployments/fleet-events.ts';
import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { BlueGreenInput } from './shapes.ts';

/**
 * How a Server group is to replace its instances: the rules of it are checked, also on a group that deploys in place,
 * then it is refused, because it is not built yet. Throws InvalidBlueGreenDeploymentConfigurationException.
 */
export function refuseBlueGreen(input: BlueGreenInput, membership: FleetMembership): void {
  const {
    deploymentReadyOption: ready,
    terminateBlueInstancesOnDeploymentSuccess: termination,
    greenFleetProvisioningOption: provisioning,
  } = input;
  if (ready === undefined || termination === undefined) {
    throw invalid('it needs both deploymentReadyOption and terminateBlueInstancesOnDeploymentSuccess');
  }
  checkReady(ready);
  checkWord('action of the termination', termination.action, ['TERMINATE', 'KEEP_ALIVE']);
  const { terminationWaitTimeInMinutes: wait = 0 } = termination;
  if (!isMinutes(wait) || wait > LONGEST_TERMINATION_WAIT_MINUTES) {
    throw invalid(`terminationWaitTimeInMinutes is 0 to ${LONGEST_TERMINATION_WAIT_MINUTES}`);
  }
  checkWord('action of the provisioning', provisioning?.action, [
    'DISCOVER_EXISTING',
    'COPY_AUTO_SCALING_GROUP',
  ]);
  if (provisioning?.action === 'COPY_AUTO_SCALING_GROUP') checkCopied(membership);
  throw refusal('The blue/green configuration cannot be carried out.');
}

/** Two days. */
const LONGEST_TERMINATION_WAIT_MINUTES = 2880;

function checkReady({
  actionOnTimeout,
  waitTimeInMinutes: wait = 0,
}: NonNullable<BlueGreenInput['deploymentReadyOption']>): void {
  checkWord('actionOnTimeout', actionOnTimeout, ['CONTINUE_DEPLOYMENT', 'STOP_DEPLOYMENT']);
  if (!isMinutes(wait)) throw invalid('waitTimeInMinutes is a whole number from 0 on');
  if (actionOnTimeout === 'STOP_DEPLOYMENT' && wait === 0) {
    throw invalid('STOP_DEPLOYMENT needs a waitTimeInMinutes above 0');
  }
  if (actionOnTimeout !== 'STOP_DEPLOYMENT' && wait > 0) {
    throw invalid('CONTINUE_DEPLOYMENT goes on at once, and takes no waitTimeInMinutes');
  }
}

function checkCopied({ autoScalingGroups = [], ...tags }: FleetMembership): void {
  if (autoScalingGroups.length === 1 && Object.keys(tags).length === 0) return;
  throw invalid('COPY_AUTO_SCALING_GROUP needs exactly one Auto Scaling group, and no tag filters');
}

function checkWord(what: string, word: string | undefined, words: readonly string[]): void {
  if (word === undefined || words.includes(word)) return;
  throw invalid(`the ${what} ${quoted(word)} is unknown. Valid are ${words.join(' and ')}`);
}

function isMinutes(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function invalid(detail: string): Refusal {
  return refusal(`The blue/green configuration is invalid: ${detail}.`);
}

/** Whoever mended what is wrong would only be refused for this. */
function refusal(what: string): Refusal {
  return new Refusal(
    'InvalidBlueGreenDeploymentConfigurationException',
    `${what} BLUE_GREEN is not built yet for instances: leave blueGreenDeploymentConfiguration out.`,
  );
}
