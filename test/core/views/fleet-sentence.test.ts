import { describe, expect, it } from 'vitest';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import type { FleetEvent } from '../../../core/deployments/fleet-evolution.ts';
import { fleetSentence } from '../../../core/views/fleet-sentence.ts';
import { timeline } from '../../../core/views/timeline.ts';
import { recorded } from '../../../functions/runtime/history.ts';
import { hostAt } from '../deployments/given-fleet.ts';
import { FIRST, SECOND, goldenFleetHistory } from '../deployments/golden-fleet-history.ts';

const tellTime = (at: number, from: number) => `+${Math.round((at - from) / 1000)} s`;
const store = await goldenFleetHistory();

async function told(deploymentId: string): Promise<readonly string[]> {
  const events = await store.load(`deployment#${deploymentId}`);
  const entries = timeline(
    events.map((event) => recorded<DeploymentEvent>(event)),
    tellTime,
  );
  return entries.map(({ sentence }) => sentence);
}

describe('the timeline of a fleet', () => {
  it('tells how it went from zone to zone', async () => {
    expect(await told(FIRST)).toEqual([
      'Created for checkout / checkout-prod with Own, watched by alarm checkout-5xx: Release 1',
      'Admitted: 3 instances, of which 1 stays healthy',
      'Targets: i-0, i-1, i-2',
      'Deploying to 2 instances of the zone a, 2 at a time',
      'Hosts are still at work',
      'The zone a is done and watched until +60 s',
      'Deploying to 1 instance of the zone b, 1 at a time',
      'Succeeded: on 2 of 3 instances',
    ]);
  });

  it('tells what was left out and what was not checked', async () => {
    expect((await told(SECOND)).slice(1, 4)).toEqual([
      'Admitted: 3 instances, of which 1 stays healthy, 1 more has the revision already; not checked: whether the alarms ring',
      'Targets: web-7, i-0, i-1',
      'Deploying to 3 instances, 2 at a time',
    ]);
  });
});

describe('a sentence about a fleet', () => {
  it('counts a fleet of one in the singular', () => {
    const overview = { succeeded: 1, failed: 0, skipped: 0 };
    const end: DeploymentEvent = { type: 'DeploymentSucceeded', data: { overview } };
    const at = { stream: 'd', version: 1, at: 0, cause: 'c', actor: { type: 'clock', id: 'sweep' } } as const;
    const [told] = timeline([{ ...end, ...at }], tellTime);
    expect(told?.sentence).toBe('Succeeded: on 1 of 1 instance');
  });

  const sentence = (fact: Pick<FleetEvent, 'type' | 'data'>) =>
    fleetSentence({ ...fact, at: 0 } as FleetEvent, tellTime);

  it('names the first five of many instances', () => {
    const targets = Array.from({ length: 7 }, (_, position) => hostAt(position));
    expect(sentence({ type: 'TargetsResolved', data: { targets } })).toBe(
      'Targets: i-0, i-1, i-2, i-3, i-4 and 2 more',
    );
    expect(sentence({ type: 'TargetsResolved', data: { targets: targets.slice(0, 5) } })).toBe(
      'Targets: i-0, i-1, i-2, i-3, i-4',
    );
  });

  it('counts the instances of a wave, wherever they are in the order', () => {
    const positions = [
      [0, 1],
      [4, 7],
    ] as const;
    const wave = { wave: 2, positions, slots: 2, deadline: 0 };
    expect(sentence({ type: 'WaveStarted', data: wave })).toBe('Deploying to 4 instances, 2 at a time');
    expect(
      sentence({ type: 'WaveStarted', data: { ...wave, positions: [[0, 1]], slots: 1, zone: '' } }),
    ).toBe('Deploying to 1 instance, 1 at a time');
    expect(sentence({ type: 'WaveStarted', data: { ...wave, idleWaves: 1 } })).toBe(
      'Deploying to 4 instances, 2 at a time, once more: none of them could be begun',
    );
  });
});
