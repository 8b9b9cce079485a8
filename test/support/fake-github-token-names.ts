import type { GitHubTokenNames } from '../../functions/adapters/github-tokens.ts';

/** Tokens by their names alone, in memory. */
export function fakeGitHubTokenNames(...given: readonly string[]): GitHubTokenNames {
  const names = new Set(given);
  return {
    list: async () => [...names].sort(),
    has: async (name) => names.has(name),
    remove: async (name) => names.delete(name),
  };
}
