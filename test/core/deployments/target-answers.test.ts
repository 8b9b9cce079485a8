import { describe, expect, it } from 'vitest';
import { hostDeadlines } from '../../../core/deployments/deadlines.ts';
import { SUCCESS } from '../../../core/deployments/lifecycle.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import type { ClaimedTarget } from '../../../core/deployments/target-state.ts';
import { target } from '../../../core/deployments/target.ts';
import { ISSUED_AT, given } from '../given.ts';
import {
  broken,
  unanswered,
  queue,
  of,
  reachHead,
  extend,
  acknowledge,
  succeed,
  fail,
  giveUp,
  claimed,
  pickUp,
  queued,
  waiting,
  endBy,
  acknowledged,
  succeeded,
  eventFailed,
  late,
  targetFailed,
  allThrough,
  done,
  stateAfter,
} from './given-target.ts';

describe('a command in the queue of its host', () => {
  const behind = [claimed(), waiting('ApplicationStop')];

  it('has no time to be picked up while another deployment is before it', () => {
    given(target, [claimed()])
      .when(queue('ApplicationStop', { behind: 'd-OTHER0001' }))
      .then([waiting('ApplicationStop')]);
  });

  it('has it from when it is the first, and anew where another turns out to have been before it', () => {
    const reached: TargetEvent = {
      type: 'HostCommandReachedHead',
      data: { ...of('ApplicationStop'), pickUpBy: pickUp, deadline: pickUp },
    };
    given(target, behind).when(reachHead('ApplicationStop')).then([reached]);
    given(target, [...behind, reached])
      .when(reachHead('ApplicationStop'))
      .then([reached]);
    given(target, behind).when(reachHead('Install')).then([]);
  });

  it('keeps the time that the host has taken for it, though it is seen to be the first only then', () => {
    given(target, [...behind, acknowledged('ApplicationStop')])
      .when(reachHead('ApplicationStop'))
      .then([]);
  });

  it('is looked at again while it waits, and no sooner than it is due', () => {
    const due = hostDeadlines.queue(ISSUED_AT);
    const extended: TargetEvent = {
      type: 'HostCommandExtended',
      data: { ...of('ApplicationStop'), deadline: hostDeadlines.queue(due) },
    };
    given(target, behind).when(extend('ApplicationStop'), { at: due }).then([extended]);
    given(target, behind)
      .when(extend('ApplicationStop'), { at: due - 1 })
      .then([]);
    given(target, behind).when(extend('Install'), { at: due }).then([]);
  });
});

describe('an acknowledgement', () => {
  const before = [claimed(), queued('ApplicationStop')];

  it('gives the host an hour and a minute, and a minute of silence less to one that says it is at work', () => {
    given(target, before)
      .when(acknowledge('ApplicationStop'))
      .then([acknowledged('ApplicationStop')]);
    const sooner = { agentVersion: 'sluice/1', deadline: hostDeadlines.heartbeat(ISSUED_AT) };
    given(target, before)
      .when(acknowledge('ApplicationStop', { hasHeartbeat: true, agentVersion: 'sluice/1' }))
      .then([acknowledged('ApplicationStop', sooner)]);
    expect(sooner.deadline).toBeLessThan(endBy);
  });

  it('that nothing is to be run is kept, and awaits its completion as any other', () => {
    const noop = acknowledged('ApplicationStop', { isNoop: true });
    given(target, before)
      .when(acknowledge('ApplicationStop', { isNoop: true }))
      .then([noop]);
    expect(stateAfter([...before, noop])).toMatchObject({ status: 'InProgress', command: { isNoop: true } });
    given(target, [...before, noop])
      .when(queue('DownloadBundle'))
      .then([]);
    given(target, [...before, noop])
      .when(succeed('ApplicationStop'))
      .then([succeeded('ApplicationStop')]);
  });

  it('counts once, and only of the command that the host has', () => {
    given(target, [...before, acknowledged('ApplicationStop')])
      .when(acknowledge('ApplicationStop'))
      .then([]);
    given(target, before).when(acknowledge('Install')).then([]);
    given(target, [...before, succeeded('ApplicationStop')])
      .when(acknowledge('ApplicationStop'))
      .then([]);
  });

  it('is extended by each sign of work, and never beyond the end of its hour', () => {
    const beating = [
      ...before,
      acknowledged('ApplicationStop', { deadline: hostDeadlines.heartbeat(ISSUED_AT) }),
    ];
    const extended = (deadline: number): TargetEvent => ({
      type: 'HostCommandExtended',
      data: { ...of('ApplicationStop'), deadline },
    });
    const first = hostDeadlines.heartbeat(ISSUED_AT);
    given(target, beating)
      .when(extend('ApplicationStop'), { at: first })
      .then([extended(hostDeadlines.heartbeat(first))]);
    given(target, beating)
      .when(extend('ApplicationStop'), { at: endBy - 1 })
      .then([extended(endBy)]);
    given(target, [...beating, extended(endBy)])
      .when(extend('ApplicationStop'), { at: endBy })
      .then([]);
  });
});

