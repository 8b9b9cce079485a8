import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadSpecification } from '../core/hosts/specification.ts';
import { gitHubApi, isClosed } from '../core/hosts/git-hub-api.ts';
import { EventFailure } from './event-failure.ts';

export interface DownloadPorts {
  readonly fetch: typeof fetch;
  /** Resolves after so many seconds; rejects when the signal is aborted. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Aborted with what is to be thrown where the bundle is wanted no more. */
  readonly signal?: AbortSignal;
}

/**
 * What one attempt came to, where it failed. What is told to people never holds an address that is signed: `why` of each
 * attempt, and `advice` of the last.
 */
type Attempt = { readonly why: string; readonly again: boolean; readonly advice?: string } | undefined;

/** Enough for a service that is overloaded or starts anew. */
const WAITS_SECONDS = [10, 30, 90];

/**
 * Fetches an object of S3 by its presigned address to `path`; answers with its ETag, without quotes. Throws EventFailure, at once where
 * the ETag is not the one that was asked for, or where S3 says no.
 */
export async function fetchFromS3(
  specification: ReadSpecification,
  revision: { readonly Bucket: string; readonly Key: string; readonly ETag?: string | undefined },
  path: string,
  ports: DownloadPorts,
): Promise<string | undefined> {
  const { BundleAddress: address } = specification;
  const object = `s3://${revision.Bucket}/${revision.Key}`;
  if (address === undefined) {
    throw new EventFailure('UnknownError', `The deployment names no address to download ${object} from.`);
  }
  let found: string | undefined;
  await withRetries(object, ports, async () => {
    const response = await ports.fetch(address);
    if (!response.ok) {
      await response.body?.cancel();
      return {
        why: `S3 answered ${response.status}`,
        again: response.status >= 500 || response.status === 429,
      };
    }
    found = unquoted(response.headers.get('etag'));
    const wanted = unquoted(revision.ETag);
    if (wanted !== undefined && wanted !== found) {
      await response.body?.cancel();
      return { why: `its ETag is ${found ?? 'unknown'}, but the revision is ${wanted}`, again: false };
    }
    await store(response, path);
    return undefined;
  });
  return found;
}

function unquoted(eTag: string | null | undefined): string | undefined {
  return eTag?.replace(/^W\//, '').replaceAll('"', '') || undefined;
}

async function withRetries(
  what: string,
  ports: DownloadPorts,
  attempt: () => Promise<Attempt>,
): Promise<void> {
  const failures: string[] = [];
  let advice = '';
  for (const seconds of [...WAITS_SECONDS, undefined]) {
    const failed: Attempt = await attempt().catch((error: unknown) => ({ why: causeOf(error), again: true }));
    if (failed === undefined) return;
    failures.push(failed.why);
    advice = failed.advice ?? '';
    if (!failed.again || seconds === undefined) break;
    await ports.wait(seconds);
  }
  throw new EventFailure(
    'UnknownError',
    `${what} could not be downloaded: ${failures.join('; then ')}.${advice}`,
  );
}

/** The messages of `fetch` itself say nothing, and those below may name the address. */
function causeOf(error: unknown): string {
  if (error instanceof EventFailure) throw error;
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  const name = [cause?.code, code].find((known) => typeof known === 'string');
  if (name === 'ENOSPC') throw new EventFailure('UnknownError', 'The disk of this host is full.');
  return `the connection failed${name === undefined ? '' : ` (${name})`}`;
}

/** As large as the files in it may be together. */
const MOST_BUNDLE_BYTES = 8 * 1024 ** 3;

async function store(response: Response, path: string): Promise<void> {
  if (response.body === null)
    throw new EventFailure('UnknownError', 'The bundle that was downloaded is empty.');
  let bytes = 0;
  const counted = async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > MOST_BUNDLE_BYTES) {
        throw new EventFailure('UnknownError', `The bundle is larger than ${MOST_BUNDLE_BYTES} bytes.`);
      }
      yield chunk;
    }
  };
  const body = Readable.fromWeb(response.body);
  await pipeline(body, counted, createWriteStream(path, { mode: 0o600 }));
}

/** GitHub sends to another host once. */
const MOST_REDIRECTS = 5;

/**
 * Fetches a commit from GitHub, or from what speaks like it at the specification's base address, to `path`. The token goes there and
 * nowhere else, wherever that sends us. Any error is tried again after 10, 30 and 90 s. Throws EventFailure, which lists every answer.
 */
export async function fetchFromGitHub(
  specification: ReadSpecification,
  revision: {
    readonly Account: string;
    readonly Repository: string;
    readonly CommitId: string;
    readonly BundleType?: 'tar' | 'zip' | undefined;
  },
  path: string,
  ports: DownloadPorts,
): Promise<void> {
  const ball = revision.BundleType === 'zip' ? 'zipball' : 'tarball';
  const { Account, Repository, CommitId } = revision;
  const parts = ['repos', Account, Repository, ball, CommitId].map(encodeURIComponent);
  const address = new URL(`${gitHubApi(specification.GitHubBaseUrl)}/${parts.join('/')}`);
  await withRetries(`${Account}/${Repository} at ${CommitId}`, ports, async () => {
    const response = await followed(address, specification.GitHubAccessToken, ports);
    if ('why' in response) return response;
    if (!response.ok) {
      await response.body?.cancel();
      const why = `${address.host} answered ${response.status}`;
      const advice = isClosed(response.status) ? { advice: adviceOf(specification, Account) } : {};
      return { why, again: true, ...advice };
    }
    await store(response, path);
    return undefined;
  });
}

/** GitHub says of a private repository that there is none, to whom it does not belong. */
function adviceOf({ GitHubAccessToken }: ReadSpecification, account: string): string {
  const command = `npx sluice github connect ${account}`;
  return GitHubAccessToken === undefined
    ? ` The deployment has no token for ${account}: if the repository is private, connect it: ${command}`
    : ` If the repository and the commit are there, the token for ${account} does not open them: store another: ${command}`;
}

async function followed(
  first: URL,
  token: string | undefined,
  ports: DownloadPorts,
): Promise<Response | NonNullable<Attempt>> {
  let address = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const isAtHome = address.origin === first.origin;
    const response = await ports.fetch(address, {
      redirect: 'manual',
      headers: {
        // GitHub answers nobody without a name.
        'user-agent': 'sluice-agent',
        ...(isAtHome && token !== undefined && { authorization: `token ${token}` }),
      },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = new URL(location, address);
    if (next.protocol !== 'https:' && next.protocol !== first.protocol) {
      return { why: `${address.host} sends to an address that is not https`, again: false };
    }
    address = next;
  }
  return { why: `${first.host} redirects more than ${MOST_REDIRECTS} times`, again: false };
}
