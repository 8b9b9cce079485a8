import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import type { Fleet } from './cloud.ts';
import { local, stepFunctions } from './cloud.ts';

/** Starts an execution by hand that deploys to the fleet, and gives its ARN. */
export async function launch(shop: Fleet, deploymentConfigName: string, content: string): Promise<string> {
  const { executionArn = '' } = await stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: local.stateMachines['Lambda'],
      name: `by-hand-${randomUUID().slice(0, 8)}`,
      input: JSON.stringify({
        applicationName: shop.applicationName,
        deploymentGroupName: shop.deploymentGroupName,
        deploymentConfigName,
        revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
      }),
    }),
  );
  return executionArn;
}
