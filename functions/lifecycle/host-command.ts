import * as z from 'zod';
import type { EpochMilliseconds } from '../../core/decider.ts';
import type { HostEventName } from '../../core/deployments/lifecycle.ts';
import { IN_PLACE_LIFECYCLE } from '../../core/deployments/lifecycle.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { target } from '../../core/deployments/target.ts';
import { isSilent } from '../../core/hosts/presence.ts';
import { Refusal } from '../../core/refusal.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import type { HostSigns } from '../adapters/host-signs.ts';
import { dynamoHostSigns } from '../adapters/host-signs.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { environmentOf } from '../runtime/environment.ts';
import { headOfQueue } from '../runtime/fleet-rows.ts';
import { handlerOf } from '../runtime/handler.ts';
import { load } from '../runtime/history.ts';
import type { HostCommandPorts } from '../runtime/host-commands.ts';
import { decideTarget, settleTarget, waitsOf, wakeTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';

export type HostCommandTaskPorts = HostCommandPorts & { readonly signs: Pick<HostSigns, 'presence'> };

const hostCommandInput = z.object({
  token: z.string().min(1),
  enteredAt: z.string().min(1),
  /** The name of the state is that of the lifecycle event. */
  state: z.enum(IN_PLACE_LIFECYCLE),
  instanceExecutionArn: z.string().min(1),
  input: z.object({
    deploymentId: z.string().min(1),
    targetId: z.string().min(1),
    /** Of the execution that runs the deployment. */
    executionArn: z.string().min(1),
  }),
});

type HostCommandInput = z.infer<typeof hostCommandInput>;

/** Longer than a deployment may live, so that the table's own expiry removes only what nobody will wake. */
const KEEP_MILLISECONDS = 36 * 60 * 60 * 1000;

/**
 * The state of each lifecycle event of an instance: queues the command for its host, and waits. Whoever ends the event
 * wakes it. May run twice.
 */
export function hostCommand(ports: HostCommandTaskPorts): (event: unknown) => Promise<void> {
  return async (event) => {
    const task = hostCommandInput.parse(event);
    try {
      await commanded(ports, task);
    } catch (error) {
      // What is thrown by a task that waits is heard by nobody until it times out; by this name it is tried again.
      logger.error('a host command could not be queued', { error: error as Error });
      await ports.workflows.fail(task.token, 'HostCommandFailed', String(error));
    }
  };
}

async function commanded(ports: HostCommandTaskPorts, task: HostCommandInput): Promise<void> {
  const { deploymentId, targetId } = task.input;
  const stream = targetStream(deploymentId, targetId);
  const before = await load(ports.store, target, stream);
  if (before.status === 'Unclaimed') throw new Error(`${stream} was never claimed`);
  const entry = `${task.state}#${Date.parse(task.enteredAt)}`;
  const wait = { deploymentId: waitsOf(task.input), entry, token: task.token };
  await ports.tokens.park(wait, ports.system.now() + KEEP_MILLISECONDS);
  if (before.status === 'InProgress') await queued(ports, task, before);
  // The host may have been quicker than the parking, and the end of the deployment as well.
  const now = await load(ports.store, target, stream);
  if (now.status !== 'Unclaimed') await wakeTarget(ports, now);
}

async function queued(
  ports: HostCommandTaskPorts,
  task: HostCommandInput,
  { claimed }: ClaimedTarget,
): Promise<void> {
  const { deploymentId, targetId, executionArn } = task.input;
  const actor = { type: 'execution', id: task.instanceExecutionArn } as const;
  const [head, presence] = await Promise.all([
    headOfQueue(ports.rows, claimed.hostIdentifier),
    ports.signs.presence(claimed.hostIdentifier),
  ]);
  const isBehind = head !== undefined && head.deploymentId !== deploymentId;
  const silent = isSilent(presence, ports.system.now());
  const data: {
    lifecycleEventName: HostEventName;
    executionArn: string;
    behind?: string;
    lastPolledAt?: EpochMilliseconds;
    isSilent?: boolean;
  } = {
    lifecycleEventName: task.state,
    executionArn,
    ...(isBehind ? { behind: head.deploymentId } : {}),
    ...(presence === undefined ? {} : { lastPolledAt: presence.lastPolledAt }),
    ...(silent ? { isSilent: true } : {}),
  };
  try {
    await decideTarget(ports, { deploymentId, targetId }, { type: 'QueueHostCommand', data }, actor);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const reason = 'The deployment was about to end, and nothing more was begun on the instance.';
    const cut = { type: 'CutTargetShort', data: { reason } } as const;
    await settleTarget(ports, { deploymentId, targetId }, cut, actor);
  }
}

export const handler = handlerOf('lifecycle/host-command', (variables) => {
  const environment = environmentOf('lifecycle/host-command', variables);
  return hostCommand({
    ...storePorts(environment),
    ...tokenPorts(environment),
    signs: dynamoHostSigns(documentClient(), environment.LIVE_TABLE),
    workflows: stepFunctions(),
  });
});
