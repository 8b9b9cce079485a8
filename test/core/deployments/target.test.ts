import { describe, expect, it } from 'vitest';
import { IN_PLACE_LIFECYCLE, SUCCESS } from '../../../core/deployments/lifecycle.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { targetOfStream, targetStream } from '../../../core/deployments/target-stream.ts';
import { target } from '../../../core/deployments/target.ts';
import { ISSUED_AT, given } from '../given.ts';
import { FLEET_ID } from './given-fleet.ts';
import {
  open,
  broken,
  unanswered,
  claim,
  queue,
  succeed,
  fail,
  giveUp,
  cutShort,
  lose,
  step,
  claimed,
  queued,
  acknowledged,
  succeeded,
  eventFailed,
  targetFailed,
  targetSkipped,
  through,
  allThrough,
  done,
  statuses,
} from './given-target.ts';

describe('a claim', () => {
  it('is the first event of a target, as long as its deployment may begin something', () => {
    given(target).when(claim()).then([claimed()]).requires(open);
  });

  it('meets in one item with the claims of its chunk of the fleet only', () => {
    const of = (position: number) => ({ position });
    given(target)
      .when(claim(of(39)))
      .then([claimed(of(39))])
      .requires(open);
    given(target)
      .when(claim(of(40)))
      .then([claimed(of(40))])
      .requires({ ...open, sk: 'open#001' });
  });

  it('is of whoever comes first: the second writes nothing', () => {
    given(target, [claimed()])
      .when(claim({ slot: 1, claim: 'slot-1#first' }))
      .then([]);
    given(target, [claimed(), targetSkipped('It was stopped.')])
      .when(claim())
      .then([]);
  });

  it('comes before all else: nothing can be asked of a target that nobody has claimed', () => {
    for (const command of [queue('ApplicationStop'), succeed('ApplicationStop'), cutShort, lose])
      given(target).when(command).then([]);
    expect(target.rows(target.initial)).toEqual([]);
  });
});

describe('the lifecycle of a target', () => {
  it('begins with ApplicationStop, which has five minutes to be picked up', () => {
    const seen = { lastPolledAt: ISSUED_AT - 90_000, isSilent: true };
    given(target, [claimed()])
      .when(queue('ApplicationStop'))
      .then([queued('ApplicationStop')])
      .requires(open);
    given(target, [claimed()])
      .when(queue('ApplicationStop', seen))
      .then([queued('ApplicationStop', seen)]);
  });

  it('goes on in order, one event at a time', () => {
    for (const [index, name] of IN_PLACE_LIFECYCLE.entries()) {
      const before = [claimed(), ...through(...IN_PLACE_LIFECYCLE.slice(0, index))];
      given(target, before)
        .when(queue(name))
        .then([queued(name)]);
      for (const other of IN_PLACE_LIFECYCLE) {
        if (other !== name) given(target, before).when(queue(other)).then([]);
        given(target, [...before, queued(name)])
          .when(queue(other))
          .then([]);
      }
    }
  });

  it('is led by the execution that claimed it alone', () => {
    given(target, [claimed()])
      .when(queue('ApplicationStop', { executionArn: 'another' }))
      .then([]);
  });

  it('ends with the last event', () => {
    const before = [claimed(), ...through(...IN_PLACE_LIFECYCLE.slice(0, -1)), queued('ValidateService')];
    given(target, before)
      .when(succeed('ValidateService', { outputKey: 'outputs/1' }))
      .then([
        {
          type: 'HostEventSucceeded',
          data: {
            lifecycleEventName: 'ValidateService',
            diagnostics: SUCCESS,
            outputKey: 'outputs/1',
            deadline: step,
          },
        },
        done,
      ]);
    expect(statuses([...allThrough, done])).toEqual(IN_PLACE_LIFECYCLE.map(() => 'Succeeded'));
  });

  it('ends with the first failure, and what was to follow is skipped', () => {
    const before = [
      claimed(),
      ...through('ApplicationStop'),
      queued('DownloadBundle'),
      acknowledged('DownloadBundle'),
    ];
    const { state } = given(target, before)
      .when(fail('DownloadBundle'))
      .then([eventFailed('DownloadBundle'), targetFailed(`DownloadBundle failed: ${broken.message}`)]);
    expect(state).toMatchObject({ status: 'Failed', endedAt: ISSUED_AT });
    expect((state as ClaimedTarget).lifecycleEvents.map(({ status }) => status)).toEqual([
      'Succeeded',
      'Failed',
      ...IN_PLACE_LIFECYCLE.slice(2).map(() => 'Skipped'),
    ]);
    for (const command of [queue('BeforeInstall'), cutShort, lose])
      given(target, [...before, eventFailed('DownloadBundle'), targetFailed('')])
        .when(command)
        .then([]);
  });

  it('goes on after a failed ApplicationStop where it was told to, and after no other failure', () => {
    const told = claimed({ ignoreApplicationStopFailures: true });
    const ignored: TargetEvent = {
      type: 'HostEventFailed',
      data: { lifecycleEventName: 'ApplicationStop', diagnostics: broken, isIgnored: true, deadline: step },
    };
    given(target, [told, queued('ApplicationStop')])
      .when(fail('ApplicationStop'))
      .then([ignored]);
    const after = [told, queued('ApplicationStop'), ignored];
    given(target, after)
      .when(queue('DownloadBundle'))
      .then([queued('DownloadBundle')]);
    given(target, [...after, queued('DownloadBundle')])
      .when(fail('DownloadBundle'))
      .then([eventFailed('DownloadBundle'), targetFailed(`DownloadBundle failed: ${broken.message}`)]);
    const rest = through(...IN_PLACE_LIFECYCLE.slice(1, -1));
    const { state } = given(target, [...after, ...rest, queued('ValidateService')])
      .when(succeed('ValidateService'))
      .then([succeeded('ValidateService'), done]);
    expect(state.status).toBe('Succeeded');
  });

  it('does not go on after an ApplicationStop that nobody has picked up, whatever it was told', () => {
    const message = 'The agent did not pick it up.';
    given(target, [claimed({ ignoreApplicationStopFailures: true }), queued('ApplicationStop')])
      .when(giveUp('ApplicationStop', message))
      .then([
        eventFailed('ApplicationStop', unanswered(message)),
        targetFailed(`ApplicationStop failed: ${message}`),
      ]);
  });
});

describe('the stream of a target', () => {
  it('is named by its deployment and itself, whatever the name of an on-premises instance holds', () => {
    for (const targetId of ['i-0', 'web#1/a b'])
      expect(targetOfStream(targetStream(FLEET_ID, targetId))).toEqual({ deploymentId: FLEET_ID, targetId });
    for (const other of [`deployment#${FLEET_ID}`, 'target#x#y', `target#${FLEET_ID}#`])
      expect(targetOfStream(other)).toBeUndefined();
  });
});
