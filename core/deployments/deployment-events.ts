import type { EpochMilliseconds } from '../decider.ts';
import type { TriggerEvent } from '../notifications/trigger-event.ts';
import type { RevisionLocation } from '../registry/revision.ts';
import type { DeploymentErrorCode } from './deployment-status.ts';
import type {
  FleetAdmitted,
  FleetOrder,
  TargetsResolved,
  WaveContinued,
  WaveStarted,
  ZoneMonitoringStarted,
} from './fleet-events.ts';
import type { Diagnostics, HookedEventName, LifecycleEventName } from './lifecycle.ts';
import type {
  TrafficLeftWeighted,
  TrafficRestoreFailed,
  TrafficRestoreStarted,
  TrafficRestored,
  TrafficShiftPostponed,
  TrafficShiftStarted,
  TrafficShifted,
} from './traffic-events.ts';

/**
 * The events of one deployment's stream. They are the storage format: members may be added, never renamed or given
 * another meaning. `deadline` is when the sweep looks after a deployment that has written nothing since.
 */
export type DeploymentEvent =
  | { readonly type: 'DeploymentCreated'; readonly data: DeploymentCreated }
  | { readonly type: 'AdmissionPostponed'; readonly data: AdmissionPostponed }
  | { readonly type: 'DeploymentAdmitted'; readonly data: DeploymentAdmitted }
  | { readonly type: 'LifecycleEventStarted'; readonly data: LifecycleEventStarted }
  | { readonly type: 'LifecycleEventSucceeded'; readonly data: LifecycleEventSucceeded }
  | { readonly type: 'LifecycleEventFailed'; readonly data: LifecycleEventFailed }
  | { readonly type: 'HookInvoked'; readonly data: HookInvoked }
  | { readonly type: 'HookAnsweredLate'; readonly data: HookAnsweredLate }
  | { readonly type: 'TrafficShiftStarted'; readonly data: TrafficShiftStarted }
  | { readonly type: 'TrafficShiftPostponed'; readonly data: TrafficShiftPostponed }
  | { readonly type: 'TrafficShifted'; readonly data: TrafficShifted }
  | { readonly type: 'FleetAdmitted'; readonly data: FleetAdmitted }
  | { readonly type: 'TargetsResolved'; readonly data: TargetsResolved }
  | { readonly type: 'WaveStarted'; readonly data: WaveStarted }
  | { readonly type: 'WaveContinued'; readonly data: WaveContinued }
  | { readonly type: 'ZoneMonitoringStarted'; readonly data: ZoneMonitoringStarted }
  | { readonly type: 'AlarmRaised'; readonly data: AlarmRaised }
  | { readonly type: 'StopRequested'; readonly data: StopRequested }
  | { readonly type: 'FailureFound'; readonly data: FailureFound }
  | { readonly type: 'ExecutionReplaced'; readonly data: ExecutionReplaced }
  | { readonly type: 'TrafficRestoreStarted'; readonly data: TrafficRestoreStarted }
  | { readonly type: 'TrafficRestored'; readonly data: TrafficRestored }
  | { readonly type: 'TrafficRestoreFailed'; readonly data: TrafficRestoreFailed }
  | { readonly type: 'TrafficLeftWeighted'; readonly data: TrafficLeftWeighted }
  | { readonly type: 'DeploymentSucceeded'; readonly data: DeploymentSucceeded }
  | { readonly type: 'DeploymentFailed'; readonly data: DeploymentEndedEarly }
  | { readonly type: 'DeploymentStopped'; readonly data: DeploymentEndedEarly }
  | { readonly type: 'NotificationFailed'; readonly data: NotificationFailed };

/** One function behind one alias, and the two versions of it that a deployment may give traffic to. */
export interface LambdaTarget {
  readonly functionName: string;
  readonly functionAlias: string;
  readonly currentVersion: string;
  readonly targetVersion: string;
}

/** Which revision, and where it is, without its content. */
export interface RevisionReference {
  readonly revisionId: string;
  readonly location: RevisionLocation;
}

/** A step of the plan as this deployment runs it: minutes already scaled to seconds. */
export interface ShiftStep {
  /** Percent of the traffic on the target version, 1–100. */
  readonly weight: number;
  /** Absent on the last step. */
  readonly bakeSeconds?: number;
}

export type DeploymentCreated = LambdaDeploymentCreated | ServerDeploymentCreated;

export interface LambdaDeploymentCreated extends AnyDeploymentCreated {
  readonly computePlatform: 'Lambda';
  readonly trafficSteps: readonly { readonly weight: number; readonly bakeMinutes?: number }[];
  /** Of a rollback: what it undoes, so that it needs no other stream. */
  readonly rollbackOf?: {
    readonly deploymentId: string;
    readonly target: LambdaTarget;
    readonly versionBefore: string;
  };
}

export interface ServerDeploymentCreated extends AnyDeploymentCreated {
  readonly computePlatform: 'Server';
  readonly fleet: FleetOrder;
  /** Of a rollback: what it undoes. */
  readonly rollbackOf?: { readonly deploymentId: string };
}

interface AnyDeploymentCreated {
  readonly deploymentId: string;
  readonly applicationId: string;
  readonly applicationName: string;
  readonly deploymentGroupId: string;
  readonly deploymentGroupName: string;
  readonly revision: RevisionReference;
  readonly deploymentConfigName: string;
  readonly serviceRoleArn: string;
  readonly creator: 'user' | 'codeDeployRollback';
  readonly description?: string;
  readonly autoRollback: { readonly enabled: boolean; readonly events: readonly string[] };
  /** The alarms that are watched: none when disabled, and none of a rollback. */
  readonly alarms: { readonly names: readonly string[]; readonly ignorePollAlarmFailure: boolean };
  readonly overrideAlarmConfiguration?: {
    readonly enabled: boolean;
    readonly ignorePollAlarmFailure: boolean;
    readonly alarms: readonly { readonly name: string }[];
  };
  /** Present when a workflow already runs it; then no reaction starts another. */
  readonly executionArn?: string;
  readonly deadline: EpochMilliseconds;
  /** No deployment lives longer than this. */
  readonly ceiling: EpochMilliseconds;
}

