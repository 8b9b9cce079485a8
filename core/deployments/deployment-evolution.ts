import type { EpochMilliseconds, Issued, Recorded } from '../decider.ts';
import { unreachable } from '../unreachable.ts';
import type { DeploymentCreated, DeploymentEvent } from './deployment-events.ts';
import type { Deployment, Ending, ExistingDeployment, LifecycleEvent } from './deployment-state.ts';
import type { Diagnostics, LifecycleEventName } from './lifecycle.ts';
import { LAMBDA_LIFECYCLE } from './lifecycle.ts';
import { withFleet } from './fleet-evolution.ts';
import { withTraffic } from './traffic-evolution.ts';
import { withNotificationFailure } from './notification-failure.ts';

/** Total: never throws, whatever the order of events. */
export function evolve(state: Deployment, event: Recorded<DeploymentEvent>): Deployment {
  if (event.type === 'DeploymentCreated') return state.status === 'Absent' ? created(event) : state;
  if (state.status === 'Absent' || event.type === 'HookAnsweredLate') return state;
  if (event.type === 'NotificationFailed') return withNotificationFailure(state, event.data);
  return { ...applied(state, event), lastUpdatedAt: event.at };
}

/** What the state will be once a fact that is only being decided has been recorded. */
export function foresee(
  state: ExistingDeployment,
  facts: readonly DeploymentEvent[],
  { id, at, actor }: Issued,
): ExistingDeployment {
  return facts.reduce((folded, fact) => {
    const event: Recorded<DeploymentEvent> = { ...fact, stream: '', version: 0, at, actor, cause: id };
    return { ...applied(folded, event), lastUpdatedAt: at };
  }, state);
}

function created(event: Recorded<DeploymentEvent> & { type: 'DeploymentCreated' }): ExistingDeployment {
  return {
    status: 'Created',
    created: event.data,
    createdAt: event.at,
    lastUpdatedAt: event.at,
    ...(event.data.executionArn === undefined ? {} : { executionArn: event.data.executionArn }),
    executions: 1,
    lifecycleEvents: lifecycleOf(event.data),
    traffic: { step: 0, weight: 0, touched: false },
    deadline: event.data.deadline,
  };
}

/** Each target of a fleet has its own, in its own stream. */
function lifecycleOf({ computePlatform }: DeploymentCreated): readonly LifecycleEvent[] {
  if (computePlatform === 'Server') return [];
  return LAMBDA_LIFECYCLE.map((lifecycleEventName) => ({ lifecycleEventName, status: 'Pending' }));
}

function applied(state: ExistingDeployment, event: Recorded<DeploymentEvent>): ExistingDeployment {
  switch (event.type) {
    case 'DeploymentCreated':
      return state;
    case 'AdmissionPostponed':
    case 'DeploymentAdmitted':
      return withAdmission(state, event);
    case 'LifecycleEventStarted':
    case 'LifecycleEventSucceeded':
    case 'LifecycleEventFailed':
    case 'HookInvoked':
      return withLifecycle(state, event);
    case 'HookAnsweredLate':
      return state;
    case 'NotificationFailed':
      return withNotificationFailure(state, event.data);
    case 'TrafficShiftStarted':
    case 'TrafficShiftPostponed':
    case 'TrafficShifted':
    case 'TrafficRestoreStarted':
    case 'TrafficRestored':
    case 'TrafficRestoreFailed':
    case 'TrafficLeftWeighted':
      return withTraffic(state, event);
    case 'FleetAdmitted':
    case 'TargetsResolved':
    case 'WaveStarted':
    case 'WaveContinued':
    case 'ZoneMonitoringStarted':
      return withFleet(state, event);
    case 'AlarmRaised':
    case 'StopRequested':
    case 'FailureFound':
    case 'ExecutionReplaced':
    case 'DeploymentSucceeded':
    case 'DeploymentFailed':
    case 'DeploymentStopped':
      return towardsTheEnd(state, event);
    default:
      return unreachable(event);
  }
}

type AdmissionEvent = Recorded<DeploymentEvent> & { type: 'AdmissionPostponed' | 'DeploymentAdmitted' };

function withAdmission(state: ExistingDeployment, event: AdmissionEvent): ExistingDeployment {
  switch (event.type) {
    case 'AdmissionPostponed': {
      const { message, waitSeconds, deadline } = event.data;
      const times = (state.postponedAdmission?.times ?? 0) + 1;
      const waitsUntil = event.at + waitSeconds * 1000;
      return { ...state, postponedAdmission: { times, waitsUntil, message }, deadline };
    }
    case 'DeploymentAdmitted': {
      const { postponedAdmission: _, ...rest } = state;
      return {
        ...rest,
        status: 'InProgress',
        startedAt: event.at,
        executionArn: event.data.executionArn,
        admission: event.data,
        traffic: { ...state.traffic, weight: event.data.alreadyInPlace ? 100 : 0 },
        deadline: event.data.deadline,
      };
    }
    default:
      return unreachable(event);
  }
}

