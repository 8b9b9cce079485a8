import * as z from 'zod';
import { positionAt } from '../../core/deployments/fleet-plan.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { target } from '../../core/deployments/target.ts';
import { Refusal } from '../../core/refusal.ts';
import type { OpenDeploymentRow } from '../../core/views/deployment-rows.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import type { ClaimPositions } from '../adapters/claim-positions.ts';
import { dynamoClaimPositions } from '../adapters/claim-positions.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Workflows } from '../adapters/workflows.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import { fleetTargetAt, openDeployment } from '../runtime/fleet-rows.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import { decideTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import { storePorts } from '../runtime/ports.ts';
import { system } from '../runtime/system.ts';
import { loseTarget } from './lose-targets.ts';

export type ClaimPorts = ExecutePorts & {
  readonly rows: RowReader;
  readonly positions: ClaimPositions;
  readonly workflows: Pick<Workflows, 'succeed' | 'fail'>;
};

const claimInput = z.object({
  token: z.string().min(1),
  /** The execution of this slot; on the local cloud its parent's. */
  slotExecutionArn: z.string().min(1),
  enteredAt: z.string().min(1),
  slot: z.object({
    deploymentId: z.string().min(1),
    /** Of the execution that runs the deployment. */
    executionArn: z.string().min(1),
    wave: z.number().int(),
    slot: z.number().int(),
    /** What this slot claimed last; the id is empty before its first claim. */
    claim: z.object({ targetId: z.string(), count: z.number().int() }),
  }),
});

type ClaimInput = z.infer<typeof claimInput>;

/**
 * A claim and the run of a target are some 12 events in the history of a slot, which may hold 25,000. A slot that has
 * been through this many ends, and the next wave goes on with what is left.
 */
const MOST_CLAIMS_OF_A_SLOT = 400;

/**
 * State Claim: takes the next target for a slot, or ends the slot: where none is left, where its last target failed,
 * and where the deployment is about to end. It answers by its token, so that no Choice has to follow. May run twice.
 */
export function claim(ports: ClaimPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const input = claimInput.parse(event);
    const { token } = input;
    try {
      const found = await claimed(ports, input);
      if (found === undefined) {
        await ports.workflows.fail(token, 'NothingToClaim', 'The slot has nothing more to do.');
        return;
      }
      const count = input.slot.claim.count + 1;
      await ports.workflows.succeed(token, { targetId: found, count });
    } catch (error) {
      // What is thrown by a task that waits is heard by nobody until it times out.
      logger.error('a claim failed', { error: error as Error });
      await ports.workflows.fail(token, 'ClaimFailed', error instanceof Error ? error.message : 'unknown');
    }
  };
}

async function claimed(ports: ClaimPorts, input: ClaimInput): Promise<string | undefined> {
  const { deploymentId, executionArn, wave, claim: last } = input.slot;
  if (last.targetId !== '' && !(await hasSucceeded(ports, input))) return undefined;
  if (last.count >= MOST_CLAIMS_OF_A_SLOT) return undefined;
  const open = await openDeployment(ports.rows, deploymentId);
  if (open === undefined || open.executionArn !== executionArn || open.wave !== wave) return undefined;
  try {
    return await firstFree(ports, input, open);
  } catch (error) {
    // The deployment has found a reason to end in this very moment.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** A target that failed takes its slot with it. One that nobody leads any more has failed. */
async function hasSucceeded(ports: ClaimPorts, { slot, slotExecutionArn }: ClaimInput): Promise<boolean> {
  const { deploymentId, claim: last } = slot;
  const { targetId } = last;
  const state = await load(ports.store, target, targetStream(deploymentId, targetId));
  if (state.status !== 'InProgress') return state.status === 'Succeeded';
  await loseTarget(ports, { deploymentId, targetId }, slotExecutionArn);
  return false;
}

/** Each slot begins with a place of its own, and draws the next ones from what is behind those. */
async function firstFree(
  ports: ClaimPorts,
  input: ClaimInput,
  open: OpenDeploymentRow,
): Promise<string | undefined> {
  const { deploymentId, wave, slot } = input.slot;
  // The number tells slots apart that begin in one millisecond where, as on the local cloud, all have their parent's ARN.
  const id = `${input.slotExecutionArn}#${slot}#${input.enteredAt}`;
  const draw = async () => open.slots + (await ports.positions.draw(deploymentId, wave));
  const given = await ports.positions.given(deploymentId, id);
  for (let place = given ?? (input.slot.claim.count === 0 ? slot : await draw()); ; place = await draw()) {
    const position = positionAt(open.positions, place);
    if (position === undefined) return undefined;
    await ports.positions.give(deploymentId, id, place);
    const targetId = await taken(ports, { input, open, id, position });
    if (targetId !== undefined) return targetId;
  }
}

async function taken(
  ports: ClaimPorts,
  {
    input,
    open,
    id,
    position,
  }: {
    readonly input: ClaimInput;
    readonly open: OpenDeploymentRow;
    readonly id: string;
    readonly position: number;
  },
): Promise<string | undefined> {
  const { positions: _, ...deployment } = open;
  const found = await fleetTargetAt(ports.rows, open.deploymentId, position);
  if (found === undefined) throw new Error(`the fleet of ${open.deploymentId} has no position ${position}`);
  const data = { ...deployment, ...found, position, slot: input.slot.slot, claim: id };
  const { state } = await decideTarget(
    ports,
    { deploymentId: open.deploymentId, targetId: found.targetId },
    { type: 'ClaimTarget', data },
    { type: 'execution', id: input.slotExecutionArn },
  );
  return state.status !== 'Unclaimed' && state.claimed.claim === id ? found.targetId : undefined;
}

export const handler = handlerOf('lifecycle/claim', (variables) => {
  const environment = environmentOf('lifecycle/claim', variables);
  return claim({
    ...storePorts(environment),
    positions: dynamoClaimPositions(documentClient(), environment.LIVE_TABLE, system.now),
    workflows: stepFunctions(),
  });
});
