import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listening } from './listening.ts';

/**
 * A repository with one commit as GitHub serves it: who has no right to it is told that there is none; who asks for the
 * commit as an archive is sent elsewhere.
 */
export interface GitHubStandIn {
  readonly baseUrl: string;
  /** `path authorization` of every request at either address. */
  readonly asked: readonly string[];
  readonly end: () => void;
}

export async function gitHubStandIn({
  repository,
  commitId,
  token,
  files,
}: {
  readonly repository: string;
  readonly commitId: string;
  /** What opens it; undefined where it is public. */
  readonly token?: string;
  /** By their paths. */
  readonly files: Readonly<Record<string, string>>;
}): Promise<GitHubStandIn> {
  const tarball = tarballOf(`${repository.replace('/', '-')}-${commitId}`, files);
  const asked: string[] = [];
  const heard: (answer: RequestListener) => RequestListener = (answer) => (request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? 'nobody'}`);
    answer(request, response);
  };
  const code = await listening(heard((_, response) => response.end(tarball)));
  const api = await listening(
    heard(({ url, headers }, response) => {
      const isOpen = token === undefined || headers.authorization === `token ${token}`;
      const place = isOpen ? url?.replace(`/api/v3/repos/${repository}`, '') : undefined;
      if (place === `/tarball/${commitId}`) {
        response.writeHead(302, { location: `${code.address}/legacy.tar.gz` }).end();
      } else if (place === `/contents?ref=${commitId}`) {
        const names = new Set(Object.keys(files).map((path) => path.split('/')[0]));
        response.writeHead(200).end(JSON.stringify([...names].map((name) => ({ name }))));
      } else response.writeHead(place === '' ? 200 : 404).end('{}');
    }),
  );
  return {
    baseUrl: `${api.address}/api/v3`,
    asked,
    end: () => {
      api.end();
      code.end();
    },
  };
}

/** All in one folder that names the commit, as GitHub packs it. */
function tarballOf(root: string, files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-git-hub-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, root, path)), { recursive: true });
      writeFileSync(join(folder, root, path), content);
    }
    execFileSync('tar', ['-czf', join(folder, 'ball.tgz'), '-C', folder, root]);
    return readFileSync(join(folder, 'ball.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
