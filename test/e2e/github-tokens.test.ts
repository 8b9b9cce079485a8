import {
  DeleteGitHubAccountTokenCommand,
  ListGitHubAccountTokenNamesCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostOutputShapes } from '../../core/hosts/protocol.ts';
import { ask } from './agent-calls.ts';
import { gitHubStandIn } from '../support/git-hub-stand-in.ts';
import type { GitHubStandIn } from '../support/git-hub-stand-in.ts';
import { codedeploy, dynamodb, ended, eventually, functionOf, local } from './cloud.ts';
import { configured } from './configured.ts';
import { deployTo, servers } from './servers.ts';
import { localFile, sluiceIn } from './sluice.ts';

const names = async () =>
  (await codedeploy.send(new ListGitHubAccountTokenNamesCommand({}))).tokenNameList ?? [];

const COMMIT = 'a'.repeat(40);
const id = randomUUID().slice(0, 8);
/** Whose repository everybody may see. */
const OPEN = `octo-${id}`;

let gitHub: GitHubStandIn;
let restore: () => Promise<void>;

beforeAll(async () => {
  gitHub = await gitHubStandIn({
    repository: `${OPEN}/shop`,
    commitId: COMMIT,
    files: { 'appspec.yml': '' },
  });
  restore = await configured([await functionOf('AdmitFleet')], { GITHUB_BASE_URL: gitHub.baseUrl });
});

afterAll(async () => {
  await restore();
  gitHub.end();
});

const revisionOf = (account: string) =>
  ({
    revisionType: 'GitHub',
    gitHubLocation: { repository: `${account}/shop`, commitId: COMMIT },
  }) as const;

/** What the host is told of its deployment: the envelope holds its content as it is, once its armour is off. */
async function toldOf(account: string): Promise<string> {
  const web = await servers(1);
  const deploymentId = await deployTo(web, { revision: revisionOf(account) });
  const [{ endpoint, hostIdentifier: HostIdentifier } = { endpoint: '', hostIdentifier: '' }] = web.hosts;
  const { HostCommand } = await eventually(
    'the host has a command',
    async () =>
      hostOutputShapes.PollHostCommand.parse(
        (await ask(endpoint, 'PollHostCommand', { HostIdentifier })).body,
      ),
    (polled) => polled.HostCommand !== undefined,
  );
  const { DeploymentExecutionId } = HostCommand ?? {};
  const told = await ask(endpoint, 'GetDeploymentSpecification', { DeploymentExecutionId, HostIdentifier });
  const { DeploymentSpecification } = hostOutputShapes.GetDeploymentSpecification.parse(told.body);
  await codedeploy.send(new StopDeploymentCommand({ deploymentId }));
  const armoured = DeploymentSpecification.GenericEnvelope.Payload;
  return Buffer.from(armoured.replaceAll(/-----.*-----|\n/g, ''), 'base64').toString('latin1');
}

describe('a token for GitHub', () => {
  it('reaches the hosts of its account inside the signed specification alone', async () => {
    const account = `acme-${id}`;
    const token = `ghp_${randomUUID()}`;
    const connected = await sluiceIn(
      { SLUICE_LOCAL_JSON: localFile, GITHUB_TOKEN: token },
      'github',
      'connect',
      account,
    );
    expect(connected).toMatchObject({ exitCode: 0, out: expect.stringMatching(`^${account} is connected`) });
    expect(await names()).toContain(account);
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: local.tables.live }));
    const kept = JSON.stringify(Items, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(kept).toContain(account);
    expect(kept).not.toContain(token);

    expect(await toldOf(account)).toContain(`"GitHubAccessToken":"${token}"`);
    expect(await toldOf(OPEN)).not.toContain('GitHubAccessToken');

    await codedeploy.send(new DeleteGitHubAccountTokenCommand({ tokenName: account }));
    expect(await names()).not.toContain(account);
    const again = codedeploy.send(new DeleteGitHubAccountTokenCommand({ tokenName: account }));
    await expect(again).rejects.toThrow('There is no token');
    const deploymentId = await deployTo(await servers(1), { revision: revisionOf(account) });
    const { errorInformation } = await ended(deploymentId);
    expect(errorInformation?.code).toBe('MISSING_GITHUB_TOKEN');
    expect(errorInformation?.message).toContain(`npx sluice github connect ${account}`);
  });
});
