import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { letCustomersIn } from './demo/customers.ts';
import type { Shop } from './demo/shop.ts';
import { ALARM, ALIAS, CONFIG, FUNCTION, HOOKS, openShop } from './demo/shop.ts';
import type { Story } from './demo/story.ts';
import { storyTeller } from './demo/story.ts';
import { endingSignal, main } from './ending.ts';
import { startLocalCloud } from './local-cloud/cloud.ts';
import { writeLocalJson } from './local-cloud/local-json.ts';
import { startProcessGroup } from './process-group.ts';
import { timeScaleFrom } from './time-scale.ts';

const projectFolder = join(import.meta.dirname, '..');

/** Five minutes of a canary become ten seconds. */
const TIME_SCALE = 30;

/** Where `sluice watch` draws a tree. */
const DRAWS = process.stdout.isTTY && process.env['TERM'] !== 'dumb';

/** `npm run demo`: a good canary, a bad one that an alarm stops, one by hand, and the log of all. Exits 0 if all went as told. */
void main(async () => {
  const signal = endingSignal();
  const timeScale = timeScaleFrom(undefined, process.env, TIME_SCALE);
  const started = Date.now();
  const cloud = await startLocalCloud({ timeScale, waitScale: 1, signal, say: console.log });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  try {
    const localFile = join(folder, 'local.json');
    await writeLocalJson(localFile, cloud.local);
    console.log(`Deployed after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    const shop = await openShop(cloud.local);
    let isDrawing = false;
    const sluice = async (...words: readonly string[]): Promise<number> => {
      isDrawing = words[0] === 'watch' && DRAWS;
      try {
        return await cli(words, localFile, signal);
      } finally {
        isDrawing = false;
      }
    };
    // Lines in between would tear the tree apart, which has bars of its own.
    const customers = letCustomersIn(shop, (line) => {
      if (!isDrawing) console.log(line);
    });
    try {
      await tell(shop, storyTeller(cloud.local), sluice, { timeScale, newScene: customers.newScene });
    } finally {
      await customers.sendHome();
    }
    await verified(sluice);
    console.log(NEXT);
    return 0;
  } finally {
    await cloud.close();
    await rm(folder, { recursive: true, force: true });
  }
});

type Sluice = (...words: readonly string[]) => Promise<number>;

async function tell(
  shop: Shop,
  story: Story,
  sluice: Sluice,
  { timeScale, newScene }: { readonly timeScale: number; readonly newScene: () => void },
): Promise<void> {
  console.log(`
The function ${FUNCTION} has three published versions and an alias "${ALIAS}" on version 1; the alarm ${ALARM} watches
the requests that fail. The emulator stores an alias's weights without routing by them, so the clients of this
demonstration read the alias and draw a version by its weight. Minutes pass ${timeScale} times as fast as on AWS.

1. Version 2 goes out with ${CONFIG},
   validated by two functions: one returns its status, the other calls back
   npx sluice watch <deployment-id>
`);
  const good = await shop.deploy('1', '2', HOOKS);
  expect((await sluice('watch', good)) === 0, 'the first deployment succeeds');
  const succeeded = await story.of(good);
  console.log(
    `\n   ${await story.transitions(succeeded)} state transitions, the hooks' included, however long it bakes.`,
  );

  newScene();
  console.log(`
2. Version 3 throws at every call. The canary gives it a tenth of the traffic, the alarm sees that requests fail.
`);
  const bad = await shop.deploy('2', '3');
  expect((await sluice('watch', bad)) === 1, 'the second deployment does not succeed');
  newScene();
  const stopped = await story.of(bad);
  expect(stopped.ending?.code === 'ALARM_ACTIVE', 'the alarm stops the second deployment');
  const restored = await story.restoredAfter(bad);
  expect(restored !== undefined, 'the traffic is restored');
  const rollback = stopped.end?.status === 'Early' ? stopped.end.rollback : undefined;
  if (rollback?.status !== 'triggered')
    throw new Error('The demonstration failed: no rollback was triggered.');
  console.log(
    `\n   From the alarm to all traffic back on version 2: ${restored} ms. The rollback is a deployment of its own:\n`,
  );
  expect((await sluice('watch', rollback.deploymentId)) === 0, 'the rollback succeeds');
  const transitions =
    (await story.transitions(stopped)) + (await story.transitions(await story.of(rollback.deploymentId)));
  console.log(`\n   ${transitions} state transitions for both.`);

  newScene();
  console.log(`
3. Version 1 comes back by hand: somebody starts an execution of the workflow, as in the Step Functions console.
   The alarm still rings, which would stop it, so this deployment is told to go without it.
`);
  const byHand = await story.launchedBy(await shop.launch('2', '1'));
  expect((await sluice('watch', byHand)) === 0, 'the deployment that was started by hand succeeds');
}

async function verified(sluice: Sluice): Promise<void> {
  console.log(`
4. All of it is in an append-only log, each event chained to the one before by its hash
   npx sluice verify
`);
  expect((await sluice('verify')) === 0, 'the log is whole');
}

/** Runs the command line as a person would, and gives its exit code. */
async function cli(words: readonly string[], localFile: string, signal: AbortSignal): Promise<number> {
  const group = startProcessGroup(
    process.execPath,
    [join(projectFolder, 'cli', 'sluice.mjs'), ...words, '--local'],
    {
      folder: projectFolder,
      environment: { ...process.env, SLUICE_LOCAL_JSON: localFile },
    },
  );
  const end = (): void => void group.end();
  signal.addEventListener('abort', end);
  try {
    const exitCode = await group.exited;
    signal.throwIfAborted();
    return exitCode;
  } finally {
    signal.removeEventListener('abort', end);
    await group.end();
  }
}

function expect(so: boolean, what: string): void {
  if (!so) throw new Error(`The demonstration failed: it was to show that ${what}.`);
}

const NEXT = `
Try next
  npm start                       the same cloud, kept up; it prints how to use "aws deploy" with it
  npx sluice events <id>          who did what in one deployment, and why
  npx cdk deploy                  the same stack, in your own account (README.md, "Deploy it")`;
