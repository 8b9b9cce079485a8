import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowKeys } from '../../core/views/row-keys.ts';
import { certificateAnswer } from '../../core/views/v1-hosts.ts';
import { buildAgent } from '../../scripts/build-agent.ts';
import type { DemoHost } from '../../scripts/demo/hosts.ts';
import { startHosts } from '../../scripts/demo/hosts.ts';
import { tgzOf } from '../support/archives.ts';
import { administer } from './agent-calls.ts';
import { ended, eventually, rows } from './cloud.ts';
import type { Servers } from './servers.ts';
import { anotherApplication, deployTo, revision, servers } from './servers.ts';

/** The events whose scripts are in the revision that is being deployed. */
const OWN = ['BeforeInstall', 'AfterInstall', 'ApplicationStart', 'ValidateService'];
const HOST = 'host';

let folder: string;
let running: readonly DemoHost[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-two-'));
  mkdirSync(join(folder, 'told'));
  await buildAgent(join(folder, 'agent.cjs'));
});

afterEach(async () => {
  await Promise.all(running.map((host) => host.end()));
  running = [];
  rmSync(folder, { recursive: true, maxRetries: 3 });
});

async function startAgent({ hosts: [host] }: Servers): Promise<void> {
  if (host === undefined) throw new Error('there is a host');
  const { specificationCertificate: certificate } = certificateAnswer.parse(
    await administer('v1/hosts/certificate'),
  );
  const agent = join(folder, 'agent.cjs');
  running = await startHosts([HOST], { folder, agent, certificate, register: async () => host });
}

/**
 * Both applications use the same names in their bundles. A script knows nothing but what it was written for, and tells when
 * it began and ended, and what its environment is.
 */
function bundleOf({ applicationName }: Servers, release: number) {
  const hooks = ['ApplicationStop', ...OWN].map((event) => `  ${event}:\n    - location: tell.sh\n`);
  const appSpec = `version: 0.0\nos: linux\nfiles:\n  - source: page\n    destination: /srv/${applicationName}\nhooks:\n${hooks.join('')}`;
  const who = `${applicationName} release ${release}`;
  const script = `#!/bin/sh
echo "begin ${who} $LIFECYCLE_EVENT" >>"${folder}/log"
env >"${folder}/told/${applicationName} $LIFECYCLE_EVENT"
sleep 0.1
echo "end ${who} $LIFECYCLE_EVENT" >>"${folder}/log"
`;
  return tgzOf([
    { path: 'appspec.yml', content: appSpec },
    { path: 'tell.sh', content: script, mode: 0o755 },
    { path: 'page', type: 'Directory', mode: 0o755 },
    { path: 'page/index', content: who },
    { path: `page/of-release-${release}`, content: who },
  ]);
}

const log = () => readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n');

/** What the script of this event of this application found in its environment. */
function told({ applicationName }: Servers, event: string): Record<string, string | undefined> {
  const lines = readFileSync(join(folder, 'told', `${applicationName} ${event}`), 'utf8').split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

/** The files of an application on the host, with their content. */
function installed({ applicationName }: Servers): Record<string, string> {
  const place = join(folder, HOST, 'files', 'srv', applicationName);
  return Object.fromEntries(
    readdirSync(place).map((name) => [name, readFileSync(join(place, name), 'utf8')]),
  );
}

describe('two applications that are deployed at once to one host', () => {
  it('take turns there, and never get anything of one another', async () => {
    const shop = await servers(1);
    const both = [shop, await anotherApplication(shop)];
    for (const release of [1, 2]) {
      rmSync(join(folder, 'log'), { force: true });
      const ids = await Promise.all(
        both.map(async (one) => deployTo(one, { revision: await revision(bundleOf(one, release)) })),
      );
      // Both have a command on the host before its agent asks for the first: neither can be through before the other.
      if (release === 1) {
        await eventually(
          'both wait for the host',
          () => waiting(shop),
          (count) => count === 2,
        );
        await startAgent(shop);
      }
      for (const id of ids) expect(await ended(id)).toMatchObject({ status: 'Succeeded' });

      const groups = new Set<string | undefined>();
      for (const [index, one] of both.entries()) {
        const { applicationName, deploymentGroupName } = one;
        const who = `${applicationName} release ${release}`;
        const own = log().filter((line) => line.startsWith(`begin ${who} `));
        expect(own).toEqual(OWN.map((event) => `begin ${who} ${event}`));
        // What stops is what was installed before, for the deployment that replaces it.
        const events = release === 1 ? OWN : ['ApplicationStop', ...OWN];
        for (const LIFECYCLE_EVENT of events) {
          const environment = told(one, LIFECYCLE_EVENT);
          expect(environment).toMatchObject({
            APPLICATION_NAME: applicationName,
            DEPLOYMENT_GROUP_NAME: deploymentGroupName,
            DEPLOYMENT_ID: ids[index],
            LIFECYCLE_EVENT,
          });
          groups.add(environment['DEPLOYMENT_GROUP_ID']);
        }
        expect(installed(one)).toEqual({ index: who, [`of-release-${release}`]: who });
      }
      expect(groups.size).toBe(2);
      if (release === 1) expectBothAtWork(both);
      expectTurns();
    }
    const stops = log().filter((line) => line.endsWith(' ApplicationStop') && line.startsWith('begin'));
    expect(stops.sort()).toEqual(
      both.map(({ applicationName }) => `begin ${applicationName} release 1 ApplicationStop`).sort(),
    );
  });

  async function waiting({ hosts: [host] }: Servers): Promise<number> {
    const { pk } = rowKeys.hostCommand(host?.hostIdentifier ?? '', 0, '');
    return (await rows.query({ pk, from: 'queued#', to: 'queued#~', limit: 10 })).rows.length;
  }

  /** Each began before the other was through. */
  function expectBothAtWork(both: readonly Servers[]): void {
    const begun = both.map(({ applicationName: name }) =>
      log().indexOf(`begin ${name} release 1 BeforeInstall`),
    );
    const done = both.map(({ applicationName: name }) =>
      log().indexOf(`end ${name} release 1 ValidateService`),
    );
    expect(Math.max(...begun)).toBeLessThan(Math.min(...done));
  }

  /** No script began before the one before it had ended. */
  function expectTurns(): void {
    const lines = log();
    for (let index = 0; index < lines.length; index += 2) {
      const [begin = '', end = ''] = lines.slice(index, index + 2);
      expect([begin.split(' ')[0], end]).toEqual(['begin', begin.replace('begin', 'end')]);
    }
  }
});
