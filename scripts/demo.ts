import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from './demo/command-line.ts';
import { letCustomersIn } from './demo/customers.ts';
import { expect } from './demo/expect.ts';
import { demonstrateServers } from './demo/servers.ts';
import type { Shop } from './demo/shop.ts';
import { ALARM, ALIAS, APPLICATION, CONFIG, FUNCTION, HOOKS, openShop } from './demo/shop.ts';
import type { Story } from './demo/story.ts';
import { storyTeller } from './demo/story.ts';
import { subscribe } from './demo/subscriber.ts';
import { endingSignal, main } from './ending.ts';
import { startLocalCloud } from './local-cloud/cloud.ts';
import { writeLocalJson } from './local-cloud/local-json.ts';
import { timeScaleFrom } from './time-scale.ts';

/** Five minutes of a canary become ten seconds. */
const TIME_SCALE = 30;

/** Where `sluice watch` draws a tree, which follows a rollback as well. */
const DRAWS = process.stdout.isTTY && process.env['TERM'] !== 'dumb';

/**
 * `npm run demo`: a good canary, a bad one that an alarm stops, one by hand, the log of all and its cost.
 * `npm run demo -- servers`: six hosts with real agents. Exits 0 if all went as told.
 */
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
    if (process.argv.includes('servers')) {
      await demonstrateServers({ local: cloud.local, folder, localFile, signal });
      return 0;
    }
    const shop = await openShop(cloud.local);
    const subscriber = await subscribe(cloud.local, APPLICATION);
    const customers = letCustomersIn(shop);
    try {
      await tell({
        shop,
        story: storyTeller(cloud.local),
        sluice: (...words) => cli(words, localFile, signal),
        endScene: async (...deploymentIds) => {
          indented('What the customers got', customers.got());
          indented('What the subscriber was told', await subscriber.toldOf(...deploymentIds));
        },
        timeScale,
      });
    } finally {
      await customers.sendHome();
    }
    console.log(NEXT);
    return 0;
  } finally {
    await cloud.close();
    await rm(folder, { recursive: true, force: true });
  }
});

interface Stage {
  readonly shop: Shop;
  readonly story: Story;
  /** Runs the command line, and gives its exit code. */
  readonly sluice: (...words: readonly string[]) => Promise<number>;
  /** Shows what others saw of the deployments of the scene. */
  readonly endScene: (...deploymentIds: readonly string[]) => Promise<void>;
  readonly timeScale: number;
}

/** A terminal shows as much of each line as it has room for. */
function indented(title: string, lines: readonly string[]): void {
  const room = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  console.log(`\n   ${title}`);
  for (const line of lines.map((text) => `   ${text}`)) {
    console.log(line.length > room ? `${line.slice(0, room - 1)}…` : line);
  }
}

async function tell(stage: Stage): Promise<void> {
  console.log(`
The function ${FUNCTION} has three published versions and an alias "${ALIAS}"
on version 1; the alarm ${ALARM} watches the requests that fail. The
emulator stores an alias's weights without routing by them, so the customers of
this demonstration read the alias and draw a version by its weight. Somebody has
subscribed a queue to the stack's topic, for the beginnings, alarms and ends of
this application. Minutes pass ${stage.timeScale} times as fast as on AWS.`);
  const good = await aGoodOne(stage);
  const bad = await aBadOne(stage);
  await lookingBack(stage, bad);
  const byHand = await oneByHand(stage);
  await theWholeLog(stage);
  await theCost(stage, [good, bad, byHand]);
}

async function aGoodOne({ shop, sluice, endScene }: Stage): Promise<string> {
  const good = await shop.deploy('1', '2', HOOKS);
  console.log(`
1. Version 2 goes out with ${CONFIG},
   validated by two functions: one returns its status, the other calls back
   npx sluice watch ${good}
`);
  expect((await sluice('watch', good)) === 0, 'the first deployment succeeds');
  await endScene(good);
  return good;
}

async function aBadOne({ shop, story, sluice, endScene }: Stage): Promise<string> {
  const bad = await shop.deploy('2', '3');
  console.log(`
2. Version 3 throws at every call. The canary gives it a tenth of the traffic,
   the alarm sees that requests fail.
   npx sluice watch ${bad}
`);
  expect((await sluice('watch', bad)) === 1, 'the second deployment does not succeed');
  const stopped = await story.of(bad);
  expect(stopped.ending?.code === 'ALARM_ACTIVE', 'the alarm stops the second deployment');
  const restored = await story.restoredAfter(bad);
  expect(restored !== undefined, 'the traffic is restored');
  const rollback = stopped.end?.status === 'Early' ? stopped.end.rollback : undefined;
  if (rollback?.status !== 'triggered')
    throw new Error('The demonstration failed: no rollback was triggered.');
  console.log(
    `\n   From the alarm to all traffic back on version 2: ${restored} ms.\n   The rollback is a deployment of its own.`,
  );
  if (!DRAWS) {
    console.log(`   npx sluice watch ${rollback.deploymentId}\n`);
    await sluice('watch', rollback.deploymentId);
  }
  expect((await story.of(rollback.deploymentId)).status === 'Succeeded', 'the rollback succeeds');
  await endScene(bad, rollback.deploymentId);
  return bad;
}

async function lookingBack({ story, sluice }: Stage, bad: string): Promise<void> {
  const moment = await story.firstShift(bad);
  console.log(`
3. What was so when a tenth of the traffic had just gone to the bad version?
   The log rebuilds any moment of the past.
   npx sluice events ${bad} --at ${moment}
`);
  expect((await sluice('events', bad, '--at', moment)) === 0, 'the log tells how it was');
}

async function oneByHand({ shop, story, sluice, endScene }: Stage): Promise<string> {
  const byHand = await story.launchedBy(await shop.launch('2', '1'));
  console.log(`
4. Version 1 comes back by hand: somebody starts an execution of the workflow,
   as in the Step Functions console. The alarm still rings, which would stop it,
   so this deployment is told to go without it.
   npx sluice watch ${byHand}
`);
  expect((await sluice('watch', byHand)) === 0, 'the deployment that was started by hand succeeds');
  await endScene(byHand);
  return byHand;
}

async function theWholeLog({ sluice }: Stage): Promise<void> {
  console.log(`
5. All of it is in an append-only log, each event chained to the one before by
   its hash
   npx sluice verify
`);
  expect((await sluice('verify')) === 0, 'the log is whole');
}

async function theCost({ story }: Stage, deploymentIds: readonly string[]): Promise<void> {
  console.log(`
6. What each would have cost on AWS, at public list prices (README.md, "Cost")
   npx sluice cost ${deploymentIds[0]}
`);
  for (const line of await story.costs(...deploymentIds)) console.log(line);
}

const NEXT = `
Try next
  npm run demo -- servers the same for six servers with agents
  npm start               the same cloud, kept up; it prints how to use it
  npx sluice events <id>  who did what in one deployment, and why
  npx cdk deploy          the same stack in your own account (README.md)`;
