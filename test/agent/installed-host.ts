import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileExistsBehavior } from '../../core/appspec/server-appspec.ts';
import { type InstallOrder, install } from '../../agent/install.ts';
import type { ReadMountPoints } from '../../agent/mount-points.ts';
import type { RunCommand } from '../../agent/system-command.ts';
import { snapshot, temporaryFolder } from '../support/temporary-folder.ts';

/** Paths with their content; a text that begins with `-> ` is a link, and a path that ends in a slash a folder. */
export type Tree = Readonly<Record<string, string>>;

export function writeTree(folder: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const place = join(folder, path);
    mkdirSync(path.endsWith('/') ? place : dirname(place), { recursive: true });
    if (path.endsWith('/')) continue;
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), place);
    else writeFileSync(place, content);
  }
}

/** A host with the agent's folder beside a folder `disk`, which stands for the rest of it. */
export function aHost(foreign: Tree = {}) {
  const root = temporaryFolder();
  const disk = join(temporaryFolder(), 'disk');
  mkdirSync(disk);
  writeTree(disk, foreign);
  let deployments = 0;

  /** Unpacks a revision. `appSpec` has `DISK` where the disk is. */
  const revision = (tree: Tree, appSpec: string, behavior: FileExistsBehavior = 'DISALLOW'): InstallOrder => {
    deployments += 1;
    const deploymentId = `d-${deployments}`;
    const archive = join(root, 'group', deploymentId, 'deployment-archive');
    mkdirSync(archive, { recursive: true });
    const text = `version: 0.0\nos: linux\n${appSpec.replaceAll('DISK', disk)}`;
    writeTree(archive, { ...tree, 'appspec.yml': text });
    return {
      rootFolder: root,
      deploymentGroupId: 'group',
      deploymentId,
      appSpecFilename: undefined,
      fileExistsBehavior: behavior,
      filesRoot: '/',
    };
  };
  const attempt = async (
    order: InstallOrder,
    run?: RunCommand,
    signal?: AbortSignal,
    mounted?: ReadMountPoints,
  ): Promise<string | undefined> =>
    await install(order, run, signal, mounted).then(
      () => undefined,
      (error: unknown) => (error as Error).message,
    );
  return { root, disk, revision, attempt, found: () => snapshot(disk) };
}

/** All of the folder `app` of the revision into the folder `app` of the disk. */
export const APP = 'files: [{source: app, destination: DISK/app}]\n';

/** Installs nothing, and so takes away what was installed. */
export const NOTHING = 'files: []\n';
