import type { EpochMilliseconds } from '../decider.ts';
import type {
  DeploymentAdmitted,
  DeploymentCreated,
  DeploymentEndedEarly,
  DeploymentSucceeded,
  HookInvoked,
  NotificationFailed,
} from './deployment-events.ts';
import type { TrafficLeftWeighted, TrafficRestored, TrafficShiftPostponed } from './traffic-events.ts';
import type { FleetAdmitted, FleetTarget, WaveStarted, ZoneMonitoringStarted } from './fleet-events.ts';
import type { DeploymentErrorCode, DeploymentStatus } from './deployment-status.ts';
import type { Diagnostics, LifecycleEventName, LifecycleEventStatus } from './lifecycle.ts';

/** What the events of a deployment add up to. */
export type Deployment = { readonly status: 'Absent' } | ExistingDeployment;

export interface ExistingDeployment {
  readonly status: DeploymentStatus;
  readonly created: DeploymentCreated;
  readonly createdAt: EpochMilliseconds;
  readonly startedAt?: EpochMilliseconds;
  readonly completedAt?: EpochMilliseconds;
  readonly lastUpdatedAt: EpochMilliseconds;
  /** The one execution whose tasks may write. */
  readonly executionArn?: string;
  /** How many executions there have been: 1, and one more with each repair. */
  readonly executions: number;
  /** While AWS takes no more requests of what the admission has to ask. */
  readonly postponedAdmission?: {
    readonly times: number;
    readonly waitsUntil: EpochMilliseconds;
    /** Why it waits, in words. */
    readonly message: string;
  };
  readonly admission?: DeploymentAdmitted;
  readonly lifecycleEvents: readonly LifecycleEvent[];
  /** The validation functions that were called, in order; absent where none was. */
  readonly hooks?: readonly HookInvoked[];
  readonly traffic: Traffic;
  /** Of a Server deployment whose targets are known. */
  readonly fleet?: Fleet;
  /** In the order of start. A fleet may be large, so that its rows hold it apart. */
  readonly fleetTargets?: readonly FleetTarget[];
  /** Why it ends early; the first reason stays. */
  readonly ending?: Ending;
  readonly restore?:
    | { readonly status: 'started'; readonly execution: number; readonly startedAt: EpochMilliseconds }
    | {
        readonly status: 'failed';
        readonly execution: number;
        readonly startedAt: EpochMilliseconds;
        readonly code: DeploymentErrorCode;
        readonly message: string;
      }
    | ({ readonly status: 'done' } & Pick<TrafficRestored, 'outcome' | 'message'>);
  readonly leftWeighted?: TrafficLeftWeighted;
  readonly end?:
    | ({ readonly status: 'Succeeded' } & DeploymentSucceeded)
    | ({ readonly status: 'Early' } & DeploymentEndedEarly);
  /** Which triggers were not told of which events; absent where all were. The trigger event stands for all targets. */
  readonly notificationFailures?: readonly (Pick<NotificationFailed, 'version' | 'triggerName'> &
    Partial<Pick<NotificationFailed, 'triggerEvent'>>)[];
  readonly deadline: EpochMilliseconds;
}

export interface LifecycleEvent {
  readonly lifecycleEventName: LifecycleEventName;
  readonly status: LifecycleEventStatus;
  readonly startedAt?: EpochMilliseconds;
  readonly endedAt?: EpochMilliseconds;
  readonly diagnostics?: Diagnostics;
}

export interface Traffic {
  /** Steps done so far. */
  readonly step: number;
  /** Percent on the target version, as far as the log knows. */
  readonly weight: number;
  /** The step whose effect may or may not have happened yet. */
  readonly inFlight?: {
    readonly step: number;
    readonly startedAt: EpochMilliseconds;
    readonly postponements: number;
    /** What it is postponed for now, and since when: another reason starts another patience. */
    readonly postponed?: {
      readonly reason: TrafficShiftPostponed['reason'];
      readonly since: EpochMilliseconds;
    };
    /** The wait until the next look, while there is one: nothing is executing then. */
    readonly waitsUntil?: EpochMilliseconds;
    /** Why it waits, in words. */
    readonly message?: string;
  };
  readonly bakeEndsAt?: EpochMilliseconds;
  /** At least one step was started: the alias may be off its version. */
  readonly touched: boolean;
}

export interface Fleet {
  readonly admitted: FleetAdmitted;
  /** The last one that was begun. */
  readonly wave?: WaveStarted;
  /** The last zone that was watched, or is. */
  readonly watching?: ZoneMonitoringStarted;
}

export interface Ending {
  readonly status: 'Failed' | 'Stopped';
  readonly cause: 'failure' | 'alarm' | 'request';
  readonly code: DeploymentErrorCode;
  readonly message: string;
  readonly autoRollbackEnabled?: boolean;
}

export const absent: Deployment = { status: 'Absent' };

/** The version that a weighted alias goes back to at an early end: for a rollback, the one it brings back. */
export function homeVersion({ admission, created }: ExistingDeployment): string | undefined {
  return created.rollbackOf === undefined
    ? admission?.target.currentVersion
    : admission?.target.targetVersion;
}
