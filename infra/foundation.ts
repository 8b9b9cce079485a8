import type { EventStore } from './event-store.ts';
import type { Place } from './local-differences.ts';

/** What every part of the stack stands on. */
export interface Foundation {
  readonly place: Place;
  readonly store: EventStore;
  /** The folder that holds one folder of bundled code for each function. */
  readonly bundleFolder: string;
}
