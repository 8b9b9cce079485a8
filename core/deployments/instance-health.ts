import type { FleetTarget } from './fleet-events.ts';

/** What a host has installed, against the group's last successful revision. */
export type RevisionHealth = 'Current' | 'Old' | 'Unknown';

/** How the newest deployment to a host ended; one that was never deployed to is unhealthy. */
export type InstanceHealth = 'Healthy' | 'Unhealthy';

export interface HostHealth {
  readonly revision: RevisionHealth;
  readonly instance: InstanceHealth;
}

/** What one deployment of the group did to a host. */
export interface Attempt {
  readonly deploymentId: string;
  readonly revisionId: string;
  readonly status: 'Succeeded' | 'Failed';
}

/** The deployments of the group that succeeded as a whole. */
export interface GoodDeployments {
  /** Newest first. */
  readonly deploymentIds: readonly string[];
  /** Of the newest; undefined where there is none. */
  readonly revisionId: string | undefined;
}

/** `attempts` newest first. */
export function hostHealth(attempts: readonly Attempt[], good: GoodDeployments): HostHealth {
  return {
    revision: revisionHealth(attempts, good),
    instance: attempts[0]?.status === 'Succeeded' ? 'Healthy' : 'Unhealthy',
  };
}

/** Hosts that have more to gain start first; zones, where they matter, come one after another. */
export function startOrder<Target extends Pick<FleetTarget, 'targetId' | 'zone'>>(
  targets: readonly (Target & { readonly health: HostHealth })[],
  byZone: boolean,
): readonly Target[] {
  const key = ({ zone = '', health, targetId }: (typeof targets)[number]) =>
    [byZone ? zone : '', rank(health), targetId] as const;
  return targets
    .map((target) => ({ target, key: key(target) }))
    .sort((one, other) => compare(one.key, other.key))
    .map(({ target }) => target);
}

/**
 * Only what a host got in a deployment that succeeded as a whole counts: one that failed leaves the group's revision,
 * and so what is said of the host, as it was.
 */
function revisionHealth(
  attempts: readonly Attempt[],
  { deploymentIds, revisionId }: GoodDeployments,
): RevisionHealth {
  const counted = attempts.filter((attempt) => deploymentIds.includes(attempt.deploymentId));
  const last = counted.findIndex(({ status }) => status === 'Succeeded');
  const installed = counted[last];
  if (installed === undefined) return 'Unknown';
  const missed = counted[last - 1];
  if (missed === undefined) return installed.revisionId === revisionId ? 'Current' : 'Old';
  // The next one failed here and not elsewhere. What was current is in doubt since then; what was old still is.
  const before = deploymentIds[deploymentIds.indexOf(missed.deploymentId) + 1];
  return before === installed.deploymentId ? 'Unknown' : 'Old';
}

function rank({ instance, revision }: HostHealth): number {
  return instance === 'Unhealthy' ? 0 : REVISIONS.indexOf(revision) + 1;
}

/** In the order in which healthy hosts start. */
const REVISIONS: readonly RevisionHealth[] = ['Unknown', 'Old', 'Current'];

type Key = readonly [zone: string, rank: number, targetId: string];

function compare(one: Key, other: Key): number {
  if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1;
  if (one[1] !== other[1]) return one[1] - other[1];
  return one[2] < other[2] ? -1 : 1;
}
