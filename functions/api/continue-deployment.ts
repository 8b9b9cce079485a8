import * as z from 'zod';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';

const text = z.string().exactOptional();

/** Both end waits that only blue/green deployments to instances and to ECS have: the deployments that are built refuse them. */
export const continueDeployment = operation({
  name: 'ContinueDeployment',
  input: z.object({ deploymentId: text, deploymentWaitType: text }),
  handle: async ({ deploymentWaitType: wait = 'READY_WAIT', ...input }, { ports }) => {
    const deploymentId = deploymentIdOf(input.deploymentId);
    if (wait !== 'READY_WAIT' && wait !== 'TERMINATION_WAIT') {
      throw new Refusal(
        'InvalidDeploymentWaitTypeException',
        `The deploymentWaitType ${quoted(wait)} is unknown. Valid are READY_WAIT and TERMINATION_WAIT.`,
      );
    }
    throw await withoutWaits(ports, deploymentId);
  },
});

export const skipWaitTimeForInstanceTermination = operation({
  name: 'SkipWaitTimeForInstanceTermination',
  input: z.object({ deploymentId: text }),
  handle: async (input, { ports }) => {
    throw await withoutWaits(ports, deploymentIdOf(input.deploymentId));
  },
});

async function withoutWaits(ports: ApiPorts, deploymentId: string): Promise<Refusal> {
  const { row } = await knownDeployment(ports, deploymentId);
  if (hasEnded(row.status)) {
    return new Refusal(
      'DeploymentAlreadyCompletedException',
      `The deployment ${deploymentId} has ended as ${row.status}: it waits for nothing.`,
    );
  }
  return new Refusal(
    'UnsupportedActionForDeploymentTypeException',
    `The deployment ${deploymentId} ${WHY_NO_WAIT[row.created.computePlatform]} To end it at once, stop it.`,
  );
}

const WHY_NO_WAIT = {
  Lambda: 'is for Lambda and has neither wait: its bakes end by themselves.',
  Server: 'is in place and has neither wait: what it waits for are its hosts.',
};
