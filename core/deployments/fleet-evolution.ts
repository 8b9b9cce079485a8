import type { Recorded } from '../decider.ts';
import { unreachable } from '../unreachable.ts';
import type { DeploymentEvent } from './deployment-events.ts';
import type { ExistingDeployment } from './deployment-state.ts';

export type FleetEvent = Recorded<DeploymentEvent> & {
  type: 'FleetAdmitted' | 'TargetsResolved' | `Wave${string}` | 'ZoneMonitoringStarted';
};

/** What becomes of a deployment's fleet. An event of a fleet that was never admitted changes nothing. */
export function withFleet(state: ExistingDeployment, event: FleetEvent): ExistingDeployment {
  if (event.type === 'FleetAdmitted') {
    const { postponedAdmission: _, ...rest } = state;
    const { executionArn, deadline } = event.data;
    return {
      ...rest,
      status: 'InProgress',
      startedAt: event.at,
      executionArn,
      fleet: { admitted: event.data },
      fleetTargets: [],
      deadline,
    };
  }
  const { fleet, fleetTargets = [] } = state;
  if (fleet === undefined) return state;
  switch (event.type) {
    case 'TargetsResolved':
      return { ...state, fleetTargets: [...fleetTargets, ...event.data.targets] };
    case 'WaveStarted':
      return { ...state, fleet: { ...fleet, wave: event.data }, deadline: event.data.deadline };
    case 'WaveContinued':
      return { ...state, deadline: event.data.deadline };
    case 'ZoneMonitoringStarted':
      return { ...state, fleet: { ...fleet, watching: event.data }, deadline: event.data.deadline };
    default:
      return unreachable(event);
  }
}
