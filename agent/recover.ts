import { DIAGNOSTICS_CODES, diagnosticsPayload } from '../core/hosts/diagnostics.ts';
import type { JournalEntry } from './journal.ts';
import { writeDown } from './journal.ts';
import { keptOutputTail, sendKeptOutput } from './kept-output.ts';
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
    const completion = entry.completion ?? (await interrupted(entry));
    const known = { ...entry, completion };
    ports.log.warn(
      `${entry.hostCommandIdentifier}: left by an agent before, told as ${completion.CommandStatus}`,
    );
    await writeDown(ports, known);
    // The service may be away: hosts must be able to go on all the same.
    sendAndReport(ports, known).catch((error: unknown) => ports.log.warn(String(error)));
  }
}

type Completion = NonNullable<JournalEntry['completion']>;

/** The service has heard nothing of the host for as long as that was down, and does not wait for ever. */
const RECOVERED_UPLOAD_MILLISECONDS = 10_000;

async function sendAndReport(
  ports: ReportPorts,
  entry: JournalEntry & { readonly completion: Completion },
): Promise<void> {
  const { completion, output } = entry;
  // Only one that was killed before it had sent the output, or meanwhile, leaves word of it.
  const isSent =
    completion.OutputUploaded ||
    (output !== undefined && (await sendKeptOutput(ports.log, output, RECOVERED_UPLOAD_MILLISECONDS)));
  await report(ports, { ...entry, completion: { ...completion, OutputUploaded: isSent } });
}

type Script = NonNullable<JournalEntry['script']>;

async function interrupted(entry: JournalEntry): Promise<Completion> {
  const { script, event, output } = entry;
  const isEnded = script !== undefined && endScript(script, entry);
  const { location = '' } = script ?? {};
  const words = isEnded ? `, and its script${location === '' ? '' : ` ${location}`} was ended` : '';
  const message = `Failed: the agent was restarted in the middle of ${event}${words}`;
  const Payload = diagnosticsPayload({
    code: DIAGNOSTICS_CODES.agentRestarted,
    scriptName: location,
    message,
    log: output === undefined ? [] : await keptOutputTail(output),
  });
  return { CommandStatus: 'Failed', Payload, OutputUploaded: false };
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
