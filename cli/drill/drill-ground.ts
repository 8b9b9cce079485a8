import type { Alias } from '../../core/deployments/alias.ts';
import type { AliasName } from '../../functions/adapters/lambda-aliases.ts';

/**
 * What a drill touches in the account, with the caller's own credentials, beside the CodeDeploy API. Nothing here can
 * move traffic: of aliases it makes one of its own, writes that one as it is, and deletes it.
 * Removing what is not there is a success.
 */
export interface DrillGround {
  /** An emulator enforces less than AWS, so that some points cannot be shown there. */
  readonly isEmulated: boolean;
  readonly functions: DrillFunctions;
  readonly alarms: DrillAlarms;
  readonly mailbox: Mailbox;
  readonly log: LogProbe;
}

export interface DrillFunctions {
  /** Undefined where there is no such function or alias. */
  readonly alias: (name: AliasName) => Promise<Alias | undefined>;
  /** The numbers of the published versions, oldest first. */
  readonly versions: (functionName: string) => Promise<readonly string[]>;
  /** The names of the function's aliases that begin so. */
  readonly aliasesNamed: (functionName: string, prefix: string) => Promise<readonly string[]>;
  readonly createAlias: (name: AliasName, version: string) => Promise<void>;
  /** Writes the drill's own alias as it is; throws for any other. False where Lambda keeps its revision id for that. */
  readonly renewsRevisionId: (name: AliasName) => Promise<boolean>;
  readonly deleteAlias: (name: AliasName) => Promise<void>;
}

export interface DrillAlarms {
  /** On a metric that never has data, and OK. On an emulator it notifies the alarm topic, the only way there. */
  readonly create: (name: string) => Promise<void>;
  readonly calm: (name: string) => Promise<void>;
  /** Gives when CloudWatch says that it began to ring, epoch milliseconds. */
  readonly ring: (name: string) => Promise<number>;
  readonly delete: (name: string) => Promise<void>;
}

/** A queue that is subscribed to the stack's topic, for the events of one deployment group. */
export interface Mailbox {
  /** False where the stack has no such topic. */
  readonly isThere: boolean;
  readonly open: (name: string, group: string) => Promise<void>;
  /** What has come since the last time; waits a few seconds where nothing has. Repeats are possible. */
  readonly read: (name: string) => Promise<readonly Letter[]>;
  readonly close: (name: string) => Promise<void>;
}

export interface Letter {
  /** The text that was published. */
  readonly message: string;
  /** When the queue took it, by its own clock, epoch milliseconds. */
  readonly arrivedAt: number;
}

/** Tries what the policy of the log's table must refuse, on an event that does not exist: nothing can change. */
export interface LogProbe {
  readonly attempts: () => Promise<readonly Attempt[]>;
}

export interface Attempt {
  /** "DeleteItem" */
  readonly action: string;
  /**
   * `refused` by the table's own policy; `not permitted` already by the caller's policies, which shows nothing;
   * `carried out`, which must not be.
   */
  readonly outcome: 'refused' | 'not permitted' | 'carried out';
  readonly message: string;
}
