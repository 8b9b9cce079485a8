import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { HookScript, ScriptedEvent } from '../core/appspec/server-appspec.ts';
import { SCRIPTED_EVENTS } from '../core/appspec/server-appspec.ts';
import type { ReadSpecification } from '../core/hosts/specification.ts';
import { readAppSpec } from './appspec-file.ts';
import type { DownloadPorts } from './bundle-sources.ts';
import type { DeploymentOnHost } from './deployment-folders.ts';
import { archiveFolder, deploymentFolder } from './deployment-folders.ts';
import { downloadBundle } from './download-bundle.ts';
import { EventFailure } from './event-failure.ts';
import { install } from './install.ts';
import { lastSuccessful, markLastSuccessful } from './pointers.ts';
import type { ScriptPorts } from './run-script.ts';
import { runScript } from './run-script.ts';
import { scriptEnvironment } from './script-environment.ts';
import { runCommand } from './system-command.ts';

/** One lifecycle event of one deployment on this host. */
export interface HostEvent extends DeploymentOnHost {
  readonly name: string;
  readonly specification: ReadSpecification;
  readonly filesRoot: string;
  readonly mostRevisions: number;
}

/** Of one event, all its scripts together. */
const EVENT_SECONDS = 3600;

/** Events whose scripts come from the revision that is being replaced. */
const OF_PREVIOUS: readonly string[] = ['ApplicationStop', 'BeforeBlockTraffic', 'AfterBlockTraffic'];

/** Whether there is nothing to run for the event. Throws EventFailure for a revision whose AppSpec cannot be read. */
export async function isNoop(event: HostEvent): Promise<boolean> {
  if (event.name === 'DownloadBundle' || event.name === 'Install') return false;
  return (await scriptsOf(event)) === undefined;
}

/**
 * Runs the event, and says what is to be told of its success. Throws EventFailure. At the end of the deployment's last event
 * its revision becomes the one that succeeded last on this host.
 */
export async function runEvent(event: HostEvent, ports: ScriptPorts): Promise<string> {
  const said = await done(event, ports);
  if (event.name === event.specification.LastLifecycleEvent) await markLastSuccessful(event);
  return said;
}

async function done(event: HostEvent, ports: ScriptPorts): Promise<string> {
  const { specification } = event;
  switch (event.name) {
    case 'DownloadBundle':
      await downloadBundle(event, downloading(whileWanted(event.name, ports.stop)));
      return 'Succeeded';
    case 'Install':
      await install(
        {
          ...event,
          appSpecFilename: specification.AppSpecFilename,
          fileExistsBehavior: specification.FileExistsBehavior,
        },
        runCommand,
        whileWanted(event.name, ports.stop),
      );
      return 'Succeeded';
    default:
      return runScripts(event, ports);
  }
}

async function runScripts(event: HostEvent, ports: ScriptPorts): Promise<string> {
  const found = await scriptsOf(event);
  if (found === undefined) return 'Succeeded: there is no script for this event';
  const { archive, scripts, from } = found;
  ports.output.note(`LifecycleEvent - ${event.name}`);
  // By a clock that nobody sets: a host that gets the right time meanwhile has not worked for hours.
  const giveUpAt = performance.now() + EVENT_SECONDS * 1000;
  const environment = scriptEnvironment(event);
  const said: string[] = [];
  for (const { location, timeoutSeconds = EVENT_SECONDS, runAs, sudo } of scripts) {
    const left = Math.max(1, Math.ceil((giveUpAt - performance.now()) / 1000));
    try {
      const limit = Math.min(timeoutSeconds, left);
      const script = { archive, location, timeoutSeconds: limit, runas: runAs, sudo, environment };
      const note = await runScript(script, ports);
      if (note !== undefined) said.push(note);
    } catch (error) {
      if (!(error instanceof EventFailure) || from === undefined) throw error;
      const message = `${error.message}. It is a script of the revision that is being replaced, which the deployment ${from} installed`;
      throw new EventFailure(error.errorCode, message, error.scriptName);
    }
  }
  if (from !== undefined) said.unshift(`the scripts are those that the deployment ${from} installed`);
  return ['Succeeded', ...said].join(': ');
}

interface FoundScripts {
  readonly archive: string;
  readonly scripts: readonly HookScript[];
  /** The deployment that they are of, where it is an earlier one. */
  readonly from: string | undefined;
}

/** Undefined where there are none. */
async function scriptsOf(event: HostEvent): Promise<FoundScripts | undefined> {
  const name = SCRIPTED_EVENTS.find((known): known is ScriptedEvent => known === event.name);
  if (name === undefined) {
    throw new EventFailure('UnknownError', `This agent knows no lifecycle event ${event.name}.`);
  }
  const isOfPrevious = OF_PREVIOUS.includes(name);
  const folder = isOfPrevious ? await lastSuccessful(event) : deploymentFolder(event);
  if (folder === undefined) return undefined;
  const archive = archiveFolder(folder);
  // Somebody has tidied up: there is nothing that could be run, and nothing that ought to fail for it.
  if (!existsSync(archive)) return undefined;
  const appSpec = await readAppSpec(archive, isOfPrevious ? undefined : event.specification.AppSpecFilename);
  const scripts = appSpec.hooks[name];
  if (scripts === undefined || scripts.length === 0) return undefined;
  return { archive, scripts, from: isOfPrevious ? basename(folder) : undefined };
}

/** Where the whole output of an event is kept on the host. */
export function outputPath(event: HostEvent): string {
  return join(deploymentFolder(event), 'logs', `${event.name}.log`);
}

/** Aborted, with what is to be told, when the service stops the event or its time is over. */
function whileWanted(name: string, stop: AbortSignal): AbortSignal {
  const over = new AbortController();
  const end = (signal: AbortSignal, message: string): void => {
    const abort = (): void => over.abort(new EventFailure('UnknownError', message));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  };
  end(stop, `The service stopped ${name}`);
  end(AbortSignal.timeout(EVENT_SECONDS * 1000), `${name} took longer than ${EVENT_SECONDS} seconds`);
  return over.signal;
}

function downloading(signal: AbortSignal): DownloadPorts {
  return {
    signal,
    fetch: (address, init) => fetch(address, { ...init, signal }),
    wait: async (seconds) => {
      await pause(seconds * 1000, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    },
  };
}
