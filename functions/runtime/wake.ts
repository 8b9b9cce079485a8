import type { ParkedTokens } from '../adapters/parked-tokens.ts';
import type { Workflows } from '../adapters/workflows.ts';

export interface WakePorts {
  readonly tokens: ParkedTokens;
  readonly workflows: Pick<Workflows, 'fail'>;
}

/**
 * Fails every token that a deployment has parked, so that its workflow goes on by the Catch for `error`: "BakeEnded"
 * takes the next step, anything else restores the traffic. The reason must be in the log before. Returns how many
 * waits were really woken; none is no error, since what parks reads the log again afterwards.
 */
export async function wake(
  { tokens, workflows }: WakePorts,
  deploymentId: string,
  error: 'BakeEnded' | 'Ending',
  cause: string,
): Promise<number> {
  let woken = 0;
  for (const parked of await tokens.of(deploymentId)) {
    if ((await workflows.fail(parked.token, error, cause)) === 'sent') woken += 1;
    await tokens.forget(parked);
  }
  return woken;
}
