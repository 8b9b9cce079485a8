import { hostDeadlines } from '../../../core/deployments/deadlines.ts';
import type { Diagnostics, HostEventName } from '../../../core/deployments/lifecycle.ts';
import { IN_PLACE_LIFECYCLE, SUCCESS } from '../../../core/deployments/lifecycle.ts';
import type { TargetCommand } from '../../../core/deployments/target-commands.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { targetStream } from '../../../core/deployments/target-stream.ts';
import { target } from '../../../core/deployments/target.ts';
import { ISSUED_AT, folded } from '../given.ts';
import { FLEET_EXECUTION, FLEET_ID, claimOf, commandFor } from './given-fleet.ts';

export const HOST = claimOf(0).hostIdentifier;
export const stream = targetStream(FLEET_ID, 'i-0');
export const open = {
  pk: `deployment#${FLEET_ID}`,
  sk: 'open#000',
  code: 'DeploymentAlreadyCompletedException',
};
export const broken: Diagnostics = {
  errorCode: 'ScriptFailed',
  scriptName: 'stop.sh',
  message: 'Script at specified location: stop.sh failed with exit code 1',
  logTail: 'LifecycleEvent - ApplicationStop\n[stderr]no such process\n',
};
export const unanswered = (message: string): Diagnostics => ({
  errorCode: 'UnknownError',
  scriptName: '',
  message,
  logTail: '',
});

// What may be asked.
export const claim = (change: Parameters<typeof claimOf>[1] = {}): TargetCommand => ({
  type: 'ClaimTarget',
  data: claimOf(0, change),
});
export const queue = (lifecycleEventName: HostEventName, more: object = {}): TargetCommand => ({
  type: 'QueueHostCommand',
  data: { lifecycleEventName, executionArn: FLEET_EXECUTION, ...more },
});
export const of = (name: HostEventName) => ({ hostCommandIdentifier: commandFor(name) });
export const reachHead = (name: HostEventName): TargetCommand => ({ type: 'ReachHead', data: of(name) });
export const extend = (name: HostEventName): TargetCommand => ({ type: 'ExtendHostCommand', data: of(name) });
export const acknowledge = (name: HostEventName, more: object = {}): TargetCommand => ({
  type: 'AcknowledgeHostCommand',
  data: { ...of(name), isNoop: false, hasHeartbeat: false, ...more },
});
export const succeed = (name: HostEventName, more: object = {}): TargetCommand => ({
  type: 'CompleteHostCommand',
  data: { ...of(name), status: 'Succeeded', diagnostics: SUCCESS, ...more },
});
export const fail = (name: HostEventName, diagnostics = broken): TargetCommand => ({
  type: 'CompleteHostCommand',
  data: { ...of(name), status: 'Failed', diagnostics },
});
export const giveUp = (
  name: HostEventName,
  message: string,
  more: { readonly isUnreached?: true } = {},
): TargetCommand => ({
  type: 'FailHostCommand',
  data: { ...of(name), message, ...more },
});
export const cutShort: TargetCommand = { type: 'CutTargetShort', data: { reason: 'It was stopped.' } };
export const lose: TargetCommand = { type: 'LoseTarget', data: { reason: 'Nobody leads it.' } };

// What may have happened.
export const step = hostDeadlines.step(ISSUED_AT);
export const claimed = (change: Parameters<typeof claimOf>[1] = {}): TargetEvent => ({
  type: 'TargetClaimed',
  data: { ...claimOf(0, change), deadline: step },
});
export const pickUp = hostDeadlines.pickUp(ISSUED_AT);
export const queued = (lifecycleEventName: HostEventName, more: object = {}): TargetEvent => ({
  type: 'HostCommandQueued',
  data: { lifecycleEventName, ...of(lifecycleEventName), pickUpBy: pickUp, deadline: pickUp, ...more },
});
export const waiting = (lifecycleEventName: HostEventName): TargetEvent => ({
  type: 'HostCommandQueued',
  data: {
    lifecycleEventName,
    ...of(lifecycleEventName),
    behind: 'd-OTHER0001',
    deadline: hostDeadlines.queue(ISSUED_AT),
  },
});
export const endBy = hostDeadlines.event(ISSUED_AT);
export const acknowledged = (name: HostEventName, more: object = {}): TargetEvent => ({
  type: 'HostCommandAcknowledged',
  data: { ...of(name), isNoop: false, endBy, deadline: endBy, ...more },
});
export const succeeded = (lifecycleEventName: HostEventName): TargetEvent => ({
  type: 'HostEventSucceeded',
  data: { lifecycleEventName, diagnostics: SUCCESS, deadline: step },
});
export const eventFailed = (lifecycleEventName: HostEventName, diagnostics = broken): TargetEvent => ({
  type: 'HostEventFailed',
  data: { lifecycleEventName, diagnostics, deadline: step },
});
export const late = (name: HostEventName, status: 'Succeeded' | 'Failed', message: string): TargetEvent => ({
  type: 'HostAnsweredLate',
  data: { ...of(name), status, message },
});
export const targetFailed = (message: string): TargetEvent => ({ type: 'TargetFailed', data: { message } });
export const targetSkipped = (message: string): TargetEvent => ({ type: 'TargetSkipped', data: { message } });

/** All that happens to one lifecycle event that succeeds. */
export const through = (...names: readonly HostEventName[]): readonly TargetEvent[] =>
  names.flatMap((name) => [queued(name), acknowledged(name), succeeded(name)]);
export const allThrough = [claimed(), ...through(...IN_PLACE_LIFECYCLE)];
export const done: TargetEvent = {
  type: 'TargetSucceeded',
  data: { message: 'All lifecycle events succeeded.' },
};

export const stateAfter = (events: readonly TargetEvent[]) => folded(target, events) as ClaimedTarget;
export const statuses = (events: readonly TargetEvent[]) =>
  stateAfter(events).lifecycleEvents.map(({ status }) => status);

// What it looks like.
const rowsOf = (events: readonly TargetEvent[], pk: string) =>
  target.rows(folded(target, events)).filter((row) => row.pk === pk);
export const queueOf = (events: readonly TargetEvent[]) =>
  rowsOf(events, `host#${HOST}`).filter(({ sk }) => sk.startsWith('queued#'));
export const due = (events: readonly TargetEvent[]) => rowsOf(events, 'due-hosts').map(({ sk }) => sk);
