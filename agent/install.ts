import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileExistsBehavior, ServerAppSpec } from '../core/appspec/server-appspec.ts';
import { readAppSpec } from './appspec-file.ts';
import { beginCleanup } from './cleanup-file.ts';
import {
  type DeploymentOnHost,
  archiveFolder,
  cleanupPath,
  deploymentFolder,
  installPlanPath,
} from './deployment-folders.ts';
import { diskAfterCleanup } from './disk-after-cleanup.ts';
import { checkDiskSpace } from './disk-space.ts';
import { EventFailure } from './event-failure.ts';
import { type Instruction, carryOut } from './install-instructions.ts';
import { planFiles, refused } from './install-plan.ts';
import { type ReadMountPoints, readMountPoints } from './mount-points.ts';
import { planPermissions } from './permissions-plan.ts';
import { type PreviousInstall, cleanUp, previousInstall } from './previous-install.ts';
import { type RunCommand, runCommand } from './system-command.ts';
import { writeWhole } from './written-whole.ts';

export interface InstallOrder extends DeploymentOnHost {
  /** What the absolute paths of the AppSpec begin at: `/`, unless a host is to be only a folder. */
  readonly filesRoot: string;
  /** As the specification names it. */
  readonly appSpecFilename: string | undefined;
  /** As the deployment asks for it; the AppSpec may say otherwise. */
  readonly fileExistsBehavior: FileExistsBehavior;
}

/**
 * The event Install: plans against the disk as it will be once the previous install of the group is gone, and only then takes that
 * away and puts the new revision in place. A plan that is refused changes nothing. May run again after any crash: what was put there
 * by then counts as the previous install. Throws EventFailure, also where the signal is aborted with one before anything is changed: what
 * has begun goes to its end, because half a release serves nobody. Leaves the pointer to the last successful deployment alone.
 */
export async function install(
  order: InstallOrder,
  run: RunCommand = runCommand,
  signal?: AbortSignal,
  mounted: ReadMountPoints = readMountPoints,
): Promise<void> {
  try {
    const mountPoints = await mounted();
    const previous = await previousInstall(cleanupPath(order), mountPoints);
    const instructions = await planned(order, previous, mountPoints, run);
    await checkDiskSpace(instructions, previous);
    signal?.throwIfAborted();
    await writePlan(installPlanPath(order), instructions);
    await cleanUp(previous, cleanupPath(order), run);
    await carryOutAll(order, instructions, run);
  } catch (error) {
    throw error instanceof EventFailure ? error : failureOf(error as NodeJS.ErrnoException);
  }
}

async function planned(
  order: InstallOrder,
  previous: PreviousInstall,
  mountPoints: ReadonlySet<string>,
  run: RunCommand,
): Promise<readonly Instruction[]> {
  const archive = archiveFolder(deploymentFolder(order));
  if (!(await stat(archive).catch(() => undefined))?.isDirectory()) {
    throw new EventFailure(
      'UnknownError',
      'There is no unpacked revision to install: the event DownloadBundle must come first.',
    );
  }
  const appSpec = below(order.filesRoot, await readAppSpec(archive, order.appSpecFilename));
  const disk = diskAfterCleanup(previous);
  const behavior = appSpec.fileExistsBehavior ?? order.fileExistsBehavior;
  const { rootFolder } = order;
  const files = await planFiles({ files: appSpec.files, archive, behavior, rootFolder, disk, mountPoints });
  const { permissions } = appSpec;
  return [
    ...files.instructions,
    ...(await planPermissions({ permissions, planned: files.planned, disk, run })),
  ];
}

function below(filesRoot: string, appSpec: ServerAppSpec): ServerAppSpec {
  if (filesRoot === '/') return appSpec;
  const { files, permissions } = appSpec;
  return {
    ...appSpec,
    files: files.map((entry) => ({ ...entry, destination: join(filesRoot, entry.destination) })),
    permissions: permissions.map((rule) => ({ ...rule, object: join(filesRoot, rule.object) })),
  };
}

async function writePlan(path: string, instructions: readonly Instruction[]): Promise<void> {
  try {
    await writeWhole(path, `${JSON.stringify({ instructions }, undefined, 2)}\n`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw refused(`the disk of ${dirname(path)} is full`);
  }
}

async function carryOutAll(
  order: InstallOrder,
  instructions: readonly Instruction[],
  run: RunCommand,
): Promise<void> {
  const journal = await beginCleanup(cleanupPath(order));
  try {
    for (const instruction of instructions) await carryOut(instruction, { write: journal.write, run });
  } finally {
    await journal.close();
  }
}

function failureOf({
  code,
  path,
  dest,
  message,
}: NodeJS.ErrnoException & { readonly dest?: string }): EventFailure {
  if (code === 'ENOSPC') {
    return new EventFailure(
      'UnknownError',
      'The disk of this host is full: the revision is installed in part.',
    );
  }
  const where = dest ?? path;
  const at = where === undefined ? '' : ` at ${where}`;
  return new EventFailure('UnknownError', `The revision could not be installed${at}: ${message}.`);
}
