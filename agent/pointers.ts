import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type DeploymentOnHost,
  type GroupOnHost,
  deploymentFolder,
  groupFolder,
  lastSuccessfulPath,
  mostRecentPath,
} from './deployment-folders.ts';
import { writeWhole } from './written-whole.ts';

/** The folder of the deployment that succeeded last on this host for the group; undefined where none did. */
export async function lastSuccessful(group: GroupOnHost): Promise<string | undefined> {
  return await pointed(lastSuccessfulPath(group), group);
}

/** The folder of the deployment whose bundle was downloaded last; undefined where none was. */
export async function mostRecent(group: GroupOnHost): Promise<string | undefined> {
  return await pointed(mostRecentPath(group), group);
}

/** To be called when a deployment has succeeded on the host: at the end of its last event, and not of Install. */
export async function markLastSuccessful(deployment: DeploymentOnHost): Promise<void> {
  await writeWhole(lastSuccessfulPath(deployment), deploymentFolder(deployment));
}

export async function markMostRecent(deployment: DeploymentOnHost): Promise<void> {
  await writeWhole(mostRecentPath(deployment), deploymentFolder(deployment));
}

/** Scripts are run from where a pointer leads: one that leads out of the folder of its group leads nowhere. */
async function pointed(path: string, group: GroupOnHost): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const folder = text.trim();
  return folder !== '' && dirname(folder) === groupFolder(group) ? folder : undefined;
}
