import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { Refusal } from '../../core/refusal.ts';
import type { BuiltComputePlatform } from '../../core/registry/compute-platform.ts';
import { withoutNulls } from '../../core/registry/shapes.ts';
import type { AcceptPorts } from '../runtime/accept-deployment.ts';
import { acceptDeployment } from '../runtime/accept-deployment.ts';
import { createDeploymentInput } from '../runtime/create-deployment-members.ts';
import { load } from '../runtime/history.ts';
import type { HandLaunched, Task } from '../runtime/task.ts';
import { issuedBy } from '../runtime/task.ts';

export type LaunchPorts = AcceptPorts;

/** Ids of nine characters meet by chance about never; a third one is free for all times. */
const MOST_IDS = 3;

/**
 * Creates the deployment of an execution that was started by hand, with an input like that of CreateDeployment. Its id
 * follows from the execution, so that a second try creates nothing more. Throws the Refusal of what cannot be.
 */
export async function launch(
  ports: LaunchPorts,
  launched: HandLaunched,
  platform: BuiltComputePlatform,
): Promise<Task> {
  const { input, startedAt, ...rest } = launched;
  const read = createDeploymentInput.safeParse(withoutNulls(input));
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new Refusal(
      'SerializationException',
      `The input of the execution is not like that of CreateDeployment: ${where === '' ? 'it' : where} ${issue?.message ?? 'cannot be read'}. ` +
        'It needs applicationName, deploymentGroupName and revision.',
    );
  }
  const { executionArn } = launched;
  const deploymentId = await acceptDeployment(ports, issuedBy(launched, ports.system), read.data, {
    executionArn,
    platform,
    deploymentId: () => freeId(ports, `${executionArn}\n${startedAt}`),
  });
  return { ...rest, deploymentId, stream: deploymentStream(deploymentId) };
}

async function freeId(ports: LaunchPorts, seed: string): Promise<string> {
  for (let attempt = 1; attempt <= MOST_IDS; attempt += 1) {
    const deploymentId = derivedId(ports, `${seed}\n${attempt}`);
    const state = await load(ports.store, deployment, deploymentStream(deploymentId));
    if (state.status === 'Absent') return deploymentId;
  }
  throw new Error('three ids in a row are taken');
}

/** `d-` and nine of A–Z0–9, out of 36 bits and more of a hash. */
function derivedId({ system }: LaunchPorts, seed: string): string {
  const digits = BigInt(`0x${system.sha256(seed)}`)
    .toString(36)
    .toUpperCase();
  return `d-${digits.slice(-ID_LENGTH)}`;
}

const ID_LENGTH = 9;
