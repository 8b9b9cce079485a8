import { join } from 'node:path';
import { runningCloud } from './attach.ts';
import { startClock } from './clock.ts';
import { cloudAt } from './cloud-address.ts';
import { bootstrap, deploy, type Deployment, synthesize } from './deploy.ts';
import { type LocalJson, localJson } from './local-json.ts';
import { startMiniStack } from './ministack.ts';
import { emulatorPort } from './port.ts';
import { emulatorPython } from './python.ts';
import { makeRunFolder, type RunFolder } from './run-folder.ts';

export interface LocalCloudOptions {
  readonly timeScale: number;
  /** Multiplies the waits of Step Functions in an emulator of our own; 1 leaves them as they are. */
  readonly waitScale: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface LocalCloud {
  readonly local: LocalJson;
  /** The synthesized stack that was deployed; a folder that is there until `close`. */
  readonly assembly: string;
  /** Ends everything that was started and removes what it left; an emulator that ran before goes on with its stack. */
  readonly close: () => Promise<void>;
}

const projectFolder = join(import.meta.dirname, '..', '..');

/**
 * Sluice, deployed with the real `cdk deploy` into an emulator: our own, or the one that `AWS_ENDPOINT_URL` names.
 * Resolves when it takes calls. Where it throws, or the signal aborts, nothing is left of it.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const attached = runningCloud(process.env);
  const run = makeRunFolder();
  const closing: (() => Promise<void>)[] = [async () => run.remove()];
  const close = async (): Promise<void> => {
    // Once only, the last started first.
    for (const end of closing.splice(0).reverse()) {
      await end();
    }
  };
  // What fails first stops the other of two things that go on at once.
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  try {
    const deployment: Deployment = { projectFolder, run, signal, timeScale: options.timeScale, ...names() };
    const ownEmulator = async (): Promise<string> => {
      const emulator = await startEmulator(run, { ...options, signal });
      closing.push(emulator.end);
      return emulator.endpoint;
    };
    const prepare = async () => {
      const cloud = await cloudAt(attached ?? (await ownEmulator()));
      await bootstrap(deployment, cloud);
      return cloud;
    };
    options.say('Synthesizing the stack, starting the local cloud …');
    const [assembly, cloud] = await together([synthesize(deployment), prepare()], failing);
    const shared =
      attached === undefined ? '' : ', which runs already: a stack of this name there is updated';
    options.say(`Deploying the stack ${deployment.stackName} to ${cloud.endpoint}${shared} …`);
    const outputs = await deploy(deployment, cloud, assembly);
    const local = localJson(cloud, { ...deployment, outputs });
    await answers(local.endpoint);
    const clock = startClock({
      cloud,
      rowsTable: outputs.RowsTableName,
      onDeadlineFunction: outputs.OnDeadlineFunctionName,
      say: options.say,
    });
    closing.push(clock.stop);
    return { local, assembly, close };
  } catch (error) {
    await close();
    options.signal.throwIfAborted();
    throw error;
  }
}

/** Several stacks live side by side in an emulator that is shared. */
function names(): { readonly stackName: string } {
  return { stackName: process.env['SLUICE_STACK_NAME'] ?? 'Sluice' };
}

async function startEmulator(run: RunFolder, options: LocalCloudOptions) {
  const { signal, say, waitScale } = options;
  const port = await emulatorPort(process.env['SLUICE_PORT']);
  const stateFolder = join(projectFolder, '.sluice');
  const python = await emulatorPython({ stateFolder, logFile: join(run.path, 'pip.log'), signal, say });
  return startMiniStack({ python, port, run, projectFolder, waitScale, signal });
}

/** Waits for both, also where one fails: nothing of it may go on behind the back of who cleans up. */
async function together<A, B>(
  both: readonly [Promise<A>, Promise<B>],
  failing: AbortController,
): Promise<[A, B]> {
  for (const one of both) {
    one.catch((error: unknown) => failing.abort(error));
  }
  await Promise.allSettled(both);
  failing.signal.throwIfAborted();
  return Promise.all(both);
}

/** The route is there when it refuses an unsigned call. */
async function answers(endpoint: string): Promise<void> {
  const { status } = await fetch(endpoint, { method: 'POST', body: '{}' });
  if (status !== 403) {
    throw new Error(`The front door at ${endpoint} answers an unsigned call with ${status}, not with 403.`);
  }
}
