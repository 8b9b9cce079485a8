import type { EventEmitter } from 'node:events';
import type { X509Certificate } from 'node:crypto';
import { DIAGNOSTICS_CODES, diagnosticsPayload } from '../core/hosts/diagnostics.ts';
import type { HostCommandMessage } from '../core/hosts/protocol.ts';
import { ServiceError } from './command-service.ts';
import { EventFailure, diagnosticsCodeOf } from './event-failure.ts';
import { eventOutput } from './event-output.ts';
import type { JournalEntry } from './journal.ts';
import { writeDown } from './journal.ts';
import type { KeptOutput } from './kept-output.ts';
import { sendKeptOutput } from './kept-output.ts';
import type { HostEvent } from './run-event.ts';
import { isNoop, outputPath, runEvent } from './run-event.ts';
import type { ReportPorts } from './report.ts';
import { scriptLog } from './script-log.ts';
import { verifiedSpecification } from './verified-specification.ts';

export interface CommandPorts extends ReportPorts {
  readonly hostIdentifier: string;
  readonly certificate: X509Certificate;
  /** Milliseconds since 1970, by the clock of this host. */
  readonly now: () => number;
  readonly folders: Pick<HostEvent, 'rootFolder' | 'filesRoot' | 'mostRevisions'>;
  /** How often the service hears that a command is still being worked on. */
  readonly heartbeatMilliseconds: number;
  /** The commands whose acknowledgement may have arrived though it was not answered. */
  readonly unanswered: Set<string>;
  /** `doubt`: the service may not want any more what runs, and is to be asked now. */
  readonly doubts: EventEmitter;
}

type Completion = NonNullable<JournalEntry['completion']>;

/**
 * The life of one command, from its specification to what is to be told of its end, which is in the journal then. Undefined
 * where nothing is to be told: the service has no use for the command, or will hand it out again. Never throws.
 */
export async function runCommand(
  ports: CommandPorts,
  command: HostCommandMessage,
): Promise<JournalEntry | undefined> {
  const { HostCommandIdentifier: hostCommandIdentifier, CommandName: event } = command;
  const { log } = ports;
  const entry: JournalEntry = { hostCommandIdentifier, deploymentId: '', event };
  let completion: Completion | undefined;
  try {
    completion = await answered(ports, command, entry);
  } catch (error) {
    if (error instanceof ServiceError && error.kind !== 'refused') {
      log.warn(`${hostCommandIdentifier}: let go, to be handed out again: ${error.message}`);
      return undefined;
    }
    completion = failure(error, []);
  }
  if (completion === undefined) {
    log.info(`${hostCommandIdentifier}: the service wants it no more`);
    return undefined;
  }
  log.info(`${hostCommandIdentifier}: ${completion.CommandStatus}`);
  const ended = { ...entry, completion };
  await writeDown(ports, ended);
  return ended;
}

/** Undefined where the service has no use for the command any more. */
async function answered(
  ports: CommandPorts,
  command: HostCommandMessage,
  entry: JournalEntry,
): Promise<Completion | undefined> {
  const { service, hostIdentifier: HostIdentifier, certificate: pinned, now } = ports;
  const { HostCommandIdentifier, DeploymentExecutionId } = command;
  const told = await service.call('GetDeploymentSpecification', { DeploymentExecutionId, HostIdentifier });
  const envelope = told.DeploymentSpecification.GenericEnvelope;
  const specification = await verifiedSpecification(envelope, {
    pinned,
    deploymentExecutionId: DeploymentExecutionId,
    now: now(),
  });
  const { DeploymentId: deploymentId, DeploymentGroupId: deploymentGroupId } = specification;
  const event: HostEvent = {
    ...ports.folders,
    deploymentId,
    deploymentGroupId,
    name: command.CommandName,
    specification,
  };
  const noop = await isNoop(event);
  const Diagnostics = { Format: 'JSON', Payload: JSON.stringify({ IsCommandNoop: noop }) };
  const { CommandStatus, OutputUploadAddress } = await service.call(
    'PutHostCommandAcknowledgement',
    { HostCommandIdentifier, Diagnostics },
    () => ports.unanswered.add(HostCommandIdentifier),
  );
  const mayBeSecond = ports.unanswered.delete(HostCommandIdentifier);
  if (CommandStatus === 'Succeeded') return undefined;
  if (CommandStatus === 'Failed' && !(mayBeSecond && (await isInProgress(ports, HostCommandIdentifier))))
    return undefined;
  const kept = { path: outputPath(event), uploadAddress: OutputUploadAddress };
  return worked(ports, { ...entry, deploymentId, output: kept }, event);
}

/**
 * A second acknowledgement is answered `Failed`, also where it is the repetition of one whose answer was lost: then what is in progress
 * is ours. Else another agent has acknowledged it, with the secret of this host: one on a copy of its disk.
 */
async function isInProgress({ service }: CommandPorts, HostCommandIdentifier: string): Promise<boolean> {
  const { CommandStatus } = await service.call('PostHostCommandUpdate', { HostCommandIdentifier });
  return CommandStatus === 'InProgress';
}

async function worked(
  ports: CommandPorts,
  entry: JournalEntry & { readonly output: KeptOutput },
  event: HostEvent,
): Promise<Completion> {
  const { doubts, log } = ports;
  await writeDown(ports, entry);
  const output = eventOutput(entry.output.path, { log: scriptLog(event, ports.now) });
  const stopping = new AbortController();
  const beat = () => void heartbeat(ports, entry, stopping);
  const beating = setInterval(beat, ports.heartbeatMilliseconds);
  doubts.on('doubt', beat);
  let completion: Completion;
  try {
    const message = await runEvent(event, {
      output,
      stop: stopping.signal,
      started: (script) => writeDown(ports, { ...entry, script }),
      ended: () => writeDown(ports, entry),
    });
    const Payload = diagnosticsPayload({ code: DIAGNOSTICS_CODES.success, scriptName: '', message, log: [] });
    completion = { CommandStatus: 'Succeeded', Payload, OutputUploaded: false };
  } catch (error) {
    completion = failure(error, output.tail());
  } finally {
    clearInterval(beating);
    doubts.off('doubt', beat);
  }
  // Before anything that takes time: an agent that is killed from here on tells the end as it was.
  await writeDown(ports, { ...entry, completion });
  const fault = await output.close();
  if (fault !== undefined) log.warn(`the output could not be kept: ${fault}`);
  return { ...completion, OutputUploaded: await sendKeptOutput(log, entry.output) };
}

async function heartbeat(
  { service, log }: CommandPorts,
  { hostCommandIdentifier: HostCommandIdentifier }: JournalEntry,
  stopping: AbortController,
): Promise<void> {
  try {
    const { CommandStatus } = await service.call('PostHostCommandUpdate', { HostCommandIdentifier });
    if (CommandStatus === 'Failed') stopping.abort();
  } catch (error) {
    log.warn(`a sign of life did not arrive: ${(error as Error).message}`);
  }
}

function failure(error: unknown, log: readonly string[]): Completion {
  const known = error instanceof EventFailure;
  const message = error instanceof Error ? error.message : String(error);
  const Payload = diagnosticsPayload({
    code: known ? diagnosticsCodeOf(error.errorCode) : DIAGNOSTICS_CODES.unknownError,
    scriptName: known ? (error.scriptName ?? '') : '',
    message,
    log,
  });
  return { CommandStatus: 'Failed', Payload, OutputUploaded: false };
}
