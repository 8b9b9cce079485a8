import type { Aggregate, Decision, Issued } from '../decider.ts';
import { hostCommandIdentifier } from '../hosts/host-command-identifier.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import { chunkOf } from '../views/deployment-rows.ts';
import { rowKeys } from '../views/row-keys.ts';
import { targetRows } from '../views/target-rows.ts';
import { hostDeadlines } from './deadlines.ts';
import type {
  AcknowledgeHostCommand,
  CompleteHostCommand,
  FailHostCommand,
  OfHostCommand,
  QueueHostCommand,
  TargetCommand,
} from './target-commands.ts';
import { evolveTarget } from './target-evolution.ts';
import type { HostEventFailed, TargetClaimed, TargetEvent } from './target-events.ts';
import type { ClaimedTarget, Target } from './target-state.ts';
import { unclaimed } from './target-state.ts';

/** One instance that one deployment goes to: stream `target#d-…#<target>`. */
export const target: Aggregate<Target, TargetCommand, TargetEvent> = {
  name: 'target',
  initial: unclaimed,
  decide,
  evolve: evolveTarget,
  rows: (state) => (state.status === 'Unclaimed' ? [] : targetRows(state)),
  taken: () => undefined,
};

function decide(state: Target, command: TargetCommand & Issued): Decision<TargetEvent> {
  if (command.type === 'ClaimTarget') return claim(state, command.data, command);
  if (state.status === 'Unclaimed') return { events: [] };
  switch (command.type) {
    case 'QueueHostCommand':
      return queue(state, { ...command.data, ...command });
    case 'ReachHead':
      return { events: reachHead(state, { ...command.data, ...command }) };
    case 'AcknowledgeHostCommand':
      return { events: acknowledge(state, { ...command.data, ...command }) };
    case 'ExtendHostCommand':
      return { events: extend(state, { ...command.data, ...command }) };
    case 'CompleteHostCommand':
      return { events: complete(state, { ...command.data, ...command }) };
    case 'FailHostCommand':
      return { events: fail(state, { ...command.data, ...command }) };
    case 'CutTargetShort':
      return { events: cutShort(state, command.data.reason) };
    case 'LoseTarget':
      return { events: lose(state, command.data.reason) };
    default:
      return unreachable(command);
  }
}

/** Whoever comes second writes nothing, and sees in the state who was first. */
function claim(state: Target, data: Omit<TargetClaimed, 'deadline'>, { at }: Issued): Decision<TargetEvent> {
  if (state.status !== 'Unclaimed') return { events: [] };
  return {
    events: [{ type: 'TargetClaimed', data: { ...data, deadline: hostDeadlines.step(at) } }],
    requires: [mayBegin(data)],
  };
}

/** The row is there only as long as the deployment has no reason to end: nothing new begins after that. */
function mayBegin({ deploymentId, position }: Pick<TargetClaimed, 'deploymentId' | 'position'>) {
  return {
    ...rowKeys.openChunk(deploymentId, chunkOf(position)),
    refusal: new Refusal(
      'DeploymentAlreadyCompletedException',
      `Deployment ${deploymentId} begins nothing more: it is about to end.`,
    ),
  };
}

function queue(state: ClaimedTarget, command: QueueHostCommand & Issued): Decision<TargetEvent> {
  const { claimed, lifecycleEvents } = state;
  const { lifecycleEventName, executionArn, behind, lastPolledAt, isSilent, at } = command;
  const event = lifecycleEvents.find((known) => known.lifecycleEventName === lifecycleEventName);
  const next = lifecycleEvents.find(({ status }) => status === 'Pending' || status === 'InProgress');
  const isDue = event !== undefined && event.status === 'Pending' && next === event;
  if (state.status !== 'InProgress' || claimed.executionArn !== executionArn || !isDue) return { events: [] };
  const { deploymentId, targetId } = claimed;
  const pickUpBy = behind === undefined ? hostDeadlines.pickUp(at) : undefined;
  return {
    events: [
      {
        type: 'HostCommandQueued',
        data: {
          lifecycleEventName,
          hostCommandIdentifier: hostCommandIdentifier({ deploymentId, lifecycleEventName, targetId }),
          ...(behind === undefined ? {} : { behind }),
          ...(pickUpBy === undefined ? {} : { pickUpBy }),
          ...(lastPolledAt === undefined ? {} : { lastPolledAt }),
          ...(isSilent === true ? { isSilent } : {}),
          deadline: pickUpBy ?? hostDeadlines.queue(at),
        },
      },
    ],
    requires: [mayBegin(claimed)],
  };
}

function reachHead(state: ClaimedTarget, { hostCommandIdentifier: id, at }: OfHostCommand & Issued) {
  const { command } = state;
  // Two that were queued in one moment both took themselves for the first: the time begins anew.
  if (command?.hostCommandIdentifier !== id || command.acknowledgedAt !== undefined) return [];
  const pickUpBy = hostDeadlines.pickUp(at);
  return [
    {
      type: 'HostCommandReachedHead',
      data: { hostCommandIdentifier: id, pickUpBy, deadline: pickUpBy },
    } as const,
  ];
}

