import { describe, expect, it } from 'vitest';
import { hostDeadlines } from '../../../core/deployments/deadlines.ts';
import { IN_PLACE_LIFECYCLE, SUCCESS } from '../../../core/deployments/lifecycle.ts';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { target } from '../../../core/deployments/target.ts';
import { ISSUED_AT, given } from '../given.ts';
import {
  stream,
  unanswered,
  succeed,
  giveUp,
  cutShort,
  lose,
  claimed,
  queued,
  endBy,
  acknowledged,
  succeeded,
  late,
  targetFailed,
  targetSkipped,
  through,
  allThrough,
  done,
  queueOf,
  due,
} from './given-target.ts';

describe('a target whose deployment is about to end', () => {
  it('is skipped where nothing has reached its host', () => {
    const { state } = given(target, [claimed()])
      .when(cutShort)
      .then([targetSkipped('It was stopped.')]);
    expect((state as ClaimedTarget).lifecycleEvents.every(({ status }) => status === 'Skipped')).toBe(true);
    const withdrawn = given(target, [claimed(), queued('ApplicationStop')])
      .when(cutShort)
      .then([targetSkipped('It was stopped.')]).state as ClaimedTarget;
    expect(withdrawn.command).toBeUndefined();
    expect(withdrawn.lifecycleEvents[0]).toEqual({
      lifecycleEventName: 'ApplicationStop',
      status: 'Skipped',
      endedAt: ISSUED_AT,
    });
  });

  it('has failed where it is half done', () => {
    for (const more of [[], [queued('DownloadBundle')]]) {
      const { state } = given(target, [claimed(), ...through('ApplicationStop'), ...more])
        .when(cutShort)
        .then([targetFailed('It was stopped.')]);
      expect((state as ClaimedTarget).lifecycleEvents.map(({ status }) => status)).toEqual([
        'Succeeded',
        ...IN_PLACE_LIFECYCLE.slice(1).map(() => 'Skipped'),
      ]);
    }
  });

  it('is left to end what its host is at work on, and the real result is kept', () => {
    const atWork = [claimed(), queued('ApplicationStop'), acknowledged('ApplicationStop')];
    given(target, atWork).when(cutShort).then([]);
    given(target, atWork)
      .when(succeed('ApplicationStop'))
      .then([succeeded('ApplicationStop')]);
    given(target, [...atWork, succeeded('ApplicationStop')])
      .when(cutShort)
      .then([targetFailed('It was stopped.')]);
  });
});

describe('a target that nobody leads any more', () => {
  const atWork = [claimed(), queued('ApplicationStop'), acknowledged('ApplicationStop')];
  const lost = [...atWork, targetFailed('Nobody leads it.')];

  it('has failed, and what its host is at work on has as well', () => {
    const { state } = given(target, atWork)
      .when(lose)
      .then([targetFailed('Nobody leads it.')]);
    expect((state as ClaimedTarget).lifecycleEvents[0]).toMatchObject({
      status: 'Failed',
      diagnostics: unanswered('Nobody leads it.'),
    });
    given(target, [...allThrough, done])
      .when(lose)
      .then([]);
  });

  it('blocks the queue of its host until the command is answered, by the host or by the clock', () => {
    expect(queueOf(lost)).toHaveLength(1);
    const answer = late('ApplicationStop', 'Succeeded', SUCCESS.message);
    const { state } = given(target, lost).when(succeed('ApplicationStop')).then([answer]);
    expect(state.status).toBe('Failed');
    expect(queueOf([...lost, answer])).toEqual([]);
    expect(due([...lost, answer])).toEqual([]);
    given(target, lost)
      .when(giveUp('ApplicationStop', 'It took longer than an hour.'))
      .then([late('ApplicationStop', 'Failed', 'It took longer than an hour.')]);
  });

  it('stays due at the end of the hour of that command', () => {
    expect(due(lost)).toEqual([`${endBy}#${stream}`]);
  });

  it('is still due where the next sign of work of its host is, so that a silent one blocks nobody for an hour', () => {
    const beat = hostDeadlines.heartbeat(ISSUED_AT);
    const beating = [...atWork.slice(0, -1), acknowledged('ApplicationStop', { deadline: beat })];
    expect(due([...beating, targetFailed('')])).toEqual([`${beat}#${stream}`]);
  });

  it('leaves nothing in the queue that its host had not taken', () => {
    expect(queueOf([claimed(), queued('ApplicationStop'), targetFailed('')])).toEqual([]);
  });
});
