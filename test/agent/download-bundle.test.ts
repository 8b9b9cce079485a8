import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadBundle } from '../../agent/download-bundle.ts';
import { EventFailure } from '../../agent/event-failure.ts';
import { lastSuccessful, markLastSuccessful, mostRecent } from '../../agent/pointers.ts';
import {
  type Specification,
  specificationPayload,
  specificationShape,
} from '../../core/hosts/specification.ts';
import { tarOf, tgzOf, zipOf } from '../support/archives.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const APPSPEC = 'version: 0.0\nos: linux\n';
const bundle = tgzOf([{ path: 'appspec.yml', content: APPSPEC }]);
const ADDRESS = 'https://bucket.s3.amazonaws.com/app.tgz?X-Amz-Signature=secret';

const s3: Specification = {
  DeploymentId: 'd-NEW000001',
  DeploymentGroupId: 'group',
  DeploymentGroupName: 'Prod',
  ApplicationName: 'shop',
  Revision: { RevisionType: 'S3', S3Revision: { Bucket: 'bucket', Key: 'app.tgz', BundleType: 'tgz' } },
  BundleAddress: ADDRESS,
};

function withETag(ETag: string): Specification {
  const S3Revision = { Bucket: 'bucket', Key: 'app.tgz', BundleType: 'tgz', ETag } as const;
  return { ...s3, Revision: { RevisionType: 'S3', S3Revision } };
}

const { BundleAddress: _, ...gitHubMembers } = s3;
const gitHub: Specification = {
  ...gitHubMembers,
  Revision: {
    RevisionType: 'GitHub',
    GitHubRevision: { Account: 'acme', Repository: 'shop', CommitId: 'abc123' },
  },
  GitHubAccessToken: 'token-1',
};

interface Call {
  readonly url: string;
  readonly authorization: string | null;
}

