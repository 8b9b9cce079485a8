import type { EpochMilliseconds } from '../decider.ts';
import type { FleetEvent } from '../deployments/fleet-evolution.ts';
import { firstFewOf, namesOf } from '../first-few.ts';
import { unreachable } from '../unreachable.ts';
import type { TellTime } from './event-sentence.ts';

/** What has happened to a fleet, for people, in one line. */
export function fleetSentence(event: FleetEvent, tellTime: TellTime): string {
  const time = (at: EpochMilliseconds): string => tellTime(at, event.at);
  switch (event.type) {
    case 'FleetAdmitted': {
      const { targets, minimumHealthy, upToDate = 0, skippedChecks = [] } = event.data;
      const left =
        upToDate === 0 ? '' : `, ${upToDate} more ${upToDate === 1 ? 'has' : 'have'} the revision already`;
      const skipped = skippedChecks.length === 0 ? '' : `; not checked: ${skippedChecks.join('; ')}`;
      return `Admitted: ${instances(targets)}, of which ${minimumHealthy} ${minimumHealthy === 1 ? 'stays' : 'stay'} healthy${left}${skipped}`;
    }
    case 'TargetsResolved':
      return `Targets: ${namesOf(firstFewOf(event.data.targets.map(({ targetId }) => targetId)))}`;
    case 'WaveStarted': {
      const { positions, slots, zone, idleWaves = 0 } = event.data;
      const waiting = positions.reduce((sum, [from, to]) => sum + to - from, 0);
      const place = zone === undefined || zone === '' ? '' : ` of the zone ${zone}`;
      const again = idleWaves === 0 ? '' : ', once more: none of them could be begun';
      return `Deploying to ${instances(waiting)}${place}, ${slots} at a time${again}`;
    }
    case 'WaveContinued':
      return 'Hosts are still at work';
    case 'ZoneMonitoringStarted':
      return `The zone ${event.data.zone} is done and watched until ${time(event.data.endsAt)}`;
    default:
      return unreachable(event);
  }
}

export function instances(count: number): string {
  return count === 1 ? '1 instance' : `${count} instances`;
}
