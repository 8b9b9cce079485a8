import { DIAGNOSTICS_CODES, diagnosticsPayload } from '../core/hosts/diagnostics.ts';
import type { JournalEntry } from './journal.ts';
import { processOf, signalGroup } from './processes.ts';
import type { ReportPorts } from './report.ts';
import { report } from './report.ts';

/**
 * What an agent before this one left behind: an end that the service has not heard of is told again; what was in the middle is
 * ended, with the script that may still run, and told as failed.
 */
export async function recover(ports: ReportPorts): Promise<void> {
  for (const entry of await ports.journal.left()) {
    const known = entry.completion === undefined ? interrupted(entry) : entry;
    ports.log.warn(
      `${entry.hostCommandIdentifier}: left by an agent before, told as ${known.completion?.CommandStatus}`,
    );
    await ports.journal.write(known);
    // The service may be away: hosts must be able to go on all the same.
    void report(ports, known);
  }
}

function interrupted(entry: JournalEntry): JournalEntry {
  const { script, event } = entry;
  // Another process may have the number by now: only the one that began at that time is ours.
  if (script !== undefined && processOf(script.pid)?.startedAt === script.startedAt)
    signalGroup(script.pid, 'SIGKILL');
  const message = `Failed: the agent was restarted in the middle of ${event}, and its script was ended`;
  const report = { code: DIAGNOSTICS_CODES.agentRestarted, scriptName: '', message, log: [] };
  const Payload = diagnosticsPayload(report);
  return { ...entry, completion: { CommandStatus: 'Failed', Payload, OutputUploaded: false } };
}
