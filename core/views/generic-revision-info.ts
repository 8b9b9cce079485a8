import type { EpochMilliseconds } from '../decider.ts';
import type { RevisionRow } from '../registry/revision.ts';
import { epochSeconds } from './epoch-seconds.ts';

/** What deployments add to a revision; registering it again adds nothing. */
export interface AroundRevision {
  readonly firstUsedAt: EpochMilliseconds;
  readonly lastUsedAt: EpochMilliseconds;
  readonly deploymentGroupNames: readonly string[];
}

/** The member `revisionInfo` of GetApplicationRevision. Times of use are absent until a deployment has used it. */
export function genericRevisionInfo(row: RevisionRow, around: AroundRevision | undefined) {
  const { description, registeredAt } = row;
  return {
    ...(description !== undefined && { description }),
    deploymentGroups: around?.deploymentGroupNames ?? [],
    ...(around && {
      firstUsedTime: epochSeconds(around.firstUsedAt),
      lastUsedTime: epochSeconds(around.lastUsedAt),
    }),
    registerTime: epochSeconds(registeredAt),
  };
}
