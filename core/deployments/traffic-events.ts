import type { EpochMilliseconds } from '../decider.ts';
import type { DeploymentErrorCode } from './deployment-status.ts';

export interface TrafficShiftStarted {
  /** 1, 2, 3 … */
  readonly step: number;
  readonly weight: number;
  readonly deadline: EpochMilliseconds;
}

export interface TrafficShiftPostponed {
  readonly step: number;
  readonly reason: 'throttled' | 'provisioned-concurrency';
  readonly message: string;
  readonly waitSeconds: number;
  readonly deadline: EpochMilliseconds;
}

export interface TrafficShifted {
  readonly step: number;
  readonly weight: number;
  /** `found`: the alias was already as wanted (a lost reply, or a redeploy). */
  readonly change: 'moved' | 'found';
  /** Absent on the last step. */
  readonly bakeEndsAt?: EpochMilliseconds;
  readonly deadline: EpochMilliseconds;
}

export interface TrafficRestoreStarted {
  readonly deadline: EpochMilliseconds;
}

export interface TrafficRestored {
  /**
   * `restored`: a weighted alias went whole to the current version. `untouched`: it was whole and stays.
   * `left-alone`: somebody else brought in a third version.
   */
  readonly outcome: 'restored' | 'untouched' | 'left-alone';
  /** Percent on the target version now; absent where it cannot be told. */
  readonly weight?: number;
  readonly message: string;
  readonly deadline: EpochMilliseconds;
}

export interface TrafficRestoreFailed {
  readonly code: DeploymentErrorCode;
  readonly message: string;
  readonly deadline: EpochMilliseconds;
}

export interface TrafficLeftWeighted {
  readonly message: string;
  /** What to run, exactly, to make the alias whole. */
  readonly command: string;
}
