import type { FleetEvent } from '../../../core/deployments/fleet-evolution.ts';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';

/** The compiler refuses this while a type is missing, so that tests over all types cannot forget a new one. */
const types: Readonly<Record<Exclude<DeploymentEvent['type'], FleetEvent['type']>, true>> = {
  DeploymentCreated: true,
  AdmissionPostponed: true,
  DeploymentAdmitted: true,
  LifecycleEventStarted: true,
  LifecycleEventSucceeded: true,
  LifecycleEventFailed: true,
  HookInvoked: true,
  HookAnsweredLate: true,
  TrafficShiftStarted: true,
  TrafficShiftPostponed: true,
  TrafficShifted: true,
  AlarmRaised: true,
  StopRequested: true,
  FailureFound: true,
  ExecutionReplaced: true,
  TrafficRestoreStarted: true,
  TrafficRestored: true,
  TrafficRestoreFailed: true,
  TrafficLeftWeighted: true,
  DeploymentSucceeded: true,
  DeploymentFailed: true,
  DeploymentStopped: true,
  NotificationFailed: true,
};

export const deploymentEventTypes = Object.keys(types) as readonly DeploymentEvent['type'][];
