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

/** What of all that earlier deployments of the group did to a host still matters. */
export interface HostHistory {
  /** The newest attempt, whatever became of its deployment. */
  readonly last?: Attempt;
  /** The newest that succeeded in a deployment that did so as a whole. */
  readonly installed?: Attempt;
  /** The first after that which failed here while its deployment succeeded; `before` is what the group had until then. */
  readonly missed?: { readonly before: string | undefined };
}

/** `groupRevisionId` is the group's last successful revision; undefined where it has none. */
export function hostHealth(history: HostHistory, groupRevisionId: string | undefined): HostHealth {
  return {
    revision: revisionHealth(history, groupRevisionId),
    instance: history.last?.status === 'Succeeded' ? 'Healthy' : 'Unhealthy',
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

/** A deployment that failed as a whole leaves the group's revision, and so what is said of the host, as it was. */
function revisionHealth(
  { installed, missed }: HostHistory,
  groupRevisionId: string | undefined,
): RevisionHealth {
  if (installed === undefined) return 'Unknown';
  // What was current is in doubt since it failed here and not elsewhere; what was old then still is.
  if (missed !== undefined) return missed.before === installed.revisionId ? 'Unknown' : 'Old';
  return installed.revisionId === groupRevisionId ? 'Current' : 'Old';
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
