import * as z from 'zod';
import { requireGitHubTokenName } from '../../core/registry/github-token.ts';
import { Refusal } from '../../core/refusal.ts';
import { operation } from './operation.ts';
import { positionOf } from './page.ts';

const text = z.string().exactOptional();

/** They are so few that a page holds all, so that no token of a page before can be right. */
export const listGitHubAccountTokenNames = operation({
  name: 'ListGitHubAccountTokenNames',
  input: z.object({ nextToken: text }),
  handle: async ({ nextToken }, { ports }) => {
    positionOf(ports.system, { operation: 'ListGitHubAccountTokenNames', filters: [] }, nextToken);
    return { tokenNameList: await ports.gitHubTokenNames.list() };
  },
});

export const deleteGitHubAccountToken = operation({
  name: 'DeleteGitHubAccountToken',
  input: z.object({ tokenName: text }),
  handle: async (input, { ports }) => {
    const tokenName = requireGitHubTokenName(input.tokenName);
    if (await ports.gitHubTokenNames.remove(tokenName)) return { tokenName };
    throw new Refusal(
      'GitHubAccountTokenDoesNotExistException',
      `There is no token for GitHub of the name ${tokenName}.`,
    );
  },
});
