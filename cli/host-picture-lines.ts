import type { ClaimedTarget } from '../core/deployments/target-state.ts';
import { failureWords } from '../core/views/fleet-messages.ts';
import type { DeploymentPicture, TargetPicture } from '../core/views/v1.ts';
import { countWords, healthyWords } from './live/fleet-lines.ts';
import { elapsed, named, tellLocalTime } from './lines.ts';

/** A target of a fleet as it was then; `claimed` is absent where it was not begun. */
export interface HostThen {
  readonly picture: TargetPicture;
  readonly claimed: ClaimedTarget | undefined;
}

export type Labelled = readonly [label: string, lines: readonly string[]];

/** How it stood with the fleet: the hosts that failed and those at work one by one, the others by name. */
export function hostPictureLines(
  { fleet }: DeploymentPicture,
  hosts: readonly HostThen[],
  at: number,
): readonly Labelled[] {
  if (fleet === undefined) return [];
  const { targets, minimumHealthy, wave, slots, zone } = fleet;
  const inState = (status: TargetPicture['status']) =>
    hosts.filter(({ picture }) => picture.status === status);
  const names = (status: TargetPicture['status']): readonly string[] => {
    const ids = inState(status).map(({ picture }) => picture.targetId);
    return ids.length === 0 ? [] : [named(ids)];
  };
  const counts = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0, Unknown: 0 };
  for (const { picture } of hosts) counts[picture.status] += 1;
  const counted = hosts.length === 0 ? '' : `: ${countWords(counts, false)}`;
  const place = zone === undefined ? '' : ` in the zone ${zone}`;
  return [
    [
      'Hosts',
      [
        `${targets}${counted}; ${healthyWords(minimumHealthy)}`,
        ...(wave === undefined ? [] : [`wave ${wave}${place}, ${slots} at a time`]),
      ],
    ],
    ['Failed', inState('Failed').map((host) => failedLine(host, at))],
    ['At work', inState('InProgress').map((host) => atWorkLine(host, at))],
    ['Succeeded', names('Succeeded')],
    ['Skipped', names('Skipped')],
    ['Waiting', names('Pending')],
  ];
}

function failedLine({ picture: { targetId, completedAt }, claimed }: HostThen, at: number): string {
  const when = completedAt === undefined ? '' : ` at ${tellLocalTime(Date.parse(completedAt), at)}`;
  return `${targetId}${when}: ${claimed === undefined ? 'it has ended' : failureWords(claimed)}`;
}

function atWorkLine({ picture: { targetId, lifecycleEvents, waitingFor } }: HostThen, at: number): string {
  const event = lifecycleEvents.find(({ status }) => status === 'InProgress');
  const since =
    event === undefined
      ? 'between two events'
      : `${event.lifecycleEventName} for ${elapsed((event.durationSeconds ?? 0) * 1000)}`;
  const waiting =
    waitingFor === undefined
      ? ''
      : `, waiting for ${waitingFor.sentence} until ${tellLocalTime(Date.parse(waitingFor.until), at)}`;
  return `${targetId}: ${since}${waiting}`;
}
