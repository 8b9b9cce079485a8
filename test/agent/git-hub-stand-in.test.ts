import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadBundle } from '../../agent/download-bundle.ts';
import { EventFailure } from '../../agent/event-failure.ts';
import { specificationPayload, specificationShape } from '../../core/hosts/specification.ts';
import { gitHubStandIn } from '../support/git-hub-stand-in.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const source = { repository: 'acme/shop', commitId: 'b'.repeat(40), token: 'ghp_secret' };
const files = { 'appspec.yml': 'version: 0.0\nos: linux\n', 'web/page.html': 'from a private repository' };

/** Downloads from a stand-in that speaks real HTTP, with this token, if any. */
async function downloadWith(token?: string) {
  const gitHub = await gitHubStandIn({ ...source, files });
  const rootFolder = temporaryFolder();
  const [Account = '', Repository = ''] = source.repository.split('/');
  const payload = specificationPayload({
    DeploymentId: 'd-NEW000001',
    DeploymentGroupId: 'group',
    DeploymentGroupName: 'Prod',
    ApplicationName: 'shop',
    Revision: {
      RevisionType: 'GitHub',
      GitHubRevision: { Account, Repository, CommitId: source.commitId },
    },
    GitHubAccessToken: token,
    GitHubBaseUrl: gitHub.baseUrl,
  });
  const specification = specificationShape.parse(JSON.parse(payload));
  const order = { rootFolder, deploymentGroupId: 'group', deploymentId: 'd-NEW000001', specification };
  try {
    const ports = { fetch, wait: async () => {} };
    const failure: unknown = await downloadBundle({ ...order, mostRevisions: 3 }, ports).catch(
      (error: unknown) => error,
    );
    return { failure, asked: gitHub.asked, folder: join(rootFolder, 'group/d-NEW000001/deployment-archive') };
  } finally {
    gitHub.end();
  }
}

describe('a private repository of another GitHub', () => {
  const ball = `/api/v3/repos/acme/shop/tarball/${source.commitId}`;

  it('opens with its token, which goes to its own address alone', async () => {
    const { failure, asked, folder } = await downloadWith('ghp_secret');
    expect(failure).toBeUndefined();
    expect(readFileSync(join(folder, 'web/page.html'), 'utf8')).toBe('from a private repository');
    expect(asked).toEqual([`${ball} token ghp_secret`, '/legacy.tar.gz nobody']);
  });

  it('is not there for anybody else', async () => {
    const { failure, asked } = await downloadWith();
    expect(failure).toBeInstanceOf(EventFailure);
    expect((failure as Error).message).toContain('answered 404');
    expect((failure as Error).message).toMatch(/has no token for acme.*npx sluice github connect acme$/);
    expect(new Set(asked)).toEqual(new Set([`${ball} nobody`]));
    const other = (await downloadWith('ghp_other')).failure as Error;
    expect(other.message).toMatch(/the token for acme does not open them.*npx sluice github connect acme$/);
  });
});
