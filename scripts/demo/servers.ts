import { CodeDeployClient, GetDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { join } from 'node:path';
import { buildAgent } from '../build-agent.ts';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';
import { cli, printed } from './command-line.ts';
import { expect } from './expect.ts';
import type { WebTeam } from './fleet.ts';
import { CONFIG, openTeam } from './fleet.ts';
import type { Registered } from './hosts.ts';
import { startHosts } from './hosts.ts';
import type { Visitors } from './visitors.ts';
import { letVisitorsIn } from './visitors.ts';

export interface ServersStage {
  readonly local: LocalJson;
  /** Of this run alone: the hosts live in it. */
  readonly folder: string;
  readonly localFile: string;
  readonly signal: AbortSignal;
}

const NAMES = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6'];
const LEAST_HEALTHY = 4;
const PAGES = ['Welcome to release 1', 'Welcome to release 2', 'Welcome to a broken release 3'] as const;

/** Six hosts with real agents: a first installation, a rolling update, and a release that fails on the hosts and is rolled back. */
export async function demonstrateServers(stage: ServersStage): Promise<void> {
  const { local, folder, localFile } = stage;
  const agent = join(folder, 'sluice-agent.cjs');
  await buildAgent(agent);
  const hosts = await startHosts(NAMES, {
    folder,
    agent,
    certificate: await printed(['host', 'certificate'], localFile),
    register: async (name) =>
      JSON.parse(
        await printed(['host', 'register', name, '--tag', 'site=web', '--json'], localFile),
      ) as Registered,
  });
  try {
    const team = await openTeam(local);
    console.log(`
Six on-premises hosts, each a folder with a real agent of its own that asks for
work. ${CONFIG} lets two of them be down at once.`);
    await firstInstallation(stage, team);
    const visitors = letVisitorsIn(hosts, PAGES.slice(0, 2));
    try {
      const second = await rollingUpdate(stage, team, visitors);
      await badRelease(stage, team, visitors);
      await whatItCost(stage, second);
    } finally {
      await visitors.sendHome();
    }
    console.log(`
5. Who the hosts are, and what became of them
   npx sluice host list
`);
    expect((await sluice(stage, 'host', 'list')) === 0, 'the hosts are listed');
  } finally {
    await Promise.all(hosts.map((host) => host.end()));
  }
}

async function firstInstallation(stage: ServersStage, team: WebTeam): Promise<void> {
  const first = await team.deploy({ page: PAGES[0], bundleType: 'tgz' });
  console.log(`
1. The first release, a tgz: nothing is installed anywhere yet
   npx sluice watch ${first}
`);
  expect((await sluice(stage, 'watch', first)) === 0, 'the first release is installed');
}

async function rollingUpdate(stage: ServersStage, team: WebTeam, visitors: Visitors): Promise<string> {
  const second = await team.deploy({ page: PAGES[1], bundleType: 'zip' });
  console.log(`
2. The second release, a zip, while visitors ask every host all the time
   npx sluice watch ${second}
`);
  expect((await sluice(stage, 'watch', second)) === 0, 'the second release goes out');
  tellOf(visitors);
  return second;
}

async function badRelease(stage: ServersStage, team: WebTeam, visitors: Visitors): Promise<void> {
  const third = await team.deploy({ page: PAGES[2], bundleType: 'tgz' });
  console.log(`
3. The third release is refused by ValidateService on the first two hosts. The
   other four are not touched by it.
   npx sluice watch ${third}
`);
  expect((await sluice(stage, 'watch', third)) === 1, 'the third release fails');
  const rollback = await rollbackOf(stage.local, third);
  console.log(`
   The second release comes back by itself, as a deployment to all six hosts:
   npx sluice watch ${rollback}
`);
  expect((await sluice(stage, 'watch', rollback)) === 0, 'the second release comes back');
  tellOf(visitors);
}

async function whatItCost(stage: ServersStage, deploymentId: string): Promise<void> {
  console.log(`
4. What the second release would have cost on AWS, at public list prices
   npx sluice cost ${deploymentId}
`);
  expect((await sluice(stage, 'cost', deploymentId)) === 0, 'the second release is counted');
}

async function rollbackOf(local: LocalJson, deploymentId: string): Promise<string> {
  const codedeploy = new CodeDeployClient({ ...clientSettings(local), endpoint: local.endpoint });
  const { deploymentInfo } = await codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  const rollback = deploymentInfo?.rollbackInfo?.rollbackDeploymentId;
  expect(rollback !== undefined, 'the third release is rolled back');
  return rollback ?? '';
}

function tellOf(visitors: Visitors): void {
  const { rounds, fewestHealthy, pages } = visitors.saw();
  console.log(
    `\n   What the visitors saw in ${rounds} rounds: never fewer than ${fewestHealthy} of 6 hosts with a page that works`,
  );
  for (const page of pages) console.log(`   ${page}`);
  expect(
    fewestHealthy >= LEAST_HEALTHY,
    `at least ${LEAST_HEALTHY} hosts have a page that works at any time`,
  );
}

function sluice({ localFile, signal }: ServersStage, ...words: readonly string[]): Promise<number> {
  return cli(words, localFile, signal);
}
