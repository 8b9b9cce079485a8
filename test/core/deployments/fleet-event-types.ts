import type { FleetEvent } from '../../../core/deployments/fleet-evolution.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';

/** The compiler refuses these while a type is missing, so that tests over all types cannot forget a new one. */
const ofFleets: Readonly<Record<FleetEvent['type'], true>> = {
  FleetAdmitted: true,
  TargetsResolved: true,
  WaveStarted: true,
  WaveContinued: true,
  ZoneMonitoringStarted: true,
};
const ofTargets: Readonly<Record<TargetEvent['type'], true>> = {
  TargetClaimed: true,
  HostCommandQueued: true,
  HostCommandReachedHead: true,
  HostCommandAcknowledged: true,
  HostCommandExtended: true,
  HostEventSucceeded: true,
  HostEventFailed: true,
  HostAnsweredLate: true,
  TargetSucceeded: true,
  TargetFailed: true,
  TargetSkipped: true,
};

export const fleetEventTypes = Object.keys({ ...ofFleets, ...ofTargets });
