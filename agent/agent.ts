import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { HostCommandMessage } from '../core/hosts/protocol.ts';
import { OWN_AGENT_PREFIX } from '../core/hosts/protocol.ts';
import type { CommandPorts } from './command.ts';
import { runCommand } from './command.ts';
import { commandService } from './command-service.ts';
import type { Configuration } from './configuration.ts';
import { journalIn } from './journal.ts';
import type { Log } from './log.ts';
import { gapSeconds } from './poll-gap.ts';
import { recover } from './recover.ts';
import { report } from './report.ts';

export interface Agent {
  /** Resolves when the agent has ended: once told to stop, and when what runs has come to its end. */
  readonly ended: Promise<void>;
  readonly stop: () => void;
}

/** How long a command that runs is waited for at the end; the longest event takes an hour. */
const LAST_COMMAND_MILLISECONDS = 65 * 60 * 1000;

/** The service takes a host for lost that has been silent for some of these. */
const HEARTBEAT_MILLISECONDS = 20_000;

/** Asks for commands and runs them, until it is told to stop. It goes on asking while a command runs. */
export function startAgent(configuration: Configuration, version: string, log: Log): Agent {
  const { rootFolder, filesRoot, mostRevisions, hostIdentifier } = configuration;
  const stopping = new AbortController();
  const ending = stopping.signal;
  const ports: CommandPorts = {
    log,
    hostIdentifier,
    ending,
    service: commandService(configuration.endpoint, `${OWN_AGENT_PREFIX}${version}`),
    journal: journalIn(rootFolder),
    certificate: configuration.specificationCertificate,
    now: Date.now,
    folders: { rootFolder, filesRoot, mostRevisions },
    heartbeatMilliseconds: HEARTBEAT_MILLISECONDS,
    unanswered: new Set(),
    doubts: new EventEmitter(),
  };
  const commands = oneAfterTheOther(ports);
  const poll = async (): Promise<void> => {
    await recover(ports);
    let errors = 0;
    // After a command the next of its deployment is likely soon: a host comes back to its own pace by and by.
    let pollsSinceWork = Number.POSITIVE_INFINITY;
    commands.done.on('done', () => (pollsSinceWork = 0));
    while (!ending.aborted) {
      try {
        const input = { HostIdentifier: hostIdentifier };
        const { HostCommand } = await ports.service.call('PollHostCommand', input);
        errors = 0;
        // What comes now is not acknowledged, and is handed out again when the agent is back.
        if (ending.aborted) break;
        if (HostCommand !== undefined && HostCommand.HostIdentifier === hostIdentifier)
          commands.begin(HostCommand);
      } catch (error) {
        errors += 1;
        log.warn(`the next poll is in ${gapSeconds(errors)} s: ${(error as Error).message}`);
      }
      const own = Math.min(configuration.secondsBetweenPolls, 2 ** pollsSinceWork);
      pollsSinceWork += 1;
      await rest(errors === 0 ? own : gapSeconds(errors), commands.done, ending);
    }
  };
  const over = async (): Promise<void> => {
    await once(ending, 'abort');
    const patience = pause(LAST_COMMAND_MILLISECONDS, undefined, { ref: false });
    await Promise.race([commands.settled(), patience]);
  };
  // A poll may be held for some time, which one who is to end does not wait for; one that fails for good ends all.
  const failed = new Promise<never>((_, reject) => void poll().catch(reject));
  return { ended: Promise.race([over(), failed]), stop: () => stopping.abort() };
}

/**
 * The service hands out the commands of a host one at a time. When it hands out one while another runs here, that one is over
 * for it, and is asked about at once, so that it is stopped before the next begins: they would work on the same files.
 */
function oneAfterTheOther(ports: CommandPorts) {
  const running = new Map<string, Promise<void>>();
  const done = new EventEmitter();
  let before: Promise<unknown> = Promise.resolve();
  return {
    /** `done`: a command has come to its end. */
    done,
    settled: () => Promise.allSettled(running.values()),
    begin: (command: HostCommandMessage): void => {
      const id = command.HostCommandIdentifier;
      // The service may hand out again what it takes for lost; it runs once.
      if (running.has(id)) return;
      ports.log.info(`${id}: taken`);
      ports.doubts.emit('doubt');
      const work = before.then(() => runCommand(ports, command));
      before = work;
      const told = work.then((ended) => (ended === undefined ? undefined : report(ports, ended)));
      const run = told
        .catch((error: unknown) => ports.log.warn(`${id}: ${String(error)}`))
        .finally(() => {
          running.delete(id);
          done.emit('done');
        });
      running.set(id, run);
    },
  };
}

/** Until the next poll, which comes at once when a command is done: the next one may wait already. */
async function rest(seconds: number, done: EventEmitter, ending: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = AbortSignal.any([ending, over.signal]);
  const ignore = (): void => undefined;
  await Promise.race([
    pause(seconds * 1000, undefined, { signal: stop }).catch(ignore),
    once(done, 'done', { signal: stop }).catch(ignore),
  ]);
  over.abort();
}
