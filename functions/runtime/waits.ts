import type { ExistingDeployment } from '../../core/deployments/deployment-state.ts';
import { lifecycleEvent } from '../../core/deployments/hooks.ts';
import type { ParkedToken, ParkedTokens } from '../adapters/parked-tokens.ts';
import type { TokenSent, Workflows } from '../adapters/workflows.ts';
import type { Task } from './task.ts';

export interface WaitPorts {
  readonly tokens: ParkedTokens;
  readonly workflows: Pick<Workflows, 'succeed' | 'fail'>;
}

/** The states whose tasks wait; the wait after it is another one, so the time of entry is part of its name. */
export type WaitingState =
  | 'BeforeAllowTraffic'
  | 'AllowTraffic'
  | 'Postponed'
  | 'AfterAllowTraffic'
  | 'MonitorZone';

/** Waits that end by time alone. */
const TIMED: readonly WaitingState[] = ['AllowTraffic', 'Postponed', 'MonitorZone'];

export function entryOf(state: WaitingState, { enteredAt }: Pick<Task, 'enteredAt'>): string {
  return `${state}#${enteredAt}`;
}

/**
 * Sends every wait of a deployment on its way that the log has an answer for: an end leads to RestoreTraffic, a
 * validation function that succeeded to the next state. The events must be in the log before. Returns how many were
 * really woken; none is no error, since what parks reads the log again afterwards.
 */
export async function settleWaits(ports: WaitPorts, state: ExistingDeployment): Promise<number> {
  return wakeEach(ports, state.created.deploymentId, (parked) => settled(ports, state, parked));
}

/** The time of a wait is over: the bake of a step, or the pause of one that is postponed. */
export async function endWait(ports: WaitPorts, { created }: ExistingDeployment): Promise<number> {
  return wakeEach(ports, created.deploymentId, async (parked) => {
    if (!TIMED.includes(stateOf(parked))) return undefined;
    return ports.workflows.fail(parked.token, 'WaitOver', 'the wait is over');
  });
}

async function settled(
  { workflows }: WaitPorts,
  state: ExistingDeployment,
  parked: ParkedToken,
): Promise<TokenSent | undefined> {
  if (state.ending !== undefined) return workflows.fail(parked.token, 'Ending', state.ending.message);
  const name = stateOf(parked);
  const isHook = name === 'BeforeAllowTraffic' || name === 'AfterAllowTraffic';
  if (!isHook || lifecycleEvent(state, name)?.status !== 'Succeeded') return undefined;
  return workflows.succeed(parked.token, {});
}

function stateOf({ entry }: ParkedToken): WaitingState {
  return entry.slice(0, entry.indexOf('#')) as WaitingState;
}

/**
 * Sends to every token at once: those of waits that timed out long ago, or of an execution that was started beside the
 * recorded one, must not keep the one that counts. Forgets what was sent.
 */
async function wakeEach(
  { tokens }: WaitPorts,
  deploymentId: string,
  send: (parked: ParkedToken) => Promise<TokenSent | undefined>,
): Promise<number> {
  const sent = await Promise.all(
    (await tokens.of(deploymentId)).map(async (parked) => {
      const outcome = await send(parked);
      if (outcome !== undefined) await tokens.forget(parked);
      return outcome;
    }),
  );
  return sent.filter((outcome) => outcome === 'sent').length;
}
