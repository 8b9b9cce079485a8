import type { StoredEvent } from '../core/chain.ts';
import type { FleetLog } from './fleet-log.ts';

/** One deployment that is followed. */
export interface SeenLog {
  readonly events: readonly StoredEvent[];
  readonly fleet: FleetLog;
}

/** How it is shown what the logs say. */
export interface Showing {
  /** Whether the deployment that undoes it is followed to its end, too. */
  readonly followsRollback: boolean;
  /** Whether it shows the events of a fleet's hosts one by one. */
  readonly showsTargetEvents: boolean;
  /** The logs have answered: each as it is now, and whether one has grown. */
  readonly seen: (logs: readonly SeenLog[], news: boolean) => void;
  /** They do not answer; they are asked on. */
  readonly lost: (error: Error) => void;
  /** Nothing more is shown but the lines that it gives. */
  readonly end: () => Promise<readonly string[]>;
}
