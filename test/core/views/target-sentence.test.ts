import { describe, expect, it } from 'vitest';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import { targetStream } from '../../../core/deployments/target-stream.ts';
import { targetSentence } from '../../../core/views/target-sentence.ts';
import { recorded } from '../../../functions/runtime/history.ts';
import { commandFor } from '../deployments/given-fleet.ts';
import { FIRST, SECOND, goldenFleetHistory } from '../deployments/golden-fleet-history.ts';

const tellTime = (at: number, from: number) => `${at < from ? '' : '+'}${Math.round((at - from) / 1000)} s`;
const store = await goldenFleetHistory();

async function told(deploymentId: string, targetId: string): Promise<readonly string[]> {
  const events = await store.load(targetStream(deploymentId, targetId));
  return events.map((event) => targetSentence(recorded<TargetEvent>(event), tellTime));
}

const sentence = (fact: TargetEvent) =>
  targetSentence({ ...fact, at: 0 } as Parameters<typeof targetSentence>[0], tellTime);

describe('what has happened to a target', () => {
  it('is told from its claim on: what waited, what was ignored and what came too late', async () => {
    expect((await told(FIRST, 'i-0')).slice(0, 10)).toEqual([
      'i-0 in a is next: wave 1, slot 1',
      'ApplicationStop is queued, behind a command of d-OTHER0001; the agent is silent, it last asked for work at -67 s',
      'ApplicationStop is first in the queue of the host, to be picked up by +300 s',
      'ApplicationStop: the agent sluice/1.0.0 has taken it, and it has until +3660 s',
      'ApplicationStop may still be answered, until +180 s',
      'ApplicationStop failed, which is ignored: Script at specified location: scripts/stop.sh failed with exit code 1',
      'ApplicationStop: too late to count, Succeeded was answered: Script at specified location: scripts/stop.sh failed with exit code 1',
      'DownloadBundle is queued, to be picked up by +300 s',
      'DownloadBundle: the agent has taken it, and it has until +3660 s',
      'DownloadBundle succeeded',
    ]);
    expect((await told(FIRST, 'i-0')).slice(-2)).toEqual([
      'ValidateService succeeded',
      'Succeeded: All lifecycle events succeeded.',
    ]);
  });

  it('is told of a host that nobody hears of', async () => {
    const silence =
      'ApplicationStop failed: The agent on i-2 did not pick up ApplicationStop within 5 minutes; it never asked for work.';
    expect(await told(FIRST, 'i-2')).toEqual([
      'i-2 in b is next: wave 2, slot 1',
      'ApplicationStop is queued, to be picked up by +300 s',
      silence,
      `Failed: ${silence}`,
    ]);
  });

  it('is told of one that was lost, and of one that was spared', async () => {
    expect((await told(SECOND, 'web-7')).slice(2)).toEqual([
      'ApplicationStop: the agent has taken it, and it has nothing to run',
      'Failed: The workflow that led it has ended.',
    ]);
    expect((await told(SECOND, 'i-0')).at(-1)).toBe('Skipped: The deployment was stopped.');
  });
});

describe('a sentence about a command', () => {
  const hostCommandIdentifier = commandFor('Install');
  const queued = { lifecycleEventName: 'Install', hostCommandIdentifier, deadline: 0 } as const;

  it('says at once that an agent is silent', () => {
    expect(
      sentence({ type: 'HostCommandQueued', data: { ...queued, pickUpBy: 300_000, isSilent: true } }),
    ).toBe('Install is queued, to be picked up by +300 s; the agent never asked for work');
    expect(
      sentence({ type: 'HostCommandQueued', data: { ...queued, pickUpBy: 300_000, lastPolledAt: 1 } }),
    ).toBe('Install is queued, to be picked up by +300 s');
  });

  it('quotes an identifier that is none of ours', () => {
    const data = { hostCommandIdentifier: 'nonsense', status: 'Failed', message: 'no' } as const;
    expect(sentence({ type: 'HostAnsweredLate', data })).toBe(
      'nonsense: too late to count, Failed was answered: no',
    );
  });
});
