import type { DeadLetters } from '../adapters/dead-letters.ts';
import type { Metrics } from './metrics.ts';

export interface ParkPorts {
  readonly deadLetters: DeadLetters;
  readonly metrics: Metrics;
}

/** Puts away a record of the stream that can never be handled, so that it blocks nobody, and has an alarm told of it. */
export async function park(
  { deadLetters, metrics }: ParkPorts,
  record: object,
  reason: string,
): Promise<void> {
  metrics.count('DeadLetter');
  await deadLetters.send(record, reason);
}
