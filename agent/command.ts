import { readFile, stat } from 'node:fs/promises';
import type { X509Certificate } from 'node:crypto';
import { DIAGNOSTICS_CODES, diagnosticsPayload } from '../core/hosts/diagnostics.ts';
import type { HostCommandMessage } from '../core/hosts/protocol.ts';
import type { CommandService } from './command-service.ts';
import { EventFailure, diagnosticsCodeOf } from './event-failure.ts';
import { eventOutput } from './event-output.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Log } from './log.ts';
import type { HostEvent } from './run-event.ts';
import { isNoop, outputPath, runEvent } from './run-event.ts';
import { report } from './report.ts';
import { verifiedSpecification } from './verified-specification.ts';

export interface CommandPorts {
  readonly service: CommandService;
  readonly journal: Journal;
  readonly log: Log;
  readonly hostIdentifier: string;
  readonly certificate: X509Certificate;
  readonly folders: Pick<HostEvent, 'rootFolder' | 'filesRoot' | 'mostRevisions'>;
}

/** How often the service hears that a command is still being worked on. */
const HEARTBEAT_MILLISECONDS = 20_000;

type Completion = NonNullable<JournalEntry['completion']>;

/** The life of one command, from its specification to its completion. Never throws: whatever happens is told to the service. */
export async function runCommand(ports: CommandPorts, command: HostCommandMessage): Promise<void> {
  const { HostCommandIdentifier: hostCommandIdentifier, CommandName: event } = command;
  const { log, journal } = ports;
  const entry: JournalEntry = { hostCommandIdentifier, deploymentId: '', event };
  let completion: Completion | undefined;
  try {
    completion = await answered(ports, command, entry);
  } catch (error) {
    completion = failure(error, []);
  }
  if (completion === undefined) {
    log.info(`${hostCommandIdentifier}: the service wants it no more`);
    return;
  }
  log.info(`${hostCommandIdentifier}: ${completion.CommandStatus}`);
  await journal.write({ ...entry, completion });
  await report(ports, { ...entry, completion });
}

/** Undefined where the service has no use for the command any more. */
async function answered(
  ports: CommandPorts,
  command: HostCommandMessage,
  entry: JournalEntry,
): Promise<Completion | undefined> {
  const { service, hostIdentifier: HostIdentifier, certificate } = ports;
  const { HostCommandIdentifier, DeploymentExecutionId } = command;
  const told = await service.call('GetDeploymentSpecification', { DeploymentExecutionId, HostIdentifier });
  const envelope = told.DeploymentSpecification.GenericEnvelope;
  const specification = await verifiedSpecification(envelope, certificate);
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
  const { CommandStatus, OutputUploadAddress } = await service.call('PutHostCommandAcknowledgement', {
    HostCommandIdentifier,
    Diagnostics,
  });
  if (CommandStatus === 'Succeeded' || CommandStatus === 'Failed') return undefined;
  return worked(ports, { ...entry, deploymentId }, event, OutputUploadAddress);
}

async function worked(
  ports: CommandPorts,
  entry: JournalEntry,
  event: HostEvent,
  uploadAddress: string | undefined,
): Promise<Completion> {
  const { journal, log } = ports;
  await journal.write(entry);
  const output = eventOutput(outputPath(event));
  const stopping = new AbortController();
  const beating = setInterval(() => void heartbeat(ports, entry, stopping), HEARTBEAT_MILLISECONDS);
  let completion: Completion;
  try {
    const message = await runEvent(event, {
      output,
      stop: stopping.signal,
      started: (script) => journal.write({ ...entry, script }),
    });
    const Payload = diagnosticsPayload({ code: DIAGNOSTICS_CODES.success, scriptName: '', message, log: [] });
    completion = { CommandStatus: 'Succeeded', Payload, OutputUploaded: false };
  } catch (error) {
    completion = failure(error, output.tail());
  } finally {
    clearInterval(beating);
    await output.close();
  }
  const OutputUploaded = await uploaded(output.path, uploadAddress, log);
  return { ...completion, OutputUploaded };
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

/** The output is for people: that it could not be sent fails nothing. */
async function uploaded(path: string, address: string | undefined, log: Log): Promise<boolean> {
  if (address === undefined || (await stat(path)).size === 0) return false;
  try {
    const body = await readFile(path);
    const answer = await fetch(address, { method: 'PUT', body, signal: AbortSignal.timeout(60_000) });
    if (answer.ok) return true;
    log.warn(`the output could not be sent: ${answer.status}`);
  } catch (error) {
    log.warn(`the output could not be sent: ${(error as Error).message}`);
  }
  return false;
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
