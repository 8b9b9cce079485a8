import type { EpochMilliseconds } from '../../core/decider.ts';
import { unreachable } from '../../core/unreachable.ts';
import type { State, WorkingState } from './asl-definition.ts';
import { StatesError } from './asl-error.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface EnteredState {
  readonly stateName: string;
  readonly type: State['Type'];
  readonly enteredAt: EpochMilliseconds;
}

export interface ExecutionHistory {
  /** In the order of entering, those inside of Parallel and of an inline Map as well. */
  readonly states: readonly EnteredState[];
  /** As they are billed: the states entered and the retries. Nested executions and Map Runs count for themselves. */
  readonly transitions: number;
  /** Events of the history, as the quota counts them. */
  readonly events: number;
}

/** What a walk through the states writes down. Each throws States.Runtime once the quota of events is used up. */
export interface HistoryRecorder {
  readonly entered: (stateName: string, type: State['Type']) => void;
  readonly exited: () => void;
  /** An attempt begins; `width` is the number of items of a Map and nothing to the others. */
  readonly attempted: (state: WorkingState, width: number) => void;
  readonly retried: () => void;
  readonly told: () => ExecutionHistory;
}

/** The quota of Step Functions, beyond which it fails an execution of the standard kind. */
const MAXIMUM_EVENTS = 25_000;

/**
 * Counts as AWS writes histories: ExecutionStarted and the event of the end; <Type>StateEntered and <Type>StateExited of
 * each state, the latter neither of a Fail nor of a state whose error nobody catches; and what each attempt comes to. All
 * that an attempt or an execution comes to is counted when it begins, so that one at work is counted a little too high.
 */
export function createHistory(clock: VirtualClock): HistoryRecorder {
  const states: EnteredState[] = [];
  let transitions = 0;
  let events = 2;
  const count = (more: number): void => {
    events += more;
    if (events <= MAXIMUM_EVENTS) return;
    throw new StatesError('States.Runtime', `more than ${MAXIMUM_EVENTS} events of the history`);
  };
  return {
    entered: (stateName, type) => {
      states.push({ stateName, type, enteredAt: clock.now() });
      transitions += 1;
      count(1);
    },
    exited: () => count(1),
    attempted: (state, width) => count(eventsOf(state, width)),
    retried: () => {
      transitions += 1;
    },
    told: () => ({ states: [...states], transitions, events }),
  };
}

function eventsOf(state: WorkingState, width: number): number {
  switch (state.Type) {
    case 'Task':
      // TaskScheduled, TaskStarted, TaskSubmitted where something is waited for, and TaskSucceeded, Failed or TimedOut.
      return /\.(sync:2|waitForTaskToken)$/.test(state.Resource) ? 4 : 3;
    case 'Map':
      // MapStateStarted and MapStateSucceeded or Failed; between them MapRunStarted and its end, or the two of each
      // MapIteration. What happens in the children of a Map Run is written in histories of their own.
      return state.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED' ? 4 : 2 + 2 * width;
    case 'Parallel':
      // ParallelStateStarted and ParallelStateSucceeded or Failed.
      return 2;
    default:
      return unreachable(state);
  }
}
