import * as z from 'zod';
import type { EpochMilliseconds } from '../../core/decider.ts';
import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { hasEnded } from '../../core/deployments/deployment-status.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import { deploymentGroupDoesNotExist } from '../../core/registry/names.ts';
import { commandTo, execute, stateOf } from '../runtime/execute.ts';
import { everyClaimedTarget } from '../runtime/fleet-rows.ts';
import { logger } from '../runtime/log.ts';
import { settleWaits } from '../runtime/waits.ts';
import { deploymentIdOf, knownDeployment } from './known-deployment.ts';
import type { ApiPorts } from './operation.ts';
import { operation } from './operation.ts';

/** Records the wish to stop and wakes what waits; the workflow then puts the traffic back whole and ends it. */
export const stopDeployment = operation({
  name: 'StopDeployment',
  input: z.object({
    deploymentId: z.string().exactOptional(),
    autoRollbackEnabled: z.boolean().exactOptional(),
  }),
  handle: async (input, { ports, issued }) => {
    const deploymentId = deploymentIdOf(input.deploymentId);
    const { isGroupDeleted, deploymentGroupName } = await knownDeployment(ports, deploymentId);
    if (isGroupDeleted) throw deploymentGroupDoesNotExist(deploymentGroupName);
    const stream = deploymentStream(deploymentId);
    const { autoRollbackEnabled } = input;
    const result = await execute(ports, issued, [
      commandTo(deployment, stream, {
        type: 'StopDeployment',
        data: autoRollbackEnabled === undefined ? {} : { autoRollbackEnabled },
      }),
    ]);
    const state = stateOf(result, deployment, stream);
    if (state.status === 'Absent') throw new Error(`${stream} has a row and no event`);
    if (!hasEnded(state.status)) await wakeUp(ports, state);
    // While it ends for another reason, a wish to stop adds nothing: no call of this kind is the first.
    const isRepeated = result.events.length === 0 && state.ending?.cause === 'request';
    if (isRepeated) return SUCCEEDED;
    const isBusy = isExecuting(state, issued.at) || (await isHostAtWork(ports, state));
    return isBusy ? PENDING : SUCCEEDED;
  },
});

const PENDING = {
  status: 'Pending',
  statusMessage: 'The stop is pending: it takes effect when what is executing has ended.',
};

const SUCCEEDED = {
  status: 'Succeeded',
  statusMessage: 'The deployment is stopped: no further commands will be scheduled.',
};

/** A task that shifts or restores traffic runs; a bake or another wait is none, and neither is the admission. */
function isExecuting(
  { status, traffic: { inFlight }, restore }: ExistingDeployment,
  now: EpochMilliseconds,
): boolean {
  if (hasEnded(status)) return false;
  const isShifting = inFlight !== undefined && (inFlight.waitsUntil ?? 0) <= now;
  return isShifting || restore?.status === 'started' || restore?.status === 'failed';
}

/** A command that a host has taken is left to finish; one that it has not is withdrawn. */
async function isHostAtWork({ rows }: ApiPorts, { created, status }: ExistingDeployment): Promise<boolean> {
  if (created.computePlatform !== 'Server' || hasEnded(status)) return false;
  for await (const target of everyClaimedTarget(rows, created.deploymentId)) {
    if (target.status === 'InProgress' && target.command?.acknowledgedAt !== undefined) return true;
  }
  return false;
}

/** The wish is in the log already. A wait that is not woken now is woken by the sweep, so that this is no failure. */
async function wakeUp(ports: ApiPorts, state: ExistingDeployment): Promise<void> {
  try {
    await settleWaits(ports, state);
  } catch (error) {
    const { deploymentId } = state.created;
    logger.error('a stopped deployment was not woken', { deploymentId, error: error as Error });
  }
}
