import { claimedTargets } from '../runtime/fleet-rows.ts';
import type { HostCommandPorts } from '../runtime/host-commands.ts';
import { settleTarget } from '../runtime/host-commands.ts';
import { someAtOnce } from '../runtime/some-at-once.ts';

/** Each takes some ten requests of a few milliseconds: a fleet of a thousand is through within seconds. */
const TARGETS_AT_ONCE = 20;

/**
 * A deployment is about to end: the hosts that have not taken their command lose it. What a host is at work on is left to
 * its end, and nothing follows it. Of a deployment without a fleet nothing was claimed, which is one small query. Doing it
 * twice does nothing more. Throws where some of the targets could not be told.
 */
export async function cutTargetsShort(
  ports: HostCommandPorts,
  deploymentId: string,
  reason: string,
): Promise<void> {
  const claimed = await claimedTargets(ports.rows, deploymentId);
  const inFlight = claimed.filter(({ status }) => status === 'InProgress');
  const actor = { type: 'deployment', id: deploymentId } as const;
  const failures = await someAtOnce(inFlight, TARGETS_AT_ONCE, ({ claimed: { targetId } }) =>
    settleTarget(ports, { deploymentId, targetId }, { type: 'CutTargetShort', data: { reason } }, actor),
  );
  if (failures.length === 0) return;
  const errors = failures.map(({ error }) => error);
  throw new AggregateError(errors, `${failures.length} targets of ${deploymentId} were not cut short`);
}