/** The first acknowledgement counts; the gateway answers the others from the state. */
function acknowledge(state: ClaimedTarget, command: AcknowledgeHostCommand & Issued): readonly TargetEvent[] {
  const { hostCommandIdentifier: id, isNoop, agentVersion, hasHeartbeat, at } = command;
  if (state.command?.hostCommandIdentifier !== id || state.command.acknowledgedAt !== undefined) return [];
  const endBy = hostDeadlines.event(at);
  return [
    {
      type: 'HostCommandAcknowledged',
      data: {
        hostCommandIdentifier: id,
        isNoop,
        ...(agentVersion === undefined ? {} : { agentVersion }),
        endBy,
        deadline: hasHeartbeat ? hostDeadlines.heartbeat(at) : endBy,
      },
    },
  ];
}

function extend(state: ClaimedTarget, { hostCommandIdentifier: id, at }: OfHostCommand & Issued) {
  const { command, deadline } = state;
  if (command?.hostCommandIdentifier !== id || at < deadline) return [];
  const until =
    command.acknowledgedAt === undefined
      ? hostDeadlines.queue(at)
      : Math.min(hostDeadlines.heartbeat(at), command.endBy ?? at);
  return until <= deadline
    ? []
    : [{ type: 'HostCommandExtended', data: { hostCommandIdentifier: id, deadline: until } } as const];
}

/** An agent may repeat itself, and may contradict itself; beyond this many nothing more is noted. */
const MOST_LATE_ANSWERS = 20;

function complete(state: ClaimedTarget, command: CompleteHostCommand & Issued): readonly TargetEvent[] {
  const { hostCommandIdentifier: id, status, diagnostics, outputKey } = command;
  const isAwaited = state.command?.hostCommandIdentifier === id;
  if (!isAwaited || state.status !== 'InProgress') {
    if (!isAwaited && (state.lateAnswers ?? 0) >= MOST_LATE_ANSWERS) return [];
    return [
      {
        type: 'HostAnsweredLate',
        data: { hostCommandIdentifier: id, status, message: diagnostics.message.slice(0, LONGEST_NOTE) },
      },
    ];
  }
  const output = outputKey === undefined ? {} : { outputKey };
  const { lifecycleEventName } = state.command;
  if (status === 'Failed') return failed(state, { ...output, diagnostics }, command);
  const succeeded: TargetEvent = {
    type: 'HostEventSucceeded',
    data: { lifecycleEventName, diagnostics, ...output, deadline: hostDeadlines.step(command.at) },
  };
  const isLast = state.lifecycleEvents.at(-1)?.lifecycleEventName === lifecycleEventName;
  if (!isLast) return [succeeded];
  return [succeeded, { type: 'TargetSucceeded', data: { message: 'All lifecycle events succeeded.' } }];
}

const LONGEST_NOTE = 500;

function fail(state: ClaimedTarget, command: FailHostCommand & Issued): readonly TargetEvent[] {
  if (state.command?.hostCommandIdentifier !== command.hostCommandIdentifier) return [];
  const { message, isUnreached } = command;
  // The target has ended long ago: only the host's queue still knew the command.
  if (state.status !== 'InProgress') {
    const { hostCommandIdentifier: id } = command;
    return [{ type: 'HostAnsweredLate', data: { hostCommandIdentifier: id, status: 'Failed', message } }];
  }
  const diagnostics = { errorCode: 'UnknownError', scriptName: '', message, logTail: '' } as const;
  const unreached = isUnreached === true && state.isReached !== true ? { isUnreached } : {};
  return failed(state, { diagnostics, ...unreached }, command, false);
}

/** A host that is silent is no failure of a script, so that it is never ignored. */
function failed(
  state: ClaimedTarget,
  answer: Pick<HostEventFailed, 'diagnostics' | 'outputKey' | 'isUnreached'>,
  { at }: Issued,
  mayIgnore = true,
): readonly TargetEvent[] {
  const { command, claimed } = state;
  if (command === undefined) throw new Error('a lifecycle event fails by its command');
  const { lifecycleEventName } = command;
  const isIgnored =
    mayIgnore && claimed.ignoreApplicationStopFailures && lifecycleEventName === 'ApplicationStop';
  const deadline = hostDeadlines.step(at);
  const data = { lifecycleEventName, ...answer, ...(isIgnored ? { isIgnored } : {}), deadline };
  const event: TargetEvent = { type: 'HostEventFailed', data };
  if (isIgnored) return [event];
  const message = `${lifecycleEventName} failed: ${answer.diagnostics.message}`;
  return [event, { type: 'TargetFailed', data: { message } }];
}

/**
 * The deployment is about to end. What the host is at work on is left to its end; a command that it has not taken is
 * withdrawn, and what was begun and stays half done counts as failed.
 */
function cutShort(state: ClaimedTarget, reason: string): readonly TargetEvent[] {
  if (state.status !== 'InProgress' || state.command?.acknowledgedAt !== undefined) return [];
  const isUntouched = state.lifecycleEvents.every(
    ({ status }) => status === 'Pending' || status === 'InProgress',
  );
  return [{ type: isUntouched ? 'TargetSkipped' : 'TargetFailed', data: { message: reason } }];
}

/** Nobody leads it any more. The host may still be at work: its next command waits for that. */
function lose(state: ClaimedTarget, reason: string): readonly TargetEvent[] {
  if (state.status !== 'InProgress') return [];
  return [{ type: 'TargetFailed', data: { message: reason } }];
}