/** An internet that answers each call with the next of `answers`. */
function download(
  specification: Specification,
  answers: readonly (() => Response)[],
  root = temporaryFolder(),
) {
  const calls: Call[] = [];
  const waits: number[] = [];
  const left = [...answers];
  const order = {
    rootFolder: root,
    deploymentGroupId: 'group',
    deploymentId: 'd-NEW000001',
    specification: specificationShape.parse(JSON.parse(specificationPayload(specification))),
    mostRevisions: 3,
  };
  const fetchAnswer = async (url: string | URL | Request, init?: RequestInit) => {
    const request = new Request(url, init);
    calls.push({ url: request.url, authorization: request.headers.get('authorization') });
    const answer = left.shift();
    if (answer === undefined) throw new Error('called too often');
    return await Promise.resolve(answer());
  };
  const wait = async (seconds: number) => {
    waits.push(seconds);
    await Promise.resolve();
  };
  const done = downloadBundle(order, { fetch: fetchAnswer, wait }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { done, order, calls, waits, folder: join(root, 'group', 'd-NEW000001') };
}

const ok =
  (bytes: Buffer, eTag = '"e1"') =>
  () =>
    new Response(new Uint8Array(bytes), { headers: { etag: eTag } });
const status = (code: number) => () => new Response('no', { status: code });
const redirect = (location: string) => () => new Response(null, { status: 302, headers: { location } });

describe('downloading a bundle', () => {
  it('unpacks it, drops it, and marks it as the most recent', async () => {
    const { done, order, folder } = download(s3, [ok(bundle)]);
    expect(await done).toBeUndefined();
    expect(readFileSync(join(folder, 'deployment-archive/appspec.yml'), 'utf8')).toBe(APPSPEC);
    expect(readdirSync(folder).sort()).toEqual(['.bundle-etag', 'deployment-archive']);
    expect(await mostRecent(order)).toBe(folder);
    expect(await lastSuccessful(order)).toBeUndefined();
    expect(readFileSync(join(folder, '.bundle-etag'), 'utf8')).toBe('e1');
  });

  it.each(['e1', '"e1"'])('takes the ETag %j for the one that S3 has in quotes', async (eTag) => {
    expect(await download(withETag(eTag), [ok(bundle)]).done).toBeUndefined();
  });

  it('refuses another ETag and names both', async () => {
    const { done, folder, waits } = download(withETag('e2'), [ok(bundle)]);
    expect(((await done) as Error).message).toContain('its ETag is e1, but the revision is e2');
    expect(existsSync(join(folder, 'deployment-archive'))).toBe(false);
    expect(waits).toEqual([]);
  });

  it('tries again where S3 is in trouble, and not where it says no', async () => {
    const again = download(s3, [status(503), ok(bundle)]);
    expect(await again.done).toBeUndefined();
    expect(again.waits).toEqual([10]);
    const no = download(s3, [status(403)]);
    expect(((await no.done) as Error).message).toBe(
      's3://bucket/app.tgz could not be downloaded: S3 answered 403.',
    );
  });

  it('tells nobody the signed address', async () => {
    const failing = () => {
      throw new TypeError(`fetch of ${ADDRESS} failed`, { cause: { code: 'ECONNRESET' } });
    };
    const { done } = download(s3, [failing, failing, failing, failing]);
    const failure = (await done) as Error;
    expect(failure).toBeInstanceOf(EventFailure);
    expect(failure.message).toContain('the connection failed (ECONNRESET)');
    expect(failure.message).not.toContain('secret');
  });

  it('says so where the deployment names no address', async () => {
    const { BundleAddress: _address, ...without } = s3;
    expect(((await download(without, []).done) as Error).message).toContain('names no address');
  });

  it('fails a revision without an AppSpec, or with one that cannot be used, before anything of it runs', async () => {
    const without = download(s3, [ok(tgzOf([{ path: 'a' }]))]);
    expect(((await without.done) as Error).message).toContain(
      'must have appspec.yml or appspec.yaml at its top',
    );
    const windows = download(s3, [
      ok(tgzOf([{ path: 'appspec.yml', content: 'version: 0.0\nos: windows' }])),
    ]);
    expect(((await windows.done) as Error).message).toContain('is for os: windows');
    expect(await mostRecent(windows.order)).toBeUndefined();
  });

  it.each([
    [undefined, 'appspec.yaml'],
    ['ours/spec.yml', 'ours/spec.yml'],
    ['ours/spec.yml', 'appspec.yml'],
    ['../appspec.yml', 'appspec.yml'],
  ])('given the name %j finds %s', async (AppSpecFilename, path) => {
    const specification = { ...s3, ...(AppSpecFilename && { AppSpecFilename }) };
    expect(await download(specification, [ok(tgzOf([{ path, content: APPSPEC }]))]).done).toBeUndefined();
  });

  it('reads no AppSpec from outside of the revision', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'group/d-NEW000001'), { recursive: true });
    writeFileSync(join(root, 'group/d-NEW000001/outside.yml'), APPSPEC);
    const { done } = download(
      { ...s3, AppSpecFilename: '../outside.yml' },
      [ok(tgzOf([{ path: 'a' }]))],
      root,
    );
    expect(((await done) as Error).message).toContain('No AppSpec was found');
  });

  it('is whole again when it runs once more', async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, 'group/d-NEW000001/deployment-archive.unpacking/half'), { recursive: true });
    const { done, folder } = download(s3, [ok(bundle)], root);
    expect(await done).toBeUndefined();
    expect(await download(s3, [ok(bundle)], root).done).toBeUndefined();
    expect(readdirSync(join(folder, 'deployment-archive'))).toEqual(['appspec.yml']);
  });
});

