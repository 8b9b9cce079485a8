import { describe, it } from 'vitest';
import { hostDeadlines } from '../../../core/deployments/deadlines.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import { target } from '../../../core/deployments/target.ts';
import { GIVEN_AT, ISSUED_AT, given } from '../given.ts';
import { FLEET_ID, commandFor } from '../deployments/given-fleet.ts';
import {
  HOST,
  stream,
  of,
  step,
  claimed,
  pickUp,
  queued,
  waiting,
  endBy,
  acknowledged,
  succeeded,
  eventFailed,
  targetFailed,
  targetSkipped,
  allThrough,
  done,
  stateAfter,
} from '../deployments/given-target.ts';

describe('the rows of a target', () => {
  const inFlight = {
    pk: `host#${HOST}`,
    sk: `in-flight#${FLEET_ID}`,
    data: { deploymentId: FLEET_ID, targetId: 'i-0', slots: 2 },
  };
  const state = (events: readonly TargetEvent[]) => ({
    pk: `targets#${FLEET_ID}`,
    sk: 'i-0',
    data: { ...stateAfter(events) } as object as Record<string, string>,
  });
  const dueRow = (deadline: number) => ({
    pk: 'due-hosts',
    sk: `${deadline}#${stream}`,
    data: { deploymentId: FLEET_ID, targetId: 'i-0' },
  });
  const command = (queuedAt: number, isAcknowledged: boolean, isWaiting: boolean) => ({
    pk: `host#${HOST}`,
    sk: `queued#${queuedAt}#${commandFor('ApplicationStop')}`,
    data: {
      deploymentId: FLEET_ID,
      targetId: 'i-0',
      lifecycleEventName: 'ApplicationStop',
      ...of('ApplicationStop'),
      isAcknowledged,
      isWaiting,
    },
  });
  const attempt = (status: 'Succeeded' | 'Failed', endedAt: number) => ({
    pk: 'attempts-on-host#group-1#arn:aws:ec2:eu-north-1:111122223333:instance/i-0',
    sk: `${9_999_999_999_999 - GIVEN_AT}#${FLEET_ID}`,
    data: { deploymentId: FLEET_ID, revisionId: 'revision-1', status, endedAt },
  });

  it('of a claim are itself, that it is in flight on its host, and when it is looked after', () => {
    given(target, [claimed()]).rows(state([claimed()]), inFlight, dueRow(step));
  });

  it('of a command are its place in the queue of the host: first, behind another, and taken', () => {
    const first = [claimed(), queued('ApplicationStop')];
    const queuedAt = GIVEN_AT + 1000;
    given(target, first).rows(state(first), inFlight, dueRow(pickUp), command(queuedAt, false, false));
    const second = [claimed(), waiting('ApplicationStop')];
    const queueBy = hostDeadlines.queue(ISSUED_AT);
    given(target, second).rows(state(second), inFlight, dueRow(queueBy), command(queuedAt, false, true));
    const taken = [...first, acknowledged('ApplicationStop')];
    given(target, taken).rows(state(taken), inFlight, dueRow(endBy), command(queuedAt, true, false));
    const over = [...taken, succeeded('ApplicationStop')];
    given(target, over).rows(state(over), inFlight, dueRow(step));
  });

  it('of one that has ended are itself and how it ended on the host, for as long as nothing is outstanding', () => {
    const succeededAll = [...allThrough, done];
    const endedAt = GIVEN_AT + (succeededAll.length - 1) * 1000;
    given(target, succeededAll).rows(state(succeededAll), attempt('Succeeded', endedAt));
    const failedAll = [
      claimed(),
      queued('ApplicationStop'),
      eventFailed('ApplicationStop'),
      targetFailed(''),
    ];
    given(target, failedAll).rows(state(failedAll), attempt('Failed', GIVEN_AT + 3000));
    const lost = [claimed(), queued('ApplicationStop'), acknowledged('ApplicationStop'), targetFailed('')];
    given(target, lost).rows(
      state(lost),
      attempt('Failed', GIVEN_AT + 3000),
      dueRow(endBy),
      command(GIVEN_AT + 1000, true, false),
    );
  });

  it('of one that was skipped are itself alone: nothing was attempted on the host', () => {
    const skipped = [claimed(), targetSkipped('It was stopped.')];
    given(target, skipped).rows(state(skipped));
  });
});
