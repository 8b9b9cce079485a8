import { rowKeys } from '../../core/views/row-keys.ts';
import { acceptDeployment } from '../runtime/accept-deployment.ts';
import { createDeploymentInput } from '../runtime/create-deployment-members.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';

/** The workflow of the new deployment is started by the reaction to its first event. */
export const createDeployment = operation({
  name: 'CreateDeployment',
  input: createDeploymentInput,
  handle: async (input, { ports, issued }) => {
    const deploymentId = await acceptDeployment(ports, issued, input, {
      deploymentId: () => unusedDeploymentId(ports),
    });
    return { deploymentId };
  },
});

/** Nine characters are drawn from 36: a second draw is enough for all times. */
async function unusedDeploymentId({ rows, system }: ApiPorts): Promise<string> {
  const deploymentId = system.deploymentId();
  const taken = await rows.get(rowKeys.deployment(deploymentId));
  return taken === undefined ? deploymentId : system.deploymentId();
}