describe('downloading from GitHub', () => {
  const lifted = [{ path: 'acme-shop-abc123/appspec.yml', content: APPSPEC }];
  const tarball = 'https://api.github.com/repos/acme/shop/tarball/abc123';

  it('sends the token to GitHub and to no other host', async () => {
    const { done, calls, folder } = download(gitHub, [
      redirect('https://codeload.github.com/acme/shop/legacy.tar.gz/abc123'),
      ok(tgzOf(lifted)),
    ]);
    expect(await done).toBeUndefined();
    expect(calls).toEqual([
      { url: tarball, authorization: 'token token-1' },
      { url: 'https://codeload.github.com/acme/shop/legacy.tar.gz/abc123', authorization: null },
    ]);
    expect(readdirSync(join(folder, 'deployment-archive'))).toEqual(['appspec.yml']);
  });

  it('is anonymous without a token', async () => {
    const { GitHubAccessToken: _token, ...anonymous } = gitHub;
    const { done, calls } = download(anonymous, [ok(tarOf(lifted))]);
    expect(await done).toBeUndefined();
    expect(calls).toEqual([{ url: tarball, authorization: null }]);
  });

  it('takes a zip, and another base address', async () => {
    const GitHubRevision = { Account: 'a', Repository: 'b', CommitId: 'c', BundleType: 'zip' } as const;
    const specification: Specification = {
      ...gitHub,
      Revision: { RevisionType: 'GitHub', GitHubRevision },
      GitHubBaseUrl: 'https://git.acme.example/api/v3/',
    };
    const { done, calls } = download(specification, [ok(zipOf(lifted))]);
    expect(await done).toBeUndefined();
    expect(calls.map(({ url }) => url)).toEqual(['https://git.acme.example/api/v3/repos/a/b/zipball/c']);
  });

  it('tries again after 10, 30 and 90 seconds, then lists every answer', async () => {
    const { done, waits } = download(gitHub, [status(404), status(500), status(404), status(502)]);
    const answers = [404, 500, 404, 502].map((code) => `api.github.com answered ${code}`).join('; then ');
    expect(((await done) as Error).message).toBe(`acme/shop at abc123 could not be downloaded: ${answers}.`);
    expect(waits).toEqual([10, 30, 90]);
  });

  it.each([
    ['to an address that is not https', [redirect('http://codeload.github.com/x')], 'not https'],
    ['for ever', Array.from({ length: 6 }, () => redirect(tarball)), 'more than 5 times'],
  ])('is not sent %s', async (_where, answers, words) => {
    const { done } = download(gitHub, answers);
    expect(((await done) as Error).message).toContain(words);
  });
});

describe('pruning revisions', () => {
  it('removes the oldest beyond the most that are kept, never the last that succeeded', async () => {
    const root = temporaryFolder();
    const ids = ['d-A', 'd-B', 'd-C', 'd-D'];
    for (const [age, id] of ids.entries()) {
      mkdirSync(join(root, 'group', id), { recursive: true });
      writeFileSync(join(root, 'group', id, 'file'), id);
      utimesSync(join(root, 'group', id), 1000 + age, 1000 + age);
    }
    await markLastSuccessful({ rootFolder: root, deploymentGroupId: 'group', deploymentId: 'd-A' });
    expect(await download(s3, [ok(bundle)], root).done).toBeUndefined();
    expect(readdirSync(join(root, 'group')).sort()).toEqual(['d-A', 'd-D', 'd-NEW000001']);
  });
});

describe('a pointer', () => {
  it('leads nowhere when it leads out of the folder of its group', async () => {
    const root = temporaryFolder();
    const group = { rootFolder: root, deploymentGroupId: 'group' };
    mkdirSync(join(root, 'deployment-instructions'));
    const path = join(root, 'deployment-instructions/group_last_successful_install');
    writeFileSync(path, join(root, 'group', '..', 'elsewhere'));
    expect(await lastSuccessful(group)).toBeUndefined();
    writeFileSync(path, `${join(root, 'group', 'd-A')}\n`);
    expect(await lastSuccessful(group)).toBe(join(root, 'group', 'd-A'));
  });
});
