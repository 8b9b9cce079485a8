import {
  DeleteGitHubAccountTokenCommand,
  ListGitHubAccountTokenNamesCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hostOutputShapes } from '../../core/hosts/protocol.ts';
import { ask } from './agent-calls.ts';
import { codedeploy, dynamodb, eventually, local } from './cloud.ts';
import { deployTo, servers } from './servers.ts';
import { localFile, sluiceIn } from './sluice.ts';

const names = async () =>
  (await codedeploy.send(new ListGitHubAccountTokenNamesCommand({}))).tokenNameList ?? [];

/** What the host is told of its deployment: the envelope holds its content as it is, once its armour is off. */
async function toldOf(account: string): Promise<string> {
  const web = await servers(1);
  const gitHubLocation = { repository: `${account}/shop`, commitId: 'a'.repeat(40) };
  const deploymentId = await deployTo(web, { revision: { revisionType: 'GitHub', gitHubLocation } });
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
    const id = randomUUID().slice(0, 8);
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
    expect(await toldOf(`octo-${id}`)).not.toContain('GitHubAccessToken');

    await codedeploy.send(new DeleteGitHubAccountTokenCommand({ tokenName: account }));
    expect(await names()).not.toContain(account);
    const again = codedeploy.send(new DeleteGitHubAccountTokenCommand({ tokenName: account }));
    await expect(again).rejects.toThrow('There is no token');
    expect(await toldOf(account)).not.toContain('GitHubAccessToken');
  });
});