type LifecycleFact = Recorded<DeploymentEvent> & { type: `LifecycleEvent${string}` | 'HookInvoked' };

function withLifecycle(state: ExistingDeployment, event: LifecycleFact): ExistingDeployment {
  switch (event.type) {
    case 'LifecycleEventStarted':
      return withLifecycleEvent(state, event.data.lifecycleEventName, {
        status: 'InProgress',
        startedAt: event.at,
      });
    case 'LifecycleEventSucceeded':
    case 'LifecycleEventFailed': {
      const { lifecycleEventName, diagnostics } = event.data;
      const after = withLifecycleEvent(state, lifecycleEventName, {
        status: event.type === 'LifecycleEventFailed' ? 'Failed' : 'Succeeded',
        startedAt: startOf(state, lifecycleEventName) ?? event.at,
        endedAt: event.at,
        diagnostics,
      });
      const deadline = 'deadline' in event.data ? event.data.deadline : undefined;
      return deadline === undefined ? after : { ...after, deadline };
    }
    case 'HookInvoked':
      return { ...state, hooks: [...(state.hooks ?? []), event.data], deadline: event.data.deadline };
    default:
      return unreachable(event);
  }
}

type EndingEvent = Recorded<DeploymentEvent> & {
  type:
    | 'AlarmRaised'
    | 'StopRequested'
    | 'FailureFound'
    | 'ExecutionReplaced'
    | `Deployment${'Succeeded' | 'Failed' | 'Stopped'}`;
};

function towardsTheEnd(state: ExistingDeployment, event: EndingEvent): ExistingDeployment {
  switch (event.type) {
    case 'AlarmRaised':
      return ending(state, event.at, event.data.deadline, {
        status: 'Stopped',
        cause: 'alarm',
        code: 'ALARM_ACTIVE',
        message: event.data.message,
      });
    case 'StopRequested':
      return ending(state, event.at, event.data.deadline, {
        status: 'Stopped',
        cause: 'request',
        code: 'MANUAL_STOP',
        message: 'The deployment was stopped by request.',
        ...(event.data.autoRollbackEnabled === undefined
          ? {}
          : { autoRollbackEnabled: event.data.autoRollbackEnabled }),
      });
    case 'FailureFound':
      return ending(state, event.at, event.data.deadline, {
        status: 'Failed',
        cause: 'failure',
        code: event.data.code,
        message: event.data.message,
      });
    case 'ExecutionReplaced':
      return {
        ...state,
        executionArn: event.data.executionArn,
        executions: event.data.attempt,
        deadline: event.data.deadline,
      };
    case 'DeploymentSucceeded':
      return {
        ...state,
        status: 'Succeeded',
        completedAt: event.at,
        end: { status: 'Succeeded', ...event.data },
      };
    case 'DeploymentFailed':
    case 'DeploymentStopped': {
      const status = event.type === 'DeploymentFailed' ? 'Failed' : 'Stopped';
      return { ...state, status, completedAt: event.at, end: { status: 'Early', ...event.data } };
    }
    default:
      return unreachable(event);
  }
}

/** The event in flight ends Failed and later ones are Skipped, as the product shows a stop or an alarm. */
function ending(
  state: ExistingDeployment,
  at: EpochMilliseconds,
  deadline: EpochMilliseconds,
  reason: Ending,
): ExistingDeployment {
  if (state.ending !== undefined) return state;
  const lifecycleEvents = state.lifecycleEvents.map((event): LifecycleEvent => {
    if (event.status === 'Pending') return { ...event, status: 'Skipped', endedAt: at };
    if (event.status !== 'InProgress') return event;
    const diagnostics: Diagnostics = {
      errorCode: 'UnknownError',
      scriptName: '',
      message: reason.message,
      logTail: '',
    };
    return { ...event, status: 'Failed', endedAt: at, diagnostics };
  });
  return { ...state, ending: reason, lifecycleEvents, deadline };
}

function withLifecycleEvent(
  state: ExistingDeployment,
  name: LifecycleEventName,
  change: Omit<LifecycleEvent, 'lifecycleEventName'>,
): ExistingDeployment {
  const lifecycleEvents = state.lifecycleEvents.map((event) =>
    event.lifecycleEventName === name ? { ...event, ...change } : event,
  );
  return { ...state, lifecycleEvents };
}

function startOf(state: ExistingDeployment, name: LifecycleEventName): EpochMilliseconds | undefined {
  return state.lifecycleEvents.find((event) => event.lifecycleEventName === name)?.startedAt;
}
