import { describe, expect, it } from 'vitest';
import { api } from '../../support/api.ts';
import { fakeGitHubTokenNames } from '../../support/fake-github-token-names.ts';

const connected = (...names: readonly string[]) => api({ gitHubTokenNames: fakeGitHubTokenNames(...names) });

describe('the tokens for GitHub', () => {
  it('are listed by their names, and are gone once deleted', async () => {
    const one = connected('octo', 'acme');
    expect(await one.ok('ListGitHubAccountTokenNames', {})).toEqual({ tokenNameList: ['acme', 'octo'] });
    // GitHub does not tell names apart by their case.
    expect(await one.ok('DeleteGitHubAccountToken', { tokenName: 'ACME' })).toEqual({ tokenName: 'acme' });
    expect(await one.ok('ListGitHubAccountTokenNames', {})).toEqual({ tokenNameList: ['octo'] });
  });

  it.each([
    ['DeleteGitHubAccountToken', {}, 'GitHubAccountTokenNameRequiredException'],
    ['DeleteGitHubAccountToken', { tokenName: 'octo' }, 'GitHubAccountTokenDoesNotExistException'],
    ['DeleteGitHubAccountToken', { tokenName: 'a/b' }, 'InvalidGitHubAccountTokenNameException'],
    ['ListGitHubAccountTokenNames', { nextToken: 'x' }, 'InvalidNextTokenException'],
  ])('are refused to %s of %j with %s', async (operation, body, code) => {
    expect((await connected('acme').call(operation, body)).json.__type).toBe(code);
  });
});
