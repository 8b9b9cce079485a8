import { setTimeout as pause } from 'node:timers/promises';
import type { CommandService } from './command-service.ts';
import { ServiceError } from './command-service.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Log } from './log.ts';
import { gapSeconds } from './poll-gap.ts';

export interface ReportPorts {
  readonly service: CommandService;
  readonly journal: Journal;
  readonly log: Log;
  /** The agent is to end: what the service does not take now is told after the next start. */
  readonly ending: AbortSignal;
}

/**
 * Tells the service how a command ended, as often as it takes: until then it is kept in the journal, also over a restart of the
 * agent. What the service refuses for good is given up; a secret that is not good is no refusal, for the host may get another.
 */
export async function report(ports: ReportPorts, entry: JournalEntry): Promise<void> {
  const { service, journal, log, ending } = ports;
  const { hostCommandIdentifier: HostCommandIdentifier, completion } = entry;
  if (completion === undefined) throw new Error('a command that has not ended cannot be reported');
  const { CommandStatus, Payload, OutputUploaded } = completion;
  const Diagnostics = { Format: 'JSON', Payload };
  const input = { HostCommandIdentifier, CommandStatus, Diagnostics, OutputUploaded };
  for (let errors = 1; ; errors += 1) {
    try {
      await service.call('PutHostCommandComplete', input);
      break;
    } catch (error) {
      log.warn(`${HostCommandIdentifier}: its end was not taken: ${(error as Error).message}`);
      if (error instanceof ServiceError && error.kind === 'refused') break;
      await pause(gapSeconds(errors) * 1000, undefined, { signal: ending }).catch(() => undefined);
      if (ending.aborted) return;
    }
  }
  await journal.forget(entry);
}
