import { describe, expect, it } from 'vitest';
import type { ExistingDeployment } from '../../../core/deployments/deployment-state.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import { target } from '../../../core/deployments/target.ts';
import { targetPicture as schema } from '../../../core/views/v1.ts';
import { targetPicture } from '../../../core/views/target-picture.ts';
import { fold } from '../../../functions/runtime/history.ts';
import { FIRST, goldenFleetHistory } from '../deployments/golden-fleet-history.ts';

const log = (await goldenFleetHistory()).allEvents().filter(({ stream }) => stream.includes(FIRST));
const iso = (at: number) => new Date(at).toISOString();

/** i-0 when an event of that type had just been written for the n-th time. */
function after(type: string, nth = 1) {
  const own = log.filter(({ stream }) => stream === `target#${FIRST}#i-0`);
  const { at = 0 } = own.filter((event) => event.type === type)[nth - 1] ?? {};
  const then = log.filter((event) => event.at <= at);
  const state = fold(
    deployment,
    then.filter(({ stream }) => stream === `deployment#${FIRST}`),
  ) as ExistingDeployment;
  const picture = targetPicture(
    state,
    0,
    fold(
      target,
      own.filter((event) => event.at <= at),
    ),
    at,
    iso,
  );
  expect(schema.parse(picture)).toEqual(picture);
  return { ...picture, at };
}

describe('the picture of a target in flight', () => {
  it.each([
    ['TargetClaimed', 1, 'task', 'the next lifecycle event'],
    ['HostCommandQueued', 1, 'queue', 'd-OTHER0001 to be done on the host'],
    ['HostCommandReachedHead', 1, 'pick-up', 'the agent to pick up ApplicationStop'],
    ['HostCommandAcknowledged', 1, 'answer', 'the agent to answer ApplicationStop'],
    ['HostEventFailed', 1, 'task', 'the next lifecycle event'],
  ])('waits after %s for the right thing', (type, nth, waits, sentence) => {
    const { waitingFor, at, status } = after(type, nth);
    expect([status, waitingFor?.type, waitingFor?.sentence]).toEqual(['InProgress', waits, sentence]);
    expect(Date.parse(waitingFor?.until ?? '')).toBeGreaterThan(at);
  });

  it('counts how long an event lasts, and lasted', () => {
    const [stop, download] = after('HostCommandQueued', 2).lifecycleEvents;
    expect(stop).toMatchObject({ status: 'Failed', endedAt: expect.any(String) });
    expect(stop?.durationSeconds).toBeGreaterThan(0);
    expect(download).toEqual({
      lifecycleEventName: 'DownloadBundle',
      status: 'InProgress',
      startedAt: expect.any(String),
      durationSeconds: 0,
    });
  });

  it('waits for nothing once it has ended', () => {
    expect(after('TargetSucceeded')).toMatchObject({
      status: 'Succeeded',
      message: 'All lifecycle events succeeded.',
    });
    expect(after('TargetSucceeded')).not.toHaveProperty('waitingFor');
  });
});
