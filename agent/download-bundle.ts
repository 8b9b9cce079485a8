import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { ReadSpecification } from '../core/hosts/specification.ts';
import { unreachable } from '../core/unreachable.ts';
import { readAppSpec } from './appspec-file.ts';
import { type DownloadPorts, fetchFromGitHub, fetchFromS3 } from './bundle-sources.ts';
import {
  type DeploymentOnHost,
  archiveFolder,
  bundleETagPath,
  bundlePath,
  deploymentFolder,
} from './deployment-folders.ts';
import { markMostRecent } from './pointers.ts';
import { pruneRevisions } from './prune-revisions.ts';
import type { ArchiveFormat } from './read-archive.ts';
import { unpack } from './unpack.ts';

export interface DownloadOrder extends DeploymentOnHost {
  readonly specification: ReadSpecification;
  /** How many revisions of a group the host keeps, this one included; at least 1. */
  readonly mostRevisions: number;
}

/**
 * The event DownloadBundle: makes room, fetches the bundle, unpacks it into the deployment's folder, drops the bundle, looks at the
 * AppSpec, and marks the deployment as the most recent. May run again after any crash. Throws EventFailure.
 */
export async function downloadBundle(order: DownloadOrder, ports: DownloadPorts): Promise<void> {
  await pruneRevisions(order, order.mostRevisions);
  const folder = deploymentFolder(order);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const archive = bundlePath(order);
  try {
    const format = await fetchBundle(order, archive, ports);
    await unpack({ archive, format, folder: archiveFolder(folder), signal: ports.signal });
  } finally {
    await rm(archive, { force: true });
  }
  await readAppSpec(archiveFolder(folder), order.specification.AppSpecFilename);
  await markMostRecent(order);
}

async function fetchBundle(order: DownloadOrder, path: string, ports: DownloadPorts): Promise<ArchiveFormat> {
  const { specification } = order;
  const { Revision: revision } = specification;
  switch (revision.RevisionType) {
    case 'S3': {
      const eTag = await fetchFromS3(specification, revision.S3Revision, path, ports);
      if (eTag !== undefined) await writeFile(bundleETagPath(order), eTag);
      return revision.S3Revision.BundleType;
    }
    case 'GitHub':
      await fetchFromGitHub(specification, revision.GitHubRevision, path, ports);
      return revision.GitHubRevision.BundleType ?? 'tar';
    default:
      return unreachable(revision);
  }
}
