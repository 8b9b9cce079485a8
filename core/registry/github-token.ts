import { Refusal } from '../refusal.ts';
import type { RevisionLocation } from './revision.ts';

/** The service's own quota; one page of a list holds them all. */
export const GITHUB_TOKENS_PER_ACCOUNT = 25;

/** As GitHub allows the names of users and organisations. */
const TOKEN_NAME = /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}$/;

/**
 * A token goes by the name of the user or organisation of GitHub whose repositories it opens, in small letters: GitHub
 * does not tell such names apart by their case. Undefined for what cannot be such a name.
 */
export function gitHubTokenName(account: string): string | undefined {
  return TOKEN_NAME.test(account) ? account.toLowerCase() : undefined;
}

/** The token that a revision is fetched with, where there is one of that name; undefined for what is not on GitHub. */
export function gitHubTokenNameOf(location: RevisionLocation): string | undefined {
  if (location.revisionType !== 'GitHub') return undefined;
  const [account = ''] = location.repository.split('/');
  return gitHubTokenName(account);
}

/** The name of a token to delete. Throws GitHubAccountTokenNameRequiredException and InvalidGitHubAccountTokenNameException. */
export function requireGitHubTokenName(given: string | undefined): string {
  if (given === undefined || given === '') {
    throw new Refusal('GitHubAccountTokenNameRequiredException', 'Name the token: tokenName is missing.');
  }
  const name = gitHubTokenName(given);
  if (name !== undefined) return name;
  throw new Refusal(
    'InvalidGitHubAccountTokenNameException',
    'The tokenName is invalid. A token has the name of a user or an organisation of GitHub.',
  );
}