/** AWS took no more requests of what the admission has to ask; nothing has been moved. */
export interface AdmissionPostponed {
  readonly reason: 'throttled';
  readonly message: string;
  readonly waitSeconds: number;
  readonly deadline: EpochMilliseconds;
}

export interface DeploymentAdmitted {
  readonly executionArn: string;
  readonly target: LambdaTarget;
  /** The version that the alias pointed to at admission: where a rollback goes back to. */
  readonly versionBefore: string;
  /** The alias was already whole on the target version: the shift is a recorded no-op. */
  readonly alreadyInPlace: boolean;
  readonly steps: readonly ShiftStep[];
  /** The last revision that succeeded on this function and alias. */
  readonly previousRevision?: RevisionReference;
  /** What a rollback registers where nothing succeeded before: an AppSpec written from `versionBefore`. */
  readonly writtenRevision: RevisionReference & { readonly content: string };
  /** The validation functions that the AppSpec names. */
  readonly hooks?: Hooks;
  /** Checks that the service role does not permit, in words. */
  readonly skippedChecks?: readonly string[];
  readonly deadline: EpochMilliseconds;
}

export interface LifecycleEventStarted {
  readonly lifecycleEventName: LifecycleEventName;
}

export interface LifecycleEventSucceeded {
  readonly lifecycleEventName: LifecycleEventName;
  readonly diagnostics: Diagnostics;
  /** Where a workflow has to go on from here. */
  readonly deadline?: EpochMilliseconds;
}

export interface LifecycleEventFailed {
  readonly lifecycleEventName: LifecycleEventName;
  readonly diagnostics: Diagnostics;
}

/** Function names or ARNs. */
export interface Hooks {
  readonly beforeAllowTraffic?: string;
  readonly afterAllowTraffic?: string;
}

/** Written before the function is called, so that it is called once at most. */
export interface HookInvoked {
  readonly lifecycleEventName: HookedEventName;
  readonly functionName: string;
  /** SHA-256 of the id that the function answers with: whoever knows the id may answer, the log's readers may not. */
  readonly hookExecutionIdHash: string;
  readonly answerBy: EpochMilliseconds;
  readonly deadline: EpochMilliseconds;
}

/** How an answer came: by PutLifecycleEventHookExecutionStatus, as the function's result, or as its error. */
export type HookAnswerWay = 'callback' | 'return' | 'error';

/** An answer that changes nothing any more. */
export interface HookAnsweredLate {
  readonly lifecycleEventName: HookedEventName;
  readonly way: HookAnswerWay;
  readonly status: 'Succeeded' | 'Failed';
  readonly message: string;
}

export interface AlarmRaised {
  /** `unreadable`: their state could not be read, which stops a deployment as well unless it is told otherwise. */
  readonly reason: 'ringing' | 'unreadable';
  readonly alarmNames: readonly string[];
  readonly message: string;
  readonly deadline: EpochMilliseconds;
}

export interface StopRequested {
  /** The caller's wish about a rollback; absent: as configured. */
  readonly autoRollbackEnabled?: boolean;
  readonly deadline: EpochMilliseconds;
}

export interface FailureFound {
  readonly code: DeploymentErrorCode;
  readonly message: string;
  readonly deadline: EpochMilliseconds;
}

export interface ExecutionReplaced {
  readonly executionArn: string;
  /** Absent where the dead one never wrote. */
  readonly replacedExecutionArn?: string;
  /** 2 for the first replacement. */
  readonly attempt: number;
  readonly reason: string;
  readonly deadline: EpochMilliseconds;
}

export interface DeploymentSucceeded extends FleetEnd {}

/** Absent where it is no fleet, and where nobody was left to count. */
export interface FleetEnd {
  readonly overview?: FleetOverview;
  /** Which target failed first and why, for people; absent where none did. */
  readonly firstFailure?: string;
}

/** How many targets ended how. */
export interface FleetOverview {
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface DeploymentEndedEarly extends FleetEnd {
  readonly code: DeploymentErrorCode;
  readonly message: string;
  /** Either the rollback that was created with this event, or why there is none. */
  readonly rollback:
    | { readonly status: 'triggered'; readonly deploymentId: string }
    | { readonly status: 'none'; readonly reason: string };
}

/** A trigger's topic could not be told of an event. It changes nothing else, and may come after the end. */
export interface NotificationFailed {
  /** Of the event that it was to be told of, in this stream or in that of the target. */
  readonly version: number;
  /** The first target of a fleet of which the trigger was not told this; what follows for other targets is not recorded. */
  readonly targetId?: string;
  readonly triggerName: string;
  readonly topicArn: string;
  readonly triggerEvent: TriggerEvent;
  readonly code: NotificationFailureCode;
  readonly message: string;
}

/** `TOPIC_REFUSED`: SNS takes no such message for this topic, whoever sends it. */
export type NotificationFailureCode =
  | 'IAM_ROLE_MISSING'
  | 'IAM_ROLE_PERMISSIONS'
  | 'TOPIC_MISSING'
  | 'TOPIC_DENIED'
  | 'TOPIC_REFUSED';
