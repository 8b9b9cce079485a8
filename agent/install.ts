import type { FileExistsBehavior } from '../core/appspec/server-appspec.ts';
import type { DeploymentOnHost } from './deployment-folders.ts';
import { EventFailure } from './event-failure.ts';

export interface InstallOrder extends DeploymentOnHost {
  /** As the specification names it. */
  readonly appSpecFilename: string | undefined;
  /** As the deployment asks for it; the AppSpec may say otherwise. */
  readonly fileExistsBehavior: FileExistsBehavior;
}

/**
 * The event Install: plans against the disk as it will be once the previous install of the group is gone, and only then takes that
 * away and puts the new revision in place. A plan that is refused changes nothing. May run again after any crash. Throws EventFailure.
 * Leaves the pointer to the last successful deployment alone.
 */
export async function install(_order: InstallOrder): Promise<void> {
  return await Promise.reject(new EventFailure('UnknownError', 'This agent cannot install revisions yet.'));
}
