import type { DeploymentGroupSettings } from '../../core/registry/deployment-group-settings.ts';
import type { Account } from '../account/account.ts';
import type { Identity } from '../account/identity.ts';
import type { Outputs, StackResource } from '../account/installed-stack.ts';
import type { RowReader } from '../../functions/adapters/row-reader.ts';
import type { Found } from './finding.ts';

/** What the checks look at. Whatever may be asked for more than once is asked once. */
export interface Examination {
  readonly account: Account;
  readonly identity: Identity;
  readonly outputs: Outputs;
  readonly rows: RowReader;
  readonly resources: () => Promise<readonly StackResource[]>;
  readonly groups: () => Promise<readonly Group[]>;
  /** In words, for messages. */
  readonly place: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface Group {
  readonly applicationName: string;
  readonly deploymentGroupName: string;
  readonly settings: DeploymentGroupSettings;
}

/** Looks at one thing, and finds at least one line to say about it. What the SDK throws is thrown on. */
export interface Check {
  readonly name: string;
  /** The right without which it cannot look. */
  readonly action: string;
  readonly look: (examination: Examination) => Promise<readonly Found[]>;
}
