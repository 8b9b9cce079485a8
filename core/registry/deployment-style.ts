import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { DeploymentStyleInput } from './shapes.ts';

export type DeploymentStyle = {
  readonly deploymentType: 'IN_PLACE' | 'BLUE_GREEN';
  readonly deploymentOption: 'WITH_TRAFFIC_CONTROL' | 'WITHOUT_TRAFFIC_CONTROL';
};

/** Both halves are there and known. Throws InvalidDeploymentStyleException. */
export function checkDeploymentStyle(input: DeploymentStyleInput): DeploymentStyle {
  const { deploymentType, deploymentOption } = input;
  if (deploymentType !== 'IN_PLACE' && deploymentType !== 'BLUE_GREEN') {
    throw invalid(`its deploymentType ${found(deploymentType)}. Valid are IN_PLACE and BLUE_GREEN`);
  }
  if (deploymentOption !== 'WITH_TRAFFIC_CONTROL' && deploymentOption !== 'WITHOUT_TRAFFIC_CONTROL') {
    throw invalid(
      `its deploymentOption ${found(deploymentOption)}. ` +
        'Valid are WITH_TRAFFIC_CONTROL and WITHOUT_TRAFFIC_CONTROL',
    );
  }
  return { deploymentType, deploymentOption };
}

/** A Lambda deployment always shifts traffic between two versions, and its group must say so; there is no default. */
export function checkLambdaStyle(style: DeploymentStyle | undefined): DeploymentStyle {
  if (style?.deploymentType === 'BLUE_GREEN' && style.deploymentOption === 'WITH_TRAFFIC_CONTROL')
    return style;
  throw invalid(
    `for a Lambda deployment group ${style ? 'this one is not possible' : 'it must be given'}. ` +
      'Pass deploymentType BLUE_GREEN and deploymentOption WITH_TRAFFIC_CONTROL',
  );
}

/** What a Server group has when its caller names no style. */
export const inPlace: DeploymentStyle = {
  deploymentType: 'IN_PLACE',
  deploymentOption: 'WITHOUT_TRAFFIC_CONTROL',
};

/** A Server group deploys in place. That traffic is taken off its instances is for its load balancers to check. */
export function checkServerStyle({ deploymentType, deploymentOption }: DeploymentStyle): void {
  if (deploymentType === 'IN_PLACE') return;
  throw invalid(
    deploymentOption === 'WITHOUT_TRAFFIC_CONTROL'
      ? 'BLUE_GREEN shifts traffic between instances, and needs WITH_TRAFFIC_CONTROL'
      : 'BLUE_GREEN is not built yet for Server, which the application is for. Pass IN_PLACE and WITHOUT_TRAFFIC_CONTROL, or leave the style out',
  );
}

function found(word: string | undefined): string {
  return word === undefined ? 'is missing' : `${quoted(word)} is unknown`;
}

function invalid(detail: string): Refusal {
  return new Refusal('InvalidDeploymentStyleException', `The deployment style is invalid: ${detail}.`);
}
