import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { OWN_AGENT_PREFIX } from '../core/hosts/protocol.ts';
import type { CommandPorts } from './command.ts';
import { runCommand } from './command.ts';
import { commandService } from './command-service.ts';
import type { Configuration } from './configuration.ts';
import { journalIn } from './journal.ts';
import type { Log } from './log.ts';
import { gapSeconds } from './poll-gap.ts';
import { recover } from './recover.ts';

export interface Agent {
  /** Resolves when the agent has ended: once told to stop, and when what runs has come to its end. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** How long a command that runs is waited for at the end; the longest event takes an hour. */
const LAST_COMMAND_MILLISECONDS = 65 * 60 * 1000;

/** Asks for commands and runs them, until it is told to stop. It goes on asking while a command runs. */
export function startAgent(configuration: Configuration, version: string, log: Log): Agent {
  const service = commandService(configuration.endpoint, `${OWN_AGENT_PREFIX}${version}`);
  const { rootFolder, filesRoot, mostRevisions, hostIdentifier } = configuration;
  const ports: CommandPorts = {
    service,
    log,
    hostIdentifier,
    journal: journalIn(rootFolder),
    certificate: configuration.specificationCertificate,
    folders: { rootFolder, filesRoot, mostRevisions },
  };
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Map<string, Promise<void>>();
  const work = new EventEmitter();

  const begin = (command: Parameters<typeof runCommand>[1]): void => {
    const id = command.HostCommandIdentifier;
    // The service may hand out again what it takes for lost; it runs once.
    if (running.has(id)) return;
    log.info(`${id}: taken`);
    const run = runCommand(ports, command).finally(() => {
      running.delete(id);
      work.emit('done');
    });
    running.set(id, run);
  };

  const poll = async (): Promise<void> => {
    await recover(ports);
    let errors = 0;
    while (!signal.aborted) {
      let seconds = configuration.secondsBetweenPolls;
      try {
        const { HostCommand } = await service.call('PollHostCommand', { HostIdentifier: hostIdentifier });
        errors = 0;
        if (HostCommand !== undefined && HostCommand.HostIdentifier === hostIdentifier) begin(HostCommand);
      } catch (error) {
        errors += 1;
        seconds = gapSeconds(errors);
        log.warn(`the next poll is in ${seconds} s: ${(error as Error).message}`);
      }
      await rest(seconds, work, signal);
    }
    const patience = pause(LAST_COMMAND_MILLISECONDS, undefined, { ref: false });
    await Promise.race([Promise.allSettled(running.values()), patience]);
  };

  return { ended: poll(), stop: () => stopping.abort() };
}

/** Until the next poll, which comes at once when a command is done: the next one may wait already. */
async function rest(seconds: number, work: EventEmitter, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const ignore = (): void => undefined;
  await Promise.race([
    pause(seconds * 1000, undefined, { signal: stop }).catch(ignore),
    once(work, 'done', { signal: stop }).catch(ignore),
  ]);
  over.abort();
}
