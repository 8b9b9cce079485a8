import { DIAGNOSTICS_CODES, diagnosticsPayload } from '../core/hosts/diagnostics.ts';
import type { JournalEntry } from './journal.ts';
import { writeDown } from './journal.ts';
import type { RunningProcess } from './processes.ts';
import { environmentOf, familyOf, signalAll } from './processes.ts';
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
    await writeDown(ports, known);
    // The service may be away: hosts must be able to go on all the same.
    report(ports, known).catch((error: unknown) => ports.log.warn(String(error)));
  }
}

type Script = NonNullable<JournalEntry['script']>;

function interrupted(entry: JournalEntry): JournalEntry {
  const { script, event } = entry;
  const isEnded = script !== undefined && endScript(script, entry);
  const words = isEnded ? ', and its script was ended' : '';
  const message = `Failed: the agent was restarted in the middle of ${event}${words}`;
  const report = { code: DIAGNOSTICS_CODES.agentRestarted, scriptName: '', message, log: [] };
  const Payload = diagnosticsPayload(report);
  return { ...entry, completion: { CommandStatus: 'Failed', Payload, OutputUploaded: false } };
}

/**
 * Whether there was anything to end. Another process may have the number by now, or may have had it: it is ours if it began at that
 * time, and what is left of a group whose first process is gone is ours if it was told so when it began.
 */
function endScript({ pid, startedAt }: Script, { deploymentId, event }: JournalEntry): boolean {
  const family = familyOf(pid);
  const leader = family.find((one) => one.pid === pid);
  const words = [`DEPLOYMENT_ID=${deploymentId}`, `LIFECYCLE_EVENT=${event}`];
  const isTold = (one: RunningProcess): boolean => {
    const environment = environmentOf(one.pid);
    return words.every((word) => environment.includes(word));
  };
  const isOurs = leader === undefined ? family.some(isTold) : leader.startedAt === startedAt;
  if (isOurs) signalAll(family, 'SIGKILL');
  return isOurs;
}
