import type { ApplicationRow } from '../registry/application.ts';
import { epochSeconds } from './epoch-seconds.ts';

/** The member `application` of GetApplication. */
export function applicationInfo(row: ApplicationRow) {
  return {
    applicationId: row.applicationId,
    applicationName: row.applicationName,
    createTime: epochSeconds(row.createdAt),
    // Connections to GitHub are not built; false is what an application without one answers.
    linkedToGitHub: false,
    computePlatform: row.computePlatform,
  };
}
