import type { ApplicationRow } from '../registry/application.ts';
import { epochSeconds } from './epoch-seconds.ts';

/** The member `application` of GetApplication. */
export function applicationInfo(row: ApplicationRow) {
  return {
    applicationId: row.applicationId,
    applicationName: row.applicationName,
    createTime: epochSeconds(row.createdAt),
    // Accounts of GitHub are connected for all applications at once, so that no application is linked.
    linkedToGitHub: false,
    computePlatform: row.computePlatform,
  };
}
