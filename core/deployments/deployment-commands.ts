import type { EpochMilliseconds } from '../decider.ts';
import type { FirstFew } from '../first-few.ts';
import type { TimePolicy } from './deadlines.ts';
import type {
  DeploymentCreated,
  FleetEnd,
  HookAnswerWay,
  Hooks,
  LambdaTarget,
  NotificationFailed,
  RevisionReference,
} from './deployment-events.ts';
import type { DeploymentErrorCode } from './deployment-status.ts';
import type { FleetTarget } from './fleet-events.ts';
import type { TargetResult } from './fleet-plan.ts';
import type { Diagnostics, HookedEventName } from './lifecycle.ts';

/**
 * What can be asked of a deployment. A command that carries `executionArn` comes from a workflow task and is refused
 * unless that execution is the one recorded: after a repair the old one may still live.
 */
export type DeploymentCommand =
  | { readonly type: 'CreateDeployment'; readonly data: CreateDeployment }
  | { readonly type: 'AdmitDeployment'; readonly data: AdmitDeployment }
  | { readonly type: 'PostponeAdmission'; readonly data: PostponeAdmission }
  | { readonly type: 'FailDeployment'; readonly data: FailDeployment }
  | { readonly type: 'BeginHook'; readonly data: BeginHook }
  | { readonly type: 'AnswerHook'; readonly data: AnswerHook }
  | { readonly type: 'TimeOutHook'; readonly data: { readonly [none in never]: never } }
  | { readonly type: 'BeginShift'; readonly data: Fenced }
  | { readonly type: 'PostponeShift'; readonly data: PostponeShift }
  | { readonly type: 'CompleteShift'; readonly data: CompleteShift }
  | { readonly type: 'AdmitFleet'; readonly data: AdmitFleet }
  | { readonly type: 'BeginWave'; readonly data: BeginWave }
  | { readonly type: 'ContinueWave'; readonly data: { readonly [none in never]: never } }
  | { readonly type: 'RaiseAlarm'; readonly data: RaiseAlarm }
  | { readonly type: 'StopDeployment'; readonly data: StopDeployment }
  | { readonly type: 'BeginRestore'; readonly data: BeginRestore }
  | { readonly type: 'CompleteRestore'; readonly data: CompleteRestore }
  | { readonly type: 'FailRestore'; readonly data: FailDeployment }
  | { readonly type: 'FinishDeployment'; readonly data: FinishDeployment }
  | { readonly type: 'ExpireDeployment'; readonly data: { readonly [none in never]: never } }
  | { readonly type: 'RepairDeployment'; readonly data: RepairDeployment }
  | { readonly type: 'RecordNotificationFailure'; readonly data: NotificationFailed };

export interface Fenced {
  readonly executionArn: string;
}

export type CreateDeployment = WithoutTimes<DeploymentCreated>;

export type CreateLambdaDeployment = Extract<CreateDeployment, { readonly computePlatform: 'Lambda' }>;
export type CreateServerDeployment = Extract<CreateDeployment, { readonly computePlatform: 'Server' }>;

/** Of each platform's own, where the usual Omit would keep only what they share. */
type WithoutTimes<Created> = Created extends unknown ? Omit<Created, 'deadline' | 'ceiling'> : never;

export interface AdmitDeployment extends Fenced {
  readonly target: LambdaTarget;
  readonly versionBefore: string;
  readonly alreadyInPlace: boolean;
  readonly previousRevision?: RevisionReference;
  readonly writtenRevision: RevisionReference & { readonly content: string };
  readonly hooks?: Hooks;
  readonly skippedChecks?: readonly string[];
  readonly policy: TimePolicy;
}

export interface AdmitFleet extends Fenced {
  /** In the order of start. */
  readonly targets: readonly FleetTarget[];
  readonly upToDate?: number;
  readonly skippedChecks?: readonly string[];
  readonly appSpecFilename?: string;
  /** Rings already. */
  readonly alarm?: RaiseAlarm;
}

export interface BeginWave extends Fenced {
  /** Of each position, as the streams of the targets say. */
  readonly results: readonly TargetResult[];
  readonly unreached?: FirstFew;
  readonly policy: TimePolicy;
}

export interface PostponeAdmission extends Fenced {
  readonly message: string;
  /** At least 0, less than 1. */
  readonly random: number;
}

export interface BeginHook extends Fenced {
  readonly lifecycleEventName: HookedEventName;
  readonly hookExecutionIdHash: string;
}

/** From anybody who knows the id. */
export interface AnswerHook {
  readonly hookExecutionIdHash: string;
  readonly way: HookAnswerWay;
  readonly status: 'Succeeded' | 'Failed';
  /** Of a failure; ScriptFailed where the function itself says so. */
  readonly errorCode?: Diagnostics['errorCode'];
  readonly message?: string;
  readonly logTail?: string;
}

export interface FailDeployment extends Fenced {
  readonly code: DeploymentErrorCode;
  readonly message: string;
}

export interface PostponeShift extends Fenced {
  readonly step: number;
  readonly reason: 'throttled' | 'provisioned-concurrency';
  readonly message: string;
  /** At least 0, less than 1. */
  readonly random: number;
  readonly policy: TimePolicy;
}

export interface CompleteShift extends Fenced {
  readonly step: number;
  readonly change: 'moved' | 'found';
  /** When the workflow entered the state: its own timer for the bake runs from then. */
  readonly enteredAt: EpochMilliseconds;
  readonly policy: TimePolicy;
}

export interface RaiseAlarm {
  readonly reason: 'ringing' | 'unreadable';
  readonly alarmNames: readonly string[];
  readonly message: string;
}

export interface StopDeployment {
  readonly autoRollbackEnabled?: boolean;
}

export interface BeginRestore extends Fenced {
  /** What the workflow caught, when it came here by an error. */
  readonly error?: string;
}

export interface CompleteRestore extends Fenced {
  readonly outcome: 'restored' | 'untouched' | 'left-alone';
  readonly weight?: number;
  readonly message: string;
}

/** Of a fleet: how its targets ended, those that never began counted as skipped. */
export interface FinishDeployment extends Fenced, FleetEnd {
  readonly unreached?: FirstFew;
  /** The id of the rollback, should there be one. */
  readonly rollbackDeploymentId: string;
  readonly error?: string;
}

export interface RepairDeployment {
  /** The execution that ended without ending the deployment; absent when the sweep found a passed deadline. */
  readonly deadExecutionArn?: string;
  /** The ARN of the n-th execution of this deployment (n from 2). */
  readonly replacementArns: readonly string[];
  readonly reason: string;
  readonly rollbackDeploymentId: string;
}
