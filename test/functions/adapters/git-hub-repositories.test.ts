import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { gitHubRepositories } from '../../../functions/adapters/git-hub-repositories.ts';
import { gitHubStandIn } from '../../support/git-hub-stand-in.ts';

const commitId = 'b'.repeat(40);
const files = { 'appspec.yml': '', 'web/page.html': '' };

/** What is seen of this repository, where acme/shop is there with one commit. */
async function seen({ token, repository = 'acme/shop', commit = commitId }: Record<string, string> = {}) {
  const gitHub = await gitHubStandIn({
    repository: 'acme/shop',
    commitId,
    files,
    ...(token !== undefined && { token }),
  });
  try {
    const location = { revisionType: 'GitHub', repository, commitId: commit } as const;
    return await gitHubRepositories(`${gitHub.baseUrl}/`).look(location);
  } finally {
    gitHub.end();
  }
}

describe('a repository on GitHub, to who has no token', () => {
  it('is seen with what is at the top of its commit', async () => {
    expect(await seen()).toEqual({ status: 'seen', names: ['appspec.yml', 'web'] });
  });

  it('is hidden where it is private, and where there is none', async () => {
    expect(await seen({ token: 'ghp_secret' })).toEqual({ status: 'hidden' });
    expect(await seen({ repository: 'acme/other' })).toEqual({ status: 'hidden' });
  });

  it('is told from a commit that it does not have', async () => {
    expect(await seen({ commit: 'a'.repeat(40) })).toEqual({ status: 'no-commit' });
  });

  it.each([
    [401, '', { status: 'hidden' }],
    [403, '', { status: 'unanswered', message: 'it answered 403' }],
    [429, '', { status: 'unanswered', message: 'it answered 429' }],
    [502, '', { status: 'unanswered', message: 'it answered 502' }],
    [200, '{"name":"a file"}', { status: 'unanswered' }],
  ])('of which it says %d%s may or may not be there', async (status, body, expected) => {
    const server = createServer((_, response) => void response.writeHead(status).end(body));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const location = { revisionType: 'GitHub', repository: 'acme/shop', commitId } as const;
    expect(await gitHubRepositories(`http://127.0.0.1:${port}`).look(location)).toMatchObject(expected);
    server.closeAllConnections();
    server.close();
    // Nobody is there any more.
    expect(await gitHubRepositories(`http://127.0.0.1:${port}`).look(location)).toMatchObject({
      status: 'unanswered',
    });
  });
});
