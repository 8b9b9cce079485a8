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

/** Counts the history of one execution whose states run one after the other. */
export function counted(history: readonly HistoryEvent[]): Counted {
  let stateTransitions = 0;
  let lambdaRequests = 0;
  let tries = 0;
  for (const { type, resourceType } of history) {
    if (type.endsWith('StateEntered')) {
      stateTransitions += 1;
      tries = 0;
    }
    if (type !== 'TaskScheduled') continue;
    tries += 1;
    if (tries > 1) stateTransitions += 1;
    if (resourceType === 'lambda') lambdaRequests += 1;
  }
  return { stateTransitions, lambdaRequests };
}
