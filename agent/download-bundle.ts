import type { ReadSpecification } from '../core/hosts/specification.ts';
import type { DeploymentOnHost } from './deployment-folders.ts';
import { EventFailure } from './event-failure.ts';

export interface DownloadOrder extends DeploymentOnHost {
  readonly specification: ReadSpecification;
  /** How many revisions of a group the host keeps, this one included; at least 1. */
  readonly mostRevisions: number;
}

export interface DownloadPorts {
  readonly fetch: typeof fetch;
  /** Resolves after so many seconds; rejects when the agent stops the command. */
  readonly wait: (seconds: number) => Promise<void>;
}

/**
 * The event DownloadBundle: makes room, fetches the bundle, unpacks it into the deployment's folder, looks at its AppSpec, and
 * marks it as the most recent. May run again after any crash. Throws EventFailure; then there is no unpacked revision.
 */
export async function downloadBundle(_order: DownloadOrder, _ports: DownloadPorts): Promise<void> {
  return await Promise.reject(new EventFailure('UnknownError', 'This agent cannot download bundles yet.'));
}
