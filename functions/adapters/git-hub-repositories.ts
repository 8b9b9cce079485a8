import * as z from 'zod';
import { gitHubApi, isClosed } from '../../core/hosts/git-hub-api.ts';
import type { GitHubLocation } from '../../core/registry/revision.ts';

/** What GitHub shows of a commit to anybody, without a token. */
export interface GitHubRepositories {
  readonly look: (location: GitHubLocation) => Promise<SeenRepository>;
}

export type SeenRepository =
  /** With the names in its top folder. */
  | { readonly status: 'seen'; readonly names: readonly string[] }
  /** It is private, or there is none: GitHub tells nobody which. */
  | { readonly status: 'hidden' }
  | { readonly status: 'no-commit' }
  /** GitHub cannot be reached from here, or takes no more questions of those who have no token. */
  | { readonly status: 'unanswered'; readonly message: string };

/** A deployment waits for it, and can do without. */
const PATIENCE_MILLISECONDS = 5_000;

const contentsShape = z.array(z.object({ name: z.string() }));

/** `baseUrl` is that of the API; empty where it is the usual one. */
export function gitHubRepositories(baseUrl: string): GitHubRepositories {
  const base = gitHubApi(baseUrl);
  const get = (path: string) =>
    fetch(`${base}/repos/${path}`, {
      headers: {
        accept: 'application/vnd.github+json',
        // GitHub answers nobody without a name.
        'user-agent': 'sluice',
      },
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    });
  const looked = async ({ repository, commitId }: GitHubLocation): Promise<SeenRepository> => {
    const contents = await get(`${repository}/contents?ref=${commitId}`);
    if (contents.ok) {
      const names = contentsShape.parse(await contents.json()).map(({ name }) => name);
      return { status: 'seen', names };
    }
    await contents.body?.cancel();
    if (!isClosed(contents.status)) return unanswered(contents);
    const whole = await get(repository);
    await whole.body?.cancel();
    if (whole.ok) return { status: 'no-commit' };
    return isClosed(whole.status) ? { status: 'hidden' } : unanswered(whole);
  };
  return {
    look: async (location) => {
      try {
        return await looked(location);
      } catch (error) {
        return { status: 'unanswered', message: String(error) };
      }
    },
  };
}

function unanswered({ status }: Response): SeenRepository {
  return { status: 'unanswered', message: `it answered ${status}` };
}
