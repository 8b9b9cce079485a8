/** An event of an execution's history, as far as it is counted. */
export interface HistoryEvent {
  /** Step Functions' own name of it. */
  readonly type: string;
  /** Of a task that is scheduled: what runs it. */
  readonly resourceType?: string;
}

export interface Counted {
  /** As they are billed: each state that was entered, and each retry of one. */
  readonly stateTransitions: number;
  /** The calls of Lambda functions, which are requests there as well. */
  readonly lambdaRequests: number;
}

/**
 * Counts the history of one execution whose states run one after the other. A task that is scheduled without having been
 * entered since is a retry; in the emulator's histories of slots, which tell of no entering, each is a state as well.
 */
export function counted(history: readonly HistoryEvent[]): Counted {
  let stateTransitions = 0;
  let lambdaRequests = 0;
  let isEntered = false;
  for (const { type, resourceType } of history) {
    if (type.endsWith('StateEntered')) {
      stateTransitions += 1;
      isEntered = true;
    }
    if (type !== 'TaskScheduled') continue;
    if (!isEntered) stateTransitions += 1;
    isEntered = false;
    if (resourceType === 'lambda') lambdaRequests += 1;
  }
  return { stateTransitions, lambdaRequests };
}
