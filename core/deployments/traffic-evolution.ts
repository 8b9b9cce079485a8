import type { Recorded } from '../decider.ts';
import { unreachable } from '../unreachable.ts';
import type { DeploymentEvent } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';

type TrafficEvent = Recorded<DeploymentEvent> & { type: `Traffic${string}` };

/** Where the weights of an alias are, and what is being done to them. */
export function withTraffic(state: ExistingDeployment, event: TrafficEvent): ExistingDeployment {
  switch (event.type) {
    case 'TrafficShiftStarted': {
      const { bakeEndsAt: _, ...traffic } = state.traffic;
      const inFlight = { step: event.data.step, startedAt: event.at, postponements: 0 };
      return { ...state, traffic: { ...traffic, inFlight, touched: true }, deadline: event.data.deadline };
    }
    case 'TrafficShiftPostponed': {
      const inFlight = {
        step: event.data.step,
        startedAt: state.traffic.inFlight?.startedAt ?? event.at,
        postponements: (state.traffic.inFlight?.postponements ?? 0) + 1,
        postponed: postponedBy(state, event),
        waitsUntil: event.at + event.data.waitSeconds * 1000,
        message: event.data.message,
      };
      return { ...state, traffic: { ...state.traffic, inFlight }, deadline: event.data.deadline };
    }
    case 'TrafficShifted': {
      const { step, weight, bakeEndsAt } = event.data;
      const traffic = { step, weight, touched: true, ...(bakeEndsAt === undefined ? {} : { bakeEndsAt }) };
      return { ...state, traffic, deadline: event.data.deadline };
    }
    case 'TrafficRestoreStarted':
      return {
        ...state,
        restore: { status: 'started', execution: state.executions, startedAt: event.at },
        deadline: event.data.deadline,
      };
    case 'TrafficRestored': {
      const { outcome, message, weight } = event.data;
      const { step, touched } = state.traffic;
      const traffic = { step, touched, weight: weight ?? state.traffic.weight };
      return {
        ...state,
        restore: { status: 'done', outcome, message },
        traffic,
        deadline: event.data.deadline,
      };
    }
    case 'TrafficRestoreFailed': {
      const { code, message } = event.data;
      const startedAt =
        state.restore !== undefined && 'startedAt' in state.restore ? state.restore.startedAt : event.at;
      return {
        ...state,
        restore: { status: 'failed', execution: state.executions, startedAt, code, message },
        deadline: event.data.deadline,
      };
    }
    case 'TrafficLeftWeighted':
      return { ...state, leftWeighted: event.data };
    default:
      return unreachable(event);
  }
}

function postponedBy(
  { traffic }: ExistingDeployment,
  { at, data }: Recorded<DeploymentEvent> & { type: 'TrafficShiftPostponed' },
) {
  const before = traffic.inFlight?.postponed;
  return before?.reason === data.reason ? before : { reason: data.reason, since: at };
}
