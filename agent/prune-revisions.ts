import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DeploymentOnHost, groupFolder } from './deployment-folders.ts';
import { lastSuccessful } from './pointers.ts';

/**
 * Makes room for the revision of `deployment`, so that the group has at most `mostRevisions` with it: the oldest go first, the last
 * that succeeded never does, since its scripts stop what runs.
 */
export async function pruneRevisions(deployment: DeploymentOnHost, mostRevisions: number): Promise<void> {
  const group = groupFolder(deployment);
  const kept = basename((await lastSuccessful(deployment)) ?? '');
  const others = (await foldersIn(group)).filter(({ name }) => name !== deployment.deploymentId);
  const removable = others
    .filter(({ name }) => name !== kept)
    .toSorted((one, other) => one.modifiedAt - other.modifiedAt);
  for (const { name } of removable.slice(0, Math.max(0, others.length + 1 - mostRevisions))) {
    await rm(join(group, name), { recursive: true, force: true });
  }
}

async function foldersIn(group: string) {
  const entries = await readdir(group, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const folders = entries.filter((entry) => entry.isDirectory());
  return await Promise.all(
    folders.map(async ({ name }) => ({ name, modifiedAt: (await stat(join(group, name))).mtimeMs })),
  );
}
