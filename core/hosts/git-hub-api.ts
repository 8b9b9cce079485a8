/** Where GitHub's API is, without a slash at the end. `baseUrl` is that of another which speaks like it. */
export function gitHubApi(baseUrl: string | undefined): string {
  return (baseUrl || 'https://api.github.com').replace(/\/+$/, '');
}

/**
 * Whether GitHub answers so of what it does not show to whoever asks: it says that there is none, and one of one's own may let
 * nobody in without a token.
 */
export function isClosed(status: number): boolean {
  return status === 401 || status === 404;
}
