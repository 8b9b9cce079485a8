import type { HostSeen } from '../../core/deployments/overdue-target.ts';
import { whatIsOverdueOfTarget } from '../../core/deployments/overdue-target.ts';
import type { TargetCommand } from '../../core/deployments/target-commands.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { target } from '../../core/deployments/target.ts';
import { padded, rowKeys } from '../../core/views/row-keys.ts';
import type { HostSigns } from '../adapters/host-signs.ts';
import { headOfQueue } from '../runtime/fleet-rows.ts';
import { load } from '../runtime/history.ts';
import type { HostCommandPorts, TargetId } from '../runtime/host-commands.ts';
import { settleTarget, wakeTarget } from '../runtime/host-commands.ts';
import { logger } from '../runtime/log.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { someAtOnce } from '../runtime/some-at-once.ts';
import { isoTime } from '../runtime/time-texts.ts';

export type OverdueHostPorts = HostCommandPorts & { readonly signs: HostSigns; readonly metrics: Metrics };

/** A whole fleet may fall silent in the same minute. */
const MOST_HOSTS_OF_A_SWEEP = 1000;

/** Each takes some ten requests of a few milliseconds: a thousand of them are through within the sweep's minute. */
const HOSTS_AT_ONCE = 20;

const sweep = { type: 'clock', id: 'sweep' } as const;

/**
 * The part of the sweep that is for hosts: every target at work has one row in `due-hosts`. An agent that does not pick
 * up its command, or falls silent over it, has failed; one that is at work is given more time. Returns how many were due.
 */
export async function sweepHosts(ports: OverdueHostPorts): Promise<number> {
  const { pk } = rowKeys.dueHost(0, '');
  // Inclusive of the streams that are due in this very millisecond.
  const to = `${padded(ports.system.now())}#~`;
  const { rows } = await ports.rows.query({ pk, to, limit: MOST_HOSTS_OF_A_SWEEP });
  const targets = rows.map(({ data }) => JSON.parse(data) as TargetId);
  const failures = await someAtOnce(targets, HOSTS_AT_ONCE, (id) => lookAfterTarget(ports, id));
  for (const { item, error } of failures) {
    logger.error('the sweep failed for a target', { ...item, error: error as Error });
    ports.metrics.count('FailureCaught');
  }
  return rows.length;
}

async function lookAfterTarget(ports: OverdueHostPorts, id: TargetId): Promise<void> {
  const state = await load(ports.store, target, targetStream(id.deploymentId, id.targetId));
  if (state.status === 'Unclaimed') return;
  const host = await seen(ports, state);
  const overdue = whatIsOverdueOfTarget(state, host, ports.system.now(), isoTime);
  switch (overdue.status) {
    case 'nothing':
      return;
    case 'decided':
      await settleTarget(ports, id, overdue.command, sweep);
      return;
    case 'unled': {
      if ((await wakeTarget(ports, state)) > 0 || !overdue.isLost) return;
      const lose: TargetCommand = { type: 'LoseTarget', data: { reason: overdue.reason } };
      await settleTarget(ports, id, lose, sweep);
      return;
    }
    default:
      overdue satisfies never;
  }
}

/** Only what the command's state asks for is read. */
async function seen({ rows, signs }: OverdueHostPorts, state: ClaimedTarget): Promise<HostSeen> {
  const { command, claimed } = state;
  if (command === undefined) return { isHead: false };
  const { hostCommandIdentifier } = command;
  if (command.acknowledgedAt !== undefined) {
    const lastHeartbeat = await signs.lastHeartbeat(hostCommandIdentifier);
    return { isHead: true, ...(lastHeartbeat === undefined ? {} : { lastHeartbeat }) };
  }
  const [head, presence] = await Promise.all([
    headOfQueue(rows, claimed.hostIdentifier),
    signs.presence(claimed.hostIdentifier),
  ]);
  return {
    isHead: head?.hostCommandIdentifier === hostCommandIdentifier,
    ...(presence === undefined ? {} : { lastPolledAt: presence.lastPolledAt }),
  };
}