describe('a completion', () => {
  const before = [claimed(), queued('ApplicationStop'), acknowledged('ApplicationStop')];

  it('counts without an acknowledgement: an agent that cannot read its orders says only that', () => {
    given(target, [claimed(), queued('ApplicationStop')])
      .when(fail('ApplicationStop'))
      .then([eventFailed('ApplicationStop'), targetFailed(`ApplicationStop failed: ${broken.message}`)]);
  });

  it('counts once: a second failure after a failure changes nothing and is noted', () => {
    const failed = [...before, eventFailed('ApplicationStop'), targetFailed('')];
    const empty = {
      ...broken,
      errorCode: 'UnknownError',
      scriptName: '',
      message: 'again',
      logTail: '',
    } as const;
    const { state } = given(target, failed)
      .when(fail('ApplicationStop', empty))
      .then([late('ApplicationStop', 'Failed', 'again')]);
    expect((state as ClaimedTarget).lifecycleEvents[0]).toMatchObject({
      status: 'Failed',
      diagnostics: broken,
    });
  });

  it('counts once: a failure after a success changes nothing and is noted', () => {
    const succeededOnce = [...before, succeeded('ApplicationStop')];
    const { state } = given(target, succeededOnce)
      .when(fail('ApplicationStop'))
      .then([late('ApplicationStop', 'Failed', broken.message)]);
    expect(state).toMatchObject({
      status: 'InProgress',
      lifecycleEvents: [{ status: 'Succeeded' }, {}, {}, {}, {}, {}, {}],
    });
    given(target, [...succeededOnce, queued('DownloadBundle')])
      .when(fail('ApplicationStop'))
      .then([late('ApplicationStop', 'Failed', broken.message)]);
    given(target, [...allThrough, done])
      .when(succeed('ValidateService'))
      .then([late('ValidateService', 'Succeeded', SUCCESS.message)]);
  });

  it('after its time is noted, and opens nothing again', () => {
    const givenUp = [...before, eventFailed('ApplicationStop', unanswered('')), targetFailed('')];
    const { state } = given(target, givenUp)
      .when(succeed('ApplicationStop'))
      .then([late('ApplicationStop', 'Succeeded', SUCCESS.message)]);
    expect(state.status).toBe('Failed');
  });

  it('that comes too late is noted in short, and twenty times at the most', () => {
    const long = { ...broken, message: 'x'.repeat(3000) };
    given(target, [...before, succeeded('ApplicationStop')])
      .when(fail('ApplicationStop', long))
      .then([late('ApplicationStop', 'Failed', 'x'.repeat(500))]);
    const notes = Array.from({ length: 20 }, () => late('ApplicationStop', 'Failed', ''));
    given(target, [...before, succeeded('ApplicationStop'), ...notes])
      .when(fail('ApplicationStop'))
      .then([]);
    given(target, [...before, succeeded('ApplicationStop'), ...notes, queued('DownloadBundle')])
      .when(succeed('DownloadBundle'))
      .then([succeeded('DownloadBundle')]);
  });

  it('by the clock is of the command that the host has, and of no other', () => {
    given(target, before).when(giveUp('Install', 'late')).then([]);
    given(target, [...before, succeeded('ApplicationStop')])
      .when(giveUp('ApplicationStop', 'late'))
      .then([]);
  });
});
